"""What Slack's payloads have in common: ids, people, and that they are checked."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.core.person import Person, installation_ids

SlackId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,40}$")]
# Ids that are only compared, never shown: printable, so that every database takes them.
OpaqueId = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
Timestamp = Annotated[str, Field(pattern=r"^[0-9]{1,20}\.[0-9]{1,20}$")]


class Malformed(Exception):
    """A payload lacks what Slack always sends, though each of its parts is well-formed."""


class Payload(BaseModel):
    """A part of a payload; what is not named here is ignored, and no error shows its values."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Named(Payload):
    """Something that has an id."""

    id: SlackId


class Team(Named):
    """Where something was done, and in an organization, in which."""

    enterprise_id: SlackId | None = None


class User(Named):
    """Who did it, and of which team."""

    team_id: SlackId | None = None


class Choice(Payload):
    """An option of a menu, of radio buttons or of checkboxes."""

    value: str


class ShownView(Payload):
    """A view that something was done in, and the workspace whose bot it is of."""

    app_installed_team_id: SlackId | None = None


class Interaction(Payload):
    """Who did something in Slack, and of which team."""

    team: Team | None = None
    enterprise: Named | None = None
    is_enterprise_install: bool = False
    user: User
    view: ShownView | None = None

    @property
    def team_id(self) -> str:
        """The team of the person, which in a shared channel can differ from the place's.

        Raises `Malformed` if there is neither.
        """
        found = self.user.team_id or (self.team.id if self.team else None)
        if found is None:
            raise Malformed("no team")
        return found

    @property
    def person(self) -> Person:
        """Who did it; of which organization they are is told only by where they did it, if there.

        The envelope's own `enterprise` is that of the installation, whoever does it; whoever is of
        another team under it is looked up.
        """
        enterprise = None
        if self.team is not None and self.team.id == self.team_id:
            enterprise = self.team.enterprise_id
        return Person(self.user.id, self.team_id, enterprise, self.installed_in)

    @property
    def installed_in(self) -> tuple[str, ...]:
        """Where the bot is installed that Slack told of it."""
        team = self.view.app_installed_team_id if self.view else None
        if team is None:
            team = self.team.id if self.team else self.user.team_id
        enterprise = self.enterprise.id if self.enterprise else None
        if enterprise is None and self.team is not None:
            enterprise = self.team.enterprise_id
        return installation_ids(team, enterprise, is_org_wide=self.is_enterprise_install)


class WithContent(Payload):
    """A message of which everything is kept that a person may see."""

    content: dict[str, Any]

    @model_validator(mode="before")
    @classmethod
    def _keep_content(cls, message: Any) -> Any:
        return {**message, "content": message} if isinstance(message, dict) else message
