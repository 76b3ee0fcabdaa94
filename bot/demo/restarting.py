"""The bot as the demo runs it: it can be ended and started again with other settings."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, Self

from bot import app
from bot.network import Network
from bot.settings import Settings


class RestartingBot:
    """Used as `async with`; `settings` are those that never change."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._running = AsyncExitStack()
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    async def restart(self, changed: Mapping[str, Any]) -> None:
        """End the bot, if it runs, and start it with its settings and `changed`."""
        async with self._one_at_a_time:
            await self._running.aclose()
            settings = Settings.given({**self._settings, **changed})
            await self._running.enter_async_context(app.running(settings, Network()))
