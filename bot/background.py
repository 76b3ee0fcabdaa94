"""Work in the background: owned by one part, ended with it, and ended by no failure before."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Self

import structlog

# What fails at once does not fail all the time.
_PAUSE_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class BackgroundWork:
    """Does `work` again and again while it is open as `async with`; it waits for its time itself.

    One time that fails is told, and the next one comes.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], *, name: str) -> None:
        self._work = work
        self._name = name
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def end(self) -> None:
        """End, whatever is under way."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._work()
            except Exception:  # noqa: BLE001
                # Nobody else does it.
                _log.exception("background work failed", work=self._name)
                await asyncio.sleep(_PAUSE_SECONDS)
