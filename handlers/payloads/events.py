"""The parts of Slack's events that handlers read, checked: anything else is malformed."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import Field

from bot.clock import utc_now
from bot.core.person import Person, installation_ids
from handlers.payloads.message_text import attached_text, own_text
from handlers.payloads.payload import (
    Malformed,
    OpaqueId,
    Payload,
    SlackId,
    Timestamp,
    WithContent,
)

# The type of a conversation between two.
DIRECT: Final = "im"


class Authorization(Payload):
    """For whom an event was sent: the bot's user, in each workspace."""

    user_id: SlackId | None = None
    team_id: SlackId | None = None
    enterprise_id: SlackId | None = None
    is_enterprise_install: bool = False


class Event(Payload):
    """What all events have: of which team they are, and an id that repeated deliveries share.

    Of an organization's own installation there need be no team.
    """

    event_id: OpaqueId
    event_time: Annotated[int, Field(ge=0, le=253_000_000_000)] | None = None
    team_id: SlackId | None = None
    enterprise_id: SlackId | None = None
    authorizations: tuple[Authorization, ...] = ()

    @property
    def installed_in(self) -> tuple[str, ...]:
        """Where the bot is installed that Slack told of it."""
        if not self.authorizations:
            return installation_ids(self.team_id, self.enterprise_id)
        told = self.authorizations[0]
        return installation_ids(
            told.team_id, told.enterprise_id, is_org_wide=told.is_enterprise_install
        )

    @property
    def team(self) -> str:
        """The team of it, or the organization; raises `Malformed` if there is neither."""
        team = self.team_id or self.enterprise_id
        if team is None:
            raise Malformed("no team")
        return team


class Edited(Payload):
    """When a message was edited."""

    ts: Timestamp


class WrittenMessage(WithContent):
    """A message as it stands; without a user it is a bot's."""

    user: SlackId | None = None
    user_team: SlackId | None = None
    source_team: SlackId | None = None
    team: SlackId | None = None
    ts: Timestamp | None = None
    thread_ts: Timestamp | None = None
    bot_id: str | None = None
    subtype: str | None = None
    edited: Edited | None = None

    @property
    def text(self) -> str:
        """What its author wrote, as it was typed."""
        return own_text(self.content)

    @property
    def attached(self) -> str:
        """What came with it: forwarded messages."""
        return attached_text(self.content)


class MessageEvent(WrittenMessage):
    """A message, or a change of one."""

    channel: SlackId
    channel_type: str | None = None
    message: WrittenMessage | None = None
    previous_message: WrittenMessage | None = None


class MessageEnvelope(Event):
    """What Slack sends when a message mentions the bot, or is written to it directly."""

    event: MessageEvent

    def team_of(self, said: WrittenMessage) -> str:
        """Return the team of who wrote it, in a shared channel perhaps another than the bot's."""
        return said.user_team or said.source_team or said.team or self.team

    def enterprise_of(self, said: WrittenMessage) -> str | None:
        """Return the organization of that team, if Slack says that the bot is installed for both.

        The envelope's own is that of whoever owns the channel, or of the installation.
        """
        team = self.team_of(said)
        for authorization in self.authorizations:
            if authorization.team_id == team:
                return authorization.enterprise_id
        is_told = said.user_team or said.source_team or said.team
        return None if is_told else self.enterprise_id

    @property
    def is_direct(self) -> bool:
        """Whether it was written to the bot, where nobody else reads."""
        return self.event.channel_type == DIRECT

    @property
    def bot_user(self) -> str | None:
        """The bot's user, as the mention in the text has it."""
        return self.authorizations[0].user_id if self.authorizations else None


class HomeEvent(Payload):
    """Whose tab was opened, and which."""

    user: SlackId
    tab: str = "home"


class HomeOpened(Event):
    """What Slack sends when someone opens the app's home."""

    event: HomeEvent

    @property
    def person(self) -> Person:
        """Who opened it."""
        return Person(self.event.user, self.team, self.enterprise_id, self.installed_in)


class RevokedTokens(Payload):
    """Whose tokens were revoked: the ids of people, and of the bot's user."""

    bot: tuple[str, ...] = ()


class RemovalEvent(Payload):
    """How the bot was removed."""

    type: str
    tokens: RevokedTokens = RevokedTokens()


class Removal(Event):
    """What Slack sends when the bot was removed, or its tokens were revoked."""

    event: RemovalEvent

    @property
    def at(self) -> datetime:
        """When that was, by Slack's clock; now, where it does not say."""
        time = self.event_time
        return utc_now() if time is None else datetime.fromtimestamp(time, UTC)
