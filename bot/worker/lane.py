"""A lane of work beside the calls: claims what is due and sees that each is taken one step on."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import Final, Generic, Protocol, Self
from uuid import UUID

import structlog

from bot.core.errors import StoreError
from bot.worker.step_tasks import Row, StepTasks

_IDLE_SECONDS: Final = 1.0
_LOOP_DELAY_SECONDS: Final = 0.01
_LIMIT: Final = 4
_STOP_SECONDS: Final = 4.0

_log = structlog.get_logger(__name__)


class LaneSteps(Protocol[Row]):
    """What a lane does; each raises `StoreError`."""

    async def claim(
        self, *, limit: int, lease: timedelta, held: Collection[UUID]
    ) -> Collection[Row]:
        """Lease so many rows that are due."""

    async def run(self, row: Row) -> None:
        """Take the step that is next and commit what came of it."""

    async def release(self, row: Row) -> None:
        """Give the lease back."""

    async def failed(self, row: Row) -> None:
        """Leave a step for later that failed in a way that nobody foresaw."""

    async def clear_away(self) -> None:
        """Delete what is too old."""


class Lane(Generic[Row]):
    """Used as `async with`: while it is open it works, and when it closes it has let go.

    `name` is the word for a row in the log.
    """

    def __init__(self, name: str, steps: LaneSteps[Row], *, lease: timedelta) -> None:
        self._name = name
        self._steps = steps
        self._lease = lease
        self._woken = asyncio.Event()
        self._tasks = StepTasks(name, steps.run, self._release, self._woken.set)
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.create_task(self._run(), name=f"{self._name}s")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take no more work; finish what is under way, or release it."""
        self.stop()
        if self._loop is not None:
            await self._loop
        await self._tasks.end(_STOP_SECONDS)

    def stop(self) -> None:
        """Take no more work."""
        self._stopping = True
        self._woken.set()

    def wake(self) -> None:
        """Look for what is due at once."""
        self._woken.set()

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                await self._start_due()
                await self._steps.clear_away()
            except StoreError as error:
                _log.warning("cannot look for what is due", kind=self._name, error=str(error))
            except Exception:  # noqa: BLE001
                # As in a step: told, and tried again, since without this loop nobody is answered.
                _log.exception("look for what is due failed", kind=self._name)
            await asyncio.sleep(_LOOP_DELAY_SECONDS)
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _start_due(self) -> None:
        free = _LIMIT - len(self._tasks)
        if free <= 0:
            return
        claimed = await self._steps.claim(limit=free, lease=self._lease, held=self._tasks.held)
        for row in claimed:
            self._tasks.start(row)

    async def _release(self, row: Row, failed: bool) -> None:
        await (self._steps.failed(row) if failed else self._steps.release(row))
