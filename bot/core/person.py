"""Who asks for something, and of which team. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A person in Slack; in a shared channel the team can be another than the bot's.

    `team` is a workspace or an organization, as Slack names it for the *person*. `enterprise` is
    the organization of that workspace, None where Slack does not say: that of the installation, or
    of whoever owns the channel, is told beside it and is no word on the person.
    """

    id: str
    team: str
    enterprise: str | None = None
