"""The workspaces that the bot is installed in, each with its own token and its own people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.person import Person
from bot.slack.workspace import Workspace


class Workspaces(Protocol):
    """Finds a workspace; what is asked of Slack for it goes out with its own token."""

    async def find(self, teams: Sequence[str]) -> Workspace:
        """Return the first of several in which the bot is installed.

        Raises `NotInstalled`, and `StoreError` when the database fails.
        """

    async def of(self, team: str) -> Workspace:
        """Return the workspace whose calls are kept under `team`.

        Raises `NotInstalled`, and `SlackUnavailable` while the database is away.
        """

    async def of_person(self, person: Person) -> Workspace:
        """Return the workspace that Slack told of what a person did; raises the same."""

    def key_in(self, team: str, request_key: str) -> str:
        """Return what a request is known by among those of all workspaces."""

    async def removed(self, teams: Sequence[str], at: datetime) -> str | None:
        """Note that the bot was removed then; return what the workspace's calls are kept under.

        That is None where it is not installed, or was installed again since. Raises `StoreError`.
        """


class OneWorkspace:
    """The only one, of the token in the settings, whichever is asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def find(self, _teams: Sequence[str]) -> Workspace:
        """Return the workspace."""
        return self._workspace

    async def of(self, _team: str) -> Workspace:
        """Return the workspace."""
        return self._workspace

    async def of_person(self, _person: Person) -> Workspace:
        """Return the workspace."""
        return self._workspace

    def key_in(self, _team: str, request_key: str) -> str:
        """Return the key as it is."""
        return request_key

    async def removed(self, teams: Sequence[str], _at: datetime) -> str | None:
        """Return what the calls are kept under: the token is in the settings, out of reach."""
        return self._workspace.key_of(*teams[:2]) if teams else None
