"""A person's home tab, published when it is opened and when a call of theirs has ended."""

import structlog

from bot.blocks.home import home_tab, list_message
from bot.blocks.message import Message
from bot.errors import SlackError, StoreError
from bot.listing import Calls
from bot.slack_api import SlackApi
from bot.store import Store
from bot.workspace import Workspace

_log = structlog.get_logger(__name__)


class Home:
    """Publishes home tabs; `command` is the slash command that they name."""

    def __init__(
        self, store: Store, slack: SlackApi, workspace: Workspace, *, command: str
    ) -> None:
        self._store = store
        self._slack = slack
        self._workspace = workspace
        self._command = command

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
