"""Who waits at a door: a person's answer goes before work that can wait a moment."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Doors:
    """How many requests of Slack's and CallCow's are being answered now."""

    def __init__(self) -> None:
        self._answering = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Say that somebody waits for an answer while the context is open."""
        self._answering += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._answering -= 1
            if not self._answering:
                self._quiet.set()

    async def quiet(self, seconds: float) -> None:
        """Wait until nobody waits for an answer, but no longer than that."""
        if self._quiet.is_set():
            return
        try:
            async with asyncio.timeout(seconds):
                await self._quiet.wait()
        except TimeoutError:
            return
