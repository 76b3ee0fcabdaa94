"""One workspace of the local Slack: its people use the bot, and what came of it is seen here."""

from collections.abc import Callable, Collection
from typing import Any, Final

from bot.demo.slack.app import App
from bot.demo.slack.contents import Ephemeral, Message, View
from bot.demo.slack.delivery.delivery import Delivery
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.people.messages import People
from bot.demo.slack.people.views import PeopleInViews
from bot.demo.slack.workspace import BOT_USER, Workspace

_REVOKED: Final[dict[str, Any]] = {
    "type": "tokens_revoked",
    "tokens": {"oauth": [], "bot": [BOT_USER]},
}


class LocalWorkspace(People, PeopleInViews):
    """What people do there, and what they see. People and channels go by id.

    `workspace` holds all that the methods below show, and the flags that a test may flip.
    """

    def __init__(
        self,
        workspace: Workspace,
        app: App,
        delivery: Delivery,
        address: Callable[[], str],
        events: Collection[str] | None = None,
    ) -> None:
        super().__init__(workspace, delivery, address, events)
        self.app = app
        self.changes = workspace.changes

    @property
    def team(self) -> str:
        """The id of the workspace."""
        return self.workspace.id

    @property
    def ephemerals(self) -> list[Ephemeral]:
        """Every message for one person only, in order."""
        return self.workspace.ephemerals

    @property
    def open_views(self) -> dict[str, View]:
        """The views that people have before them, by id, the topmost last."""
        return {view.id: view for view in self.workspace.views.values() if view.open}

    def messages(self, channel: str) -> list[Message]:
        """Return every message of a channel in order: replies too, and those deleted."""
        return [
            message for message in self.workspace.messages.values() if message.channel == channel
        ]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Return the replies in the thread of a message."""
        return [message for message in self.messages(channel) if message.thread_ts == ts]

    async def until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        """Wait until `condition` holds, looking again at every change, or raise TimeoutError."""
        await self.changes.until(condition, seconds, self.workspace.describe)

    async def uninstall(self) -> Reply:
        """Remove the app from the workspace, or from its organization if it is in all of it.

        The token is good for nothing any more, and the app is told both.
        """
        self.app.remove(self.workspace, "account_inactive")
        await self.event(_REVOKED)
        return await self.event({"type": "app_uninstalled"})

    async def revoke_tokens(self) -> Reply:
        """Revoke the bot's token of the workspace."""
        self.app.remove(self.workspace, "token_revoked")
        return await self.event(_REVOKED)
