"""A lane of work beside the calls: claims what is due and sees that each is taken one step on."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import Final, Generic, Protocol, Self, TypeVar
from uuid import UUID

import structlog

from bot.core.errors import StoreError, WriteRefused

_IDLE_SECONDS: Final = 1.0
_LOOP_DELAY_SECONDS: Final = 0.01
_LIMIT: Final = 4
_STOP_SECONDS: Final = 4.0

_log = structlog.get_logger(__name__)


class Leased(Protocol):
    """A row that is leased for a step."""

    @property
    def id(self) -> UUID:
        """What it is known by."""

    @property
    def team(self) -> str:
        """The workspace that it is of."""

    @property
    def lease(self) -> UUID | None:
        """The lease that it is under."""


Row = TypeVar("Row", bound=Leased)


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
        self._held: dict[asyncio.Task[None], UUID] = {}
        self._woken = asyncio.Event()
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
        if self._held:
            await asyncio.wait(self._held, timeout=_STOP_SECONDS)
        for task in list(self._held):
            task.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)

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
        free = _LIMIT - len(self._held)
        if free <= 0:
            return
        claimed = await self._steps.claim(limit=free, lease=self._lease, held=self._held.values())
        for row in claimed:
            task = asyncio.create_task(self._take(row), name=f"step of {self._name} {row.id}")
            if row.lease is not None:
                self._held[task] = row.lease
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._held.pop(task, None)
        self._woken.set()

    async def _take(self, row: Row) -> None:
        # The task is this row's alone: all that it logs carries both.
        structlog.contextvars.bind_contextvars(**{self._name: str(row.id)}, team=row.team)
        try:
            await self._steps.run(row)
        except asyncio.CancelledError:
            await self._release(row)
            raise
        except WriteRefused as error:
            _log.error("step refused by the database", kind=self._name, error=str(error))
            await self._release(row, failed=True)
        except StoreError as error:
            _log.warning("step not begun", kind=self._name, error=str(error))
            await self._release(row)
        except Exception:  # noqa: BLE001
            # Whatever is odd about one, the others go on.
            _log.exception("step failed", kind=self._name)
            await self._release(row, failed=True)

    async def _release(self, row: Row, *, failed: bool = False) -> None:
        try:
            await (self._steps.failed(row) if failed else self._steps.release(row))
        except Exception:  # noqa: BLE001
            _log.warning("lease left to run out", kind=self._name)
