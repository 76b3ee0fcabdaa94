"""Whose own people someone is, by what Slack says of the person and of the installation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Self

from bot.core.person import Person

# The user that Slack itself speaks as: reminders, and hints to whoever mentions a bot.
SLACKBOT: Final = "USLACKBOT"
_ENTERPRISE: Final = "E"


class Standing(Enum):
    """Whether somebody is one of an installation's own people."""

    OWN = "own"
    STRANGER = "stranger"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Installation:
    """Where the bot is installed: in a workspace, or in a whole organization (Enterprise Grid).

    `team` and `enterprise` are as `auth.test` answers them; a workspace that is part of an
    organization has both.
    """

    team: str | None
    enterprise: str | None
    org_wide: bool
    url: str | None
    bot_user: str | None = None
    bot_id: str | None = None

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Self:
        """Return what an answer of `auth.test` says."""

        def text(name: str) -> str | None:
            value = answer.get(name)
            return value if isinstance(value, str) and value else None

        return cls(
            team=text("team_id"),
            enterprise=text("enterprise_id"),
            org_wide=answer.get("is_enterprise_install") is True,
            url=text("url"),
            bot_user=text("user_id"),
            bot_id=text("bot_id"),
        )

    @property
    def key(self) -> str | None:
        """What its calls are kept under: the workspace, or the organization if it is org-wide."""
        return self.enterprise if self.org_wide and self.enterprise else self.team

    def key_of(self, team: str, enterprise: str | None = None) -> str:
        """Return what calls of that team are kept under, the team itself for one not its own."""
        org = self.enterprise if self.org_wide else None
        is_own = team == self.team or (org is not None and org in (team, enterprise))
        return self.key or team if is_own else team

    def standing(self, person: Person) -> Standing:
        """Return whether somebody is one of its own people.

        In an organization, people of its other workspaces are its own as well. What the payload
        does not say of a person of another team is unclear.
        """
        if person.id in {SLACKBOT, self.bot_user}:
            return Standing.STRANGER
        if person.team in {self.team, self.enterprise}:
            return Standing.OWN
        if self.enterprise is None or person.team.startswith(_ENTERPRISE):
            return Standing.STRANGER
        if person.enterprise is None:
            return Standing.UNCLEAR
        return Standing.OWN if person.enterprise == self.enterprise else Standing.STRANGER

    def standing_by(self, profile: Mapping[str, Any], person_team: str) -> Standing:
        """Return the same by what `users.info` says of somebody; in doubt, a stranger.

        Where it names the workspaces of that person, `person_team` is one of them: otherwise it is
        of somebody else with the same id.
        """
        if profile.get("is_stranger") is True or profile.get("is_bot") is True:
            return Standing.STRANGER
        organization = profile.get("enterprise_user")
        member_of = organization.get("enterprise_id") if isinstance(organization, Mapping) else None
        team = profile.get("team_id")
        teams = organization.get("teams") if isinstance(organization, Mapping) else None
        if isinstance(teams, list) and teams and person_team not in (*teams, team, member_of):
            return Standing.STRANGER
        if self.enterprise is not None and self.enterprise in (member_of, team):
            return Standing.OWN
        is_of_the_team = member_of is None and self.team is not None and team == self.team
        return Standing.OWN if is_of_the_team else Standing.STRANGER
