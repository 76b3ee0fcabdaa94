"""Waiting for something to change in a stand-in, without sleeping."""

import asyncio
import inspect
from collections.abc import Callable


class Changes:
    """Counts changes and wakes who waits for the next: a test, or a page's live updates."""

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def notify(self) -> None:
        """Say that something has changed."""
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, seen: int) -> int:
        """Wait until there are more than `seen` changes and return how many there are."""
        while self.count <= seen:
            await self._next.wait()
        return self.count

    async def until(
        self, condition: Callable[[], object], seconds: float, describe: Callable[[], str]
    ) -> None:
        """Wait until `condition` holds, looking again at every change.

        Raise TimeoutError after `seconds`, with the condition's source and what `describe` says of
        the state it was waiting in.
        """
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self.after(self.count)
        except TimeoutError as error:
            raise TimeoutError(
                f"not within {seconds:g} s: {_source(condition)}\n{describe()}"
            ) from error


def _source(condition: Callable[[], object]) -> str:
    try:
        return " ".join(inspect.getsource(condition).split())
    except (OSError, TypeError):
        return repr(condition)
