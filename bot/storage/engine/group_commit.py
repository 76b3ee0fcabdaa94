"""Transactions, each with all the work that waited for it: it shares one flush to the disk."""

import asyncio
import contextlib
import time
import zlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, Protocol, TypeVar

import structlog
from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from bot.core.errors import MaybeSaved, NotSaved, StoreError, Unreadable, WriteRefused

S = TypeVar("S")
T = TypeVar("T")
Work = Callable[[Connection], T]
WorkOnMany = Callable[[Connection, list[S]], list[T]]

# Slack waits 3 s for an acknowledgement, so a whole write takes 2.5 s at most.
WRITE_SECONDS: Final = 2.5
# Who came within so long of a failed connect may find a connection that works: they are not failed
# with it, but have one of their own.
_JUST_CAME_SECONDS: Final = 0.4
# One transaction takes this many writes at most, so that the first need not wait for the last.
BATCH: Final = 64
_FAILURES: Final = (SQLAlchemyError, OSError, TimeoutError)
# What a row's own values bring about: too large a number, a text that cannot be encoded.
_VALUE_ERRORS: Final = (DataError, IntegrityError)

_log = structlog.get_logger(__name__)


class ConnectionRunner(Protocol):
    """How a function of a connection is run without the loop's waiting for it.

    `reading` are the execution options of a connection that only reads.
    """

    reading: dict[str, Any]

    async def run(self, work: Work[T]) -> T:
        """Return what `work` returns of a connection."""

    async def close(self) -> None:
        """Close what is open."""


@dataclass(eq=False)
class _Task:
    """One work that somebody waits for."""

    work: WorkOnMany[Any, Any]
    item: Any
    locks: Collection[str] = ()
    done: asyncio.Future[Any] = field(default_factory=asyncio.Future)
    since: float = field(default_factory=time.monotonic)


class GroupCommit:
    """One transaction after another, each with all that waited for it."""

    def __init__(self, connections: ConnectionRunner, *, writes: bool) -> None:
        self._connections = connections
        # How often something failed, by how far it came.
        self.failures: Counter[str] = Counter()
        self._writes = writes
        self._waiting: list[_Task] = []
        self._arrived = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take up work."""
        name = f"database {'writes' if self._writes else 'reads'}"
        self._loop = asyncio.create_task(self._run(), name=name)

    async def stop(self) -> None:
        """Begin no further transaction."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop

    async def take(self, work: WorkOnMany[S, T], item: S, locks: Collection[str] = ()) -> T:
        """Return what `work` answers for `item`; raise the `StoreError` that says what failed.

        Of all transactions on the database one at a time holds a lock of a name in `locks`.
        """
        task = _Task(work, item, locks)
        # A failure may come when nobody waits for it any more; it has been logged.
        task.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append(task)
        self._arrived.set()
        expiry = asyncio.get_running_loop().call_later(WRITE_SECONDS, self._expire, task)
        try:
            result: T = await task.done
            return result
        finally:
            expiry.cancel()

    def _expire(self, task: _Task) -> None:
        begun = task not in self._waiting
        if not begun:
            self._waiting.remove(task)
        _tell([task], self._error("commit" if begun else "connect", "no answer in time"))

    async def take_alone(self, work: Work[T]) -> T:
        """Return what `work` returns, beside the transactions of the others."""
        transaction = _Transaction(
            [_Task(lambda connection, works: [works[0](connection)], work)],
            {} if self._writes else self._connections.reading,
            commits=self._writes,
        )
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                [result] = await self._connections.run(transaction.perform)
                done: T = result
                return done
        except Exception as error:
            if _is_of_database(error, transaction.phase):
                raise self._error(transaction.phase, _name(error)) from None
            raise

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            # What waits at the same time depends on nothing in it, so equal works may meet.
            batch.sort(key=lambda task: id(task.work))
            if not self._waiting:
                self._arrived.clear()
            try:
                await self._perform(batch)
            # Without this loop nothing is saved any more, so nothing of one batch may end it.
            except Exception as error:  # noqa: BLE001
                _log.exception("transaction failed", tasks=len(batch))
                _tell(batch, error)

    async def _perform(self, batch: list[_Task]) -> None:
        options = {} if self._writes else self._connections.reading
        transaction = _Transaction(batch, options, commits=self._writes)
        try:
            results = await self._connections.run(transaction.perform)
        except asyncio.CancelledError:
            if (current := asyncio.current_task()) is None or current.cancelling():
                raise
            # A driver's own, of something it gave up: nobody wants this loop to end.
            await self._failed(batch, transaction.phase, TimeoutError())
        # Whatever a work raises is its caller's affair, and must not end the loop.
        except Exception as error:  # noqa: BLE001
            await self._failed(batch, transaction.phase, error)
        else:
            for task, result in zip(batch, results, strict=True):
                if not task.done.done():
                    task.done.set_result(result)

    async def _failed(self, batch: list[_Task], phase: str, error: Exception) -> None:
        """Tell those who wait; but if one spoiled it for the others, do each alone."""
        if phase == "work" and len(batch) > 1 and not _is_connection_lost(error):
            for task in batch:
                await self._perform([task])
            return
        if phase == "connect":
            # Whoever came meanwhile has waited as well, and would wait for the same again.
            long_ago = time.monotonic() - _JUST_CAME_SECONDS
            batch = batch + [task for task in self._waiting if task.since < long_ago]
            self._waiting = [task for task in self._waiting if task.since >= long_ago]
        self.failures[phase] += 1
        what = "not saved" if self._writes else "not read"
        _log.warning(what, phase=phase, tasks=len(batch), error=_name(error))
        if _is_of_database(error, phase):
            # Without its cause: the text of that shows values of the row.
            refused = self._writes and phase == "work" and _is_refusal(error)
            error = WriteRefused(_name(error)) if refused else self._error(phase, _name(error))
        _tell(batch, error)

    def _error(self, phase: str, words: str) -> StoreError:
        if not self._writes:
            return Unreadable(words)
        return MaybeSaved(words) if phase == "commit" else NotSaved(words)


class _Transaction:
    """One transaction and how far it came: `connect`, `work` or `commit`."""

    def __init__(self, batch: list[_Task], options: dict[str, Any], *, commits: bool) -> None:
        self.phase = "connect"
        self._batch = batch
        self._options = options
        self._commits = commits

    def perform(self, connection: Connection) -> list[Any]:
        """Do the works, commit them and return what each returned."""
        connection = connection.execution_options(**self._options)
        connection.begin()
        self.phase = "work"
        self._lock(connection)
        results = [
            result
            for work, tasks in groupby(self._batch, key=lambda task: task.work)
            for result in work(connection, [task.item for task in tasks])
        ]
        if len(results) != len(self._batch):
            raise ValueError("a work did not answer for each of its items")
        if self._commits:
            self.phase = "commit"
            self._commit(connection)
        return results

    def _lock(self, connection: Connection) -> None:
        """Take the locks before any row is touched, in their order: so nobody waits in a circle.

        SQLite has one writer, which is a lock for everything.
        """
        names = {name for task in self._batch for name in task.locks}
        if connection.dialect.name != "postgresql":
            return
        for key in sorted(zlib.crc32(name.encode()) for name in names):
            connection.execute(select(func.pg_advisory_xact_lock(key)))

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except BaseException:
            # What became of a connection that could not is not known: it is not used again.
            connection.invalidate()
            raise


def _tell(batch: list[_Task], error: Exception) -> None:
    for task in batch:
        if not task.done.done():
            task.done.set_exception(error)


def _is_of_database(error: Exception, phase: str) -> bool:
    """Whether it is the database's, and not one that a work has raised.

    asyncpg has errors of its own for a connection that was cut at an unlucky moment, which
    SQLAlchemy does not know; but before the works and after them nothing else can fail.
    """
    is_drivers = type(error).__module__.partition(".")[0] == "asyncpg"
    return phase != "work" or is_drivers or isinstance(error, _FAILURES)


def _is_connection_lost(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, OSError | TimeoutError)


def _is_refusal(error: Exception) -> bool:
    """Whether it is the values that were refused, by the driver or before it."""
    before_it = isinstance(error, StatementError) and not isinstance(error, DBAPIError)
    return isinstance(error, _VALUE_ERRORS) or before_it


def _name(error: BaseException) -> str:
    """Return what went wrong without any value of a row: the class of the driver's error."""
    if isinstance(error, DBAPIError) and error.orig:
        # asyncpg's errors come wrapped in one that often says no more than "Error".
        error = error.orig.__cause__ or error.orig
    return type(error).__name__
