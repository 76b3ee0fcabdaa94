"""The database: opened on SQLite or PostgreSQL, with writes that commit together."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, Protocol, Self, TypeVar

import structlog
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import MaybeSaved, NotSaved, StoreError, Unreadable

S = TypeVar("S")
T = TypeVar("T")
Work = Callable[[Connection], T]
WorkOnMany = Callable[[Connection, list[S]], list[T]]

# Slack waits 3 s for an acknowledgement: a lock is waited for 2 s, a whole write 2.5 s.
LOCK_SECONDS: Final = 2.0
WRITE_SECONDS: Final = 2.5
# Nobody stands at a door while the schema is changed, and a replica waits for the other's change.
_PATIENT_SECONDS: Final = 60.0
# How long the end waits for the server's part in closing a connection: the driver waits for ever.
_GOODBYE_SECONDS: Final = 0.5
# One transaction takes this many writes at most, so that the first need not wait for the last.
BATCH: Final = 64
# One that writes and one that reads: more only contend for the interpreter.
_THREADS: Final = 2
# The execution option of a connection that only reads.
_READS: Final = "ringback_reads"
_FAILURES: Final = (SQLAlchemyError, OSError, TimeoutError)

_log = structlog.get_logger(__name__)


class _Connections(Protocol):
    """How a function of a connection is run without the loop's waiting for it.

    `reading` are the execution options of a connection that only reads.
    """

    reading: dict[str, Any]

    async def run(self, work: Work[T]) -> T: ...

    async def close(self) -> None: ...


class _OnLoop:
    """PostgreSQL: the driver awaits its socket."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.reading = {"isolation_level": "AUTOCOMMIT"}
        self._engine = engine

    async def run(self, work: Work[T]) -> T:
        # The lock's time is the limit of each statement; this is the limit of them all.
        async with asyncio.timeout(WRITE_SECONDS), self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await _dispose(self._engine)


class _InThreads:
    """SQLite: a whole transaction in one go to a thread, and not one for each statement."""

    def __init__(self, engine: Engine) -> None:
        self.reading = {_READS: True}
        self._engine = engine
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="sqlite")

    async def run(self, work: Work[T]) -> T:
        def connected() -> T:
            with self._engine.connect() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads, connected)

    async def close(self) -> None:
        # What is under way ends by itself, within the time that a lock is waited for.
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


class Database:
    """Reads and writes go together with those that wait at the same time.

    Writes that wait while a transaction is under way share the next one and its flush to the disk;
    each is answered after the commit. `engine` is for what has its own way, as migrations do;
    `sync_engine` is what reads and writes go through.
    """

    def __init__(self, engine: AsyncEngine, sync_engine: Engine, connections: _Connections) -> None:
        self.engine = engine
        self.sync_engine = sync_engine
        self._connections = connections
        self._writes = _Batches(connections, writes=True)
        self._reads = _Batches(connections, writes=False)

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the database at `url`; nothing is connected yet."""
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            quick = _postgresql(parsed, LOCK_SECONDS)
            return cls(_postgresql(parsed, _PATIENT_SECONDS), quick.sync_engine, _OnLoop(quick))
        engine = create_async_engine(parsed, **_SQLITE)
        in_threads = create_engine(parsed.set(drivername="sqlite"), **_SQLITE)
        for each in (engine.sync_engine, in_threads):
            _prepare_sqlite(each)
        return cls(engine, in_threads, _InThreads(in_threads))

    async def __aenter__(self) -> Self:
        self._writes.start()
        self._reads.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._writes.stop()
        await self._reads.stop()
        await self._connections.close()
        await _dispose(self.engine)

    async def read(self, work: Work[T]) -> T:
        """Return what `work` reads; raise `Unreadable`."""
        return await self.read_with_others(_one_by_one, work)

    async def read_with_others(self, work: WorkOnMany[S, T], item: S) -> T:
        """Do as `read` does, where `work` takes all items that wait for it and answers each."""
        return await self._reads.take(work, item)

    async def write(self, work: Work[T]) -> T:
        """Return what `work` returned, once it is on the disk; raise `NotSaved` or `MaybeSaved`."""
        return await self.write_with_others(_one_by_one, work)

    async def write_with_others(self, work: WorkOnMany[S, T], item: S) -> T:
        """Do as `write` does, where `work` takes all items that wait for it and answers each."""
        return await self._writes.take(work, item)


@dataclass(eq=False)
class _Task:
    """One work that somebody waits for."""

    work: WorkOnMany[Any, Any]
    item: Any
    done: asyncio.Future[Any] = field(default_factory=asyncio.Future)


class _Batches:
    """One transaction after another, each with all that waited for it."""

    def __init__(self, connections: _Connections, *, writes: bool) -> None:
        self._connections = connections
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

    async def take(self, work: WorkOnMany[S, T], item: S) -> T:
        """Return what `work` answers for `item`; raise the `StoreError` that says what failed."""
        task = _Task(work, item)
        # A failure may come when nobody waits for it any more; it has been logged.
        task.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append(task)
        self._arrived.set()
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                result: T = await asyncio.shield(task.done)
                return result
        except TimeoutError:
            begun = task not in self._waiting
            if not begun:
                self._waiting.remove(task)
            raise self._error("commit" if begun else "connect", "no answer in time") from None

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            # What waits at the same time depends on nothing in it, so equal works may meet.
            batch.sort(key=lambda task: id(task.work))
            if not self._waiting:
                self._arrived.clear()
            await self._perform(batch)

    async def _perform(self, batch: list[_Task]) -> None:
        options = {} if self._writes else self._connections.reading
        transaction = _Transaction(batch, options, commits=self._writes)
        try:
            results = await self._connections.run(transaction.perform)
        # Whatever a work raises is its caller's affair, and must not end the loop.
        except Exception as error:  # noqa: BLE001
            await self._failed(batch, transaction.phase, error)
        else:
            for task, result in zip(batch, results, strict=True):
                if not task.done.done():
                    task.done.set_result(result)

    async def _failed(self, batch: list[_Task], phase: str, error: Exception) -> None:
        """Tell those who wait; but if one spoilt it for the others, do each alone."""
        if phase == "work" and len(batch) > 1 and not _is_connection_lost(error):
            for task in batch:
                await self._perform([task])
            return
        if phase == "connect":
            # Whoever came meanwhile has waited as well, and would wait for the same again.
            batch, self._waiting = batch + self._waiting, []
        what = "not saved" if self._writes else "not read"
        _log.warning(what, phase=phase, tasks=len(batch), error=_name(error))
        if isinstance(error, _FAILURES):
            # Without its cause: the text of that shows values of the row.
            error = self._error(phase, _name(error))
        for task in batch:
            if not task.done.done():
                task.done.set_exception(error)

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
        results = [
            result
            for work, tasks in groupby(self._batch, key=lambda task: task.work)
            for result in work(connection, [task.item for task in tasks])
        ]
        if self._commits:
            self.phase = "commit"
            self._commit(connection)
        return results

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except BaseException:
            # What became of a connection that could not is not known: it is not used again.
            connection.invalidate()
            raise


def _one_by_one(connection: Connection, works: list[Work[T]]) -> list[T]:
    return [work(connection) for work in works]


async def _dispose(engine: AsyncEngine) -> None:
    """Close what is open; a server that does not take part is left to find out by itself."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await engine.dispose()


def _is_connection_lost(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, OSError | TimeoutError)


def _name(error: BaseException) -> str:
    """Return what went wrong without any value of a row: the class of the driver's error."""
    if isinstance(error, DBAPIError) and error.orig:
        # asyncpg's errors come wrapped in one that often says no more than "Error".
        error = error.orig.__cause__ or error.orig
    return type(error).__name__


def _postgresql(url: URL, statement_seconds: float) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=LOCK_SECONDS,
        connect_args={
            "timeout": LOCK_SECONDS,
            "command_timeout": statement_seconds,
            "server_settings": {"application_name": "ringback"},
        },
    )


_SQLITE: Final[dict[str, Any]] = {
    "hide_parameters": True,
    "pool_timeout": LOCK_SECONDS,
    "connect_args": {"timeout": LOCK_SECONDS, "isolation_level": None},
}


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _set_durability(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write takes its lock at once: so a lock held elsewhere fails before any work, and a
        # commit never meets one.
        if not connection.get_execution_options().get(_READS, False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
