"""In-flight requests: a person's answer goes before work that can wait a moment."""

import asyncio
from contextlib import AbstractContextManager


class _Count:
    """How many contexts are open, and when none is."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self._count += 1
        self._none.clear()

    def __exit__(self, *_: object) -> None:
        self._count -= 1
        if not self._count:
            self._none.set()

    async def none(self, seconds: float) -> None:
        """Wait until there is none, but no longer than that."""
        if self._none.is_set():
            return
        try:
            async with asyncio.timeout(seconds):
                await self._none.wait()
        except TimeoutError:
            return


class InFlightRequests:
    """How many requests of Slack's and CallCow's are being answered, or still arriving, now."""

    def __init__(self) -> None:
        self._answering = _Count()
        self._open = _Count()
        self.is_draining = False
        self._stopping = asyncio.Event()

    def drain(self) -> None:
        """Say that no more traffic is to come here; what comes is answered all the same."""
        self.is_draining = True

    def stop(self) -> None:
        """Say that who waits is to be answered now."""
        self._stopping.set()

    async def stopped(self, seconds: float) -> bool:
        """Wait that long, and return whether the end has begun, at once if it has."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True

    def answering(self) -> AbstractContextManager[None]:
        """Say that somebody waits for an answer while the context is open."""
        return self._answering

    def open(self) -> AbstractContextManager[None]:
        """Say that a request has begun, though its body may come slowly."""
        return self._open

    async def quiet(self, seconds: float) -> None:
        """Wait until nobody waits for an answer, but no longer than that."""
        await self._answering.none(seconds)

    async def closed(self, seconds: float) -> None:
        """Wait until every request that has begun is answered, but no longer than that."""
        await self._open.none(seconds)
