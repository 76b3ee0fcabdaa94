"""The shape of the slash command's payload."""

from pydantic import HttpUrl

from bot.core.person import Person, installation_ids
from handlers.payloads.payload import OpaqueId, Payload, SlackId


class SlashCommand(Payload):
    """What Slack sends when someone types the command."""

    team_id: SlackId
    enterprise_id: SlackId | None = None
    is_enterprise_install: bool = False
    channel_id: SlackId
    user_id: SlackId
    text: str = ""
    trigger_id: OpaqueId
    # None where it was not Slack's own.
    response_url: HttpUrl | None = None

    @property
    def person(self) -> Person:
        """Who typed it."""
        return Person(self.user_id, self.team_id, self.enterprise_id, self.installed_in)

    @property
    def installed_in(self) -> tuple[str, ...]:
        """Where the bot is installed that Slack told of it."""
        return installation_ids(
            self.team_id, self.enterprise_id, is_org_wide=self.is_enterprise_install
        )
