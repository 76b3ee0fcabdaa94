"""The workspace of the token in the settings: where that is, Slack says when it is asked."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.clock import utc_now
from bot.core.errors import MembershipUnknown, StoreError
from bot.core.membership import Installation
from bot.slack.api import SlackApi
from bot.slack.workspace import Workspace
from bot.storage.installations import Installations

_log = structlog.get_logger(__name__)


class OwnWorkspace(Workspace):
    """Knows the installation from the start, from the last time, or as soon as Slack answers."""

    def __init__(self, slack: SlackApi, installations: Installations) -> None:
        super().__init__(slack, None)
        self._installations = installations

    async def recall(self) -> None:
        """Take what `auth.test` answered the last time, until Slack answers again."""
        try:
            self.installation = await self._installations.last()
        except StoreError as error:
            _log.warning("installation not read", error=type(error).__name__)

    async def learn(self, answer: Mapping[str, Any]) -> None:
        """Take what `auth.test` answered, and keep it for a time when Slack is away."""
        learned = Installation.read(answer)
        if learned.key is None:
            _log.warning("slack does not say where the bot is installed")
            return
        self.installation = learned
        try:
            await self._installations.keep(learned, utc_now())
        except StoreError as error:
            _log.warning("installation not kept", error=type(error).__name__)

    async def known(self) -> Installation:
        """Return where the bot is installed; Slack is asked if it never said."""
        if self.installation is None:
            await self.learn(await self.ask("auth.test"))
        if self.installation is None:
            raise MembershipUnknown("no team in the answer of auth.test")
        return self.installation
