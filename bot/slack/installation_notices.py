"""Tells the people who installed the bot what is next, in a direct message."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Self

import structlog
from pydantic import SecretStr

from bot.background import BackgroundWork
from bot.blocks.messages.installing import scopes_message, welcome_message
from bot.blocks.messages.message import Message
from bot.clock import utc_now
from bot.core.errors import SlackError, SlackUnavailable, StoreError
from bot.slack.api import SlackApi
from bot.slack.posting import direct_message, post
from bot.storage.installation_store import InstallationStore, KeptInstallation, Notice

_LOOK_EVERY_SECONDS: Final = 30.0
# While Slack is away it is tried again, for a day.
_AGAIN: Final = timedelta(minutes=1)
_TRIED_FOR: Final = timedelta(days=1)

_log = structlog.get_logger(__name__)


class InstallationNotices:
    """Used as `async with`: while it is open it tells them.

    `command` is the slash command that it names, `install_url` where the bot is added again.
    """

    def __init__(
        self,
        store: InstallationStore,
        connect: Callable[[SecretStr], SlackApi],
        *,
        command: str,
        install_url: str,
    ) -> None:
        self._store = store
        self._connect = connect
        self._command = command
        self._install_url = install_url
        self._woken = asyncio.Event()
        self._work = BackgroundWork(self._look, name="installation notices")

    async def __aenter__(self) -> Self:
        self._work.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._work.end()

    def wake(self) -> None:
        """Look at once for whom there is something to tell."""
        self._woken.set()

    async def _look(self) -> None:
        self._woken.clear()
        try:
            for kept in await self._store.take_notices(utc_now(), _AGAIN):
                await self._tell(kept)
        except StoreError as error:
            _log.info("installers not told yet", error=str(error))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                await self._woken.wait()

    async def _tell(self, kept: KeptInstallation) -> None:
        try:
            if kept.token is not None and kept.installed_by:
                slack = self._connect(kept.token)
                channel = await direct_message(slack, kept.installed_by)
                await post(slack, channel, self._message(kept))
        except SlackUnavailable as error:
            if utc_now() - kept.changed_at < _TRIED_FOR:
                _log.info("installer not told yet", team=kept.key, error=error.code)
                return
            _log.warning("installer not told", team=kept.key, error=error.code)
        except SlackError as error:
            _log.warning("installer not told", team=kept.key, error=error.code)
        await self._store.told(kept)

    def _message(self, kept: KeptInstallation) -> Message:
        if kept.notice == Notice.SCOPES:
            return scopes_message(self._install_url)
        return welcome_message(self._command)
