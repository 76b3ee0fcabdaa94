"""Who asks for something, and of which team. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A person in Slack; in a shared channel the team can be another than the bot's."""

    id: str
    team: str
    enterprise: str | None = None
