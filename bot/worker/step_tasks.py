"""The steps that are under way in this process: each a task of its own, with a lease."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from bot.core.errors import StoreError, WriteRefused
from bot.core.leased import Leased

_log = structlog.get_logger(__name__)


Row = TypeVar("Row", bound=Leased)


class StepTasks(Generic[Row]):
    """Takes rows through `run`, each on its own: whatever is odd about one, the others go on.

    `release` gives a lease back; with True the step failed in a way that nobody foresaw. `kind` is
    the word for a row in the log, `ended` is called when a step is over.
    """

    def __init__(
        self,
        kind: str,
        run: Callable[[Row], Awaitable[None]],
        release: Callable[[Row, bool], Awaitable[None]],
        ended: Callable[[], None],
    ) -> None:
        self._kind = kind
        self._run = run
        self._release = release
        self._ended = ended
        self._leases: dict[asyncio.Task[None], UUID | None] = {}

    def __len__(self) -> int:
        return len(self._leases)

    @property
    def held(self) -> Collection[UUID]:
        """The leases that this process still works under."""
        return [lease for lease in self._leases.values() if lease is not None]

    def start(self, row: Row) -> asyncio.Task[None]:
        """Take the row's next step; return its task, for whoever wants to know when it is over."""
        task = asyncio.create_task(self._take(row), name=f"step of {self._kind} {row.id}")
        self._leases[task] = row.lease
        task.add_done_callback(self._done)
        return task

    async def end(self, seconds: float) -> None:
        """Let what is under way finish within that time; what does not is given back."""
        if self._leases and seconds > 0:
            await asyncio.wait(self._leases, timeout=seconds)
        for task in list(self._leases):
            task.cancel()
        await asyncio.gather(*self._leases, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._leases.pop(task, None)
        self._ended()

    async def _take(self, row: Row) -> None:
        # The task is this row's alone: all that it logs carries both.
        structlog.contextvars.bind_contextvars(**{self._kind: str(row.id)}, team=row.team)
        try:
            await self._run(row)
        except asyncio.CancelledError:
            await self._give_back(row)
            raise
        except WriteRefused as error:
            _log.error("step refused by the database", kind=self._kind, error=str(error))
            await self._give_back(row, failed=True)
        except StoreError as error:
            _log.warning("step not begun", kind=self._kind, error=str(error))
            await self._give_back(row)
        except Exception:  # noqa: BLE001
            # The last resort for what nobody foresaw: it is told, and the row goes on later.
            _log.exception("step failed", kind=self._kind)
            await self._give_back(row, failed=True)

    async def _give_back(self, row: Row, *, failed: bool = False) -> None:
        try:
            await self._release(row, failed)
        except StoreError:
            _log.warning("lease left to run out", kind=self._kind)
        except Exception:  # noqa: BLE001
            _log.exception("lease left to run out", kind=self._kind)
