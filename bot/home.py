"""A person's home tab, published when it is opened and when a call of theirs has ended."""

import asyncio
from typing import Final, Self

import structlog

from bot.blocks.home import home_tab, list_message
from bot.blocks.message import Message
from bot.errors import SlackError, StoreError
from bot.listing import Calls
from bot.slack_api import SlackApi
from bot.store import Store
from bot.workspace import Workspace

# Of the connections to Slack, which results need more.
_AT_ONCE: Final = 4

_log = structlog.get_logger(__name__)


class Home:
    """Publishes home tabs; `command` is the slash command that they name.

    Used as `async with`: when it closes, what is still to be shown is let go.
    """

    def __init__(
        self, store: Store, slack: SlackApi, workspace: Workspace, *, command: str
    ) -> None:
        self._store = store
        self._slack = slack
        self._workspace = workspace
        self._command = command
        self._showing: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._outdated: set[tuple[str, str]] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = list(self._showing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def listed(self, person: str, team: str) -> Message:
        """Return the same for a message that the person only sees; raises `Unreadable`."""
        calls = await Calls.of(self._store, person, team)
        return list_message(calls.scheduled, calls.recent, self._workspace.links, self._command)

    async def show(self, person: str, team: str) -> bool:
        """Bring a person's home tab up to date; return whether that worked.

        A failure holds nothing up: the tab is published again the next time it is opened.
        """
        try:
            calls = await Calls.of(self._store, person, team)
            view = home_tab(calls.scheduled, calls.recent, self._workspace.links, self._command)
            await self._slack.ask(
                "views.publish", self._slack.client.views_publish(user_id=person, view=view)
            )
        except (StoreError, SlackError) as error:
            _log.info("home tab not published", error=type(error).__name__)
            return False
        return True

    def show_soon(self, person: str, team: str) -> None:
        """Bring a person's home tab up to date without waiting: a slow Slack holds nothing up."""
        tab = (person, team)
        self._outdated.add(tab)
        if tab not in self._showing:
            task = asyncio.create_task(self._keep_current(tab), name=f"home tab of {person}")
            self._showing[tab] = task

    async def _keep_current(self, tab: tuple[str, str]) -> None:
        # One after the other, so that no older state is published over a newer one.
        try:
            while tab in self._outdated:
                async with self._turns:
                    self._outdated.discard(tab)
                    await self.show(*tab)
        finally:
            del self._showing[tab]
