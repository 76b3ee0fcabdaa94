"""The workspaces that the bot is installed in, each with its own token and its own people."""

from typing import Protocol

from bot.core.person import Person
from bot.slack.workspace import Workspace


class Workspaces(Protocol):
    """Finds a workspace; what is asked of Slack for it goes out with its own token."""

    async def of(self, team: str) -> Workspace:
        """Return the workspace whose calls are kept under `team`; raise `NotInstalled`."""

    async def of_person(self, person: Person) -> Workspace:
        """Return the workspace that Slack told of what a person did; raise `NotInstalled`."""


class OneWorkspace:
    """The only one, of the token in the settings, whichever is asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def of(self, _team: str) -> Workspace:
        """Return the workspace."""
        return self._workspace

    async def of_person(self, _person: Person) -> Workspace:
        """Return the workspace."""
        return self._workspace
