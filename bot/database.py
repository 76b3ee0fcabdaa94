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

from bot.errors import MaybeSaved, NotSaved, Unreadable

S = TypeVar("S")
T = TypeVar("T")
Work = Callable[[Connection], T]
WorkOnMany = Callable[[Connection, list[S]], list[T]]

# Slack waits 3 s for an acknowledgement: a lock is waited for 2 s, a whole write 2.5 s.
LOCK_SECONDS: Final = 2.0
WRITE_SECONDS: Final = 2.5
# One transaction takes this many writes at most, so that the first need not wait for the last.
BATCH: Final = 64
_THREADS: Final = 8
_FAILURES: Final = (SQLAlchemyError, OSError, TimeoutError)

_log = structlog.get_logger(__name__)


class _Connections(Protocol):
    """How a function of a connection is run without the loop's waiting for it."""

    async def run(self, work: Work[T]) -> T: ...

    async def close(self) -> None: ...


class _OnLoop:
    """PostgreSQL: the driver awaits its socket."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Work[T]) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Nothing is left to close: the engine is the database's."""


class _InThreads:
    """SQLite: a whole transaction in one go to a thread, and not one for each statement."""

    def __init__(self, engine: Engine) -> None:
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


@dataclass(eq=False)
class _Write:
    work: WorkOnMany[Any, Any]
    item: Any
    done: asyncio.Future[Any] = field(default_factory=asyncio.Future)


class Database:
    """Reads on connections of their own; writes one transaction after another.

    Writes that wait while a transaction is under way go into the next one together and share its
    flush to the disk. Each is answered after the commit. `engine` is for what has its own way, as
    migrations do; `writing` is the engine that reads and writes below go through.
    """

    def __init__(self, engine: AsyncEngine, writing: Engine, connections: _Connections) -> None:
        self.engine = engine
        self.writing = writing
        self._connections = connections
        self._waiting: list[_Write] = []
        self._arrived = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the database at `url`; nothing is connected yet."""
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            engine = _postgresql(parsed)
            return cls(engine, engine.sync_engine, _OnLoop(engine))
        engine = create_async_engine(parsed, **_SQLITE)
        writing = create_engine(parsed.set(drivername="sqlite"), **_SQLITE)
        for each in (engine.sync_engine, writing):
            _prepare_sqlite(each)
        return cls(engine, writing, _InThreads(writing))

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write_batches(), name="database writer")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        await self._connections.close()
        await self.engine.dispose()

    async def read(self, work: Work[T]) -> T:
        """Return what `work` reads; raise `Unreadable`."""

        def reading(connection: Connection) -> T:
            return work(connection.execution_options(ringback_reads=True))

        try:
            async with asyncio.timeout(WRITE_SECONDS):
                return await self._connections.run(reading)
        except _FAILURES as error:
            raise Unreadable(type(error).__name__) from error

    async def write(self, work: Work[T]) -> T:
        """Return what `work` returned, once it is on the disk; raise `NotSaved` or `MaybeSaved`."""
        return await self.write_with_others(_one_by_one, work)

    async def write_with_others(self, work: WorkOnMany[S, T], item: S) -> T:
        """Do as `write` does, where `work` takes all items that wait for it and answers each."""
        write = _Write(work, item)
        # A failure may come when nobody waits for it any more; the writer has logged it.
        write.done.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append(write)
        self._arrived.set()
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                result: T = await asyncio.shield(write.done)
                return result
        except TimeoutError:
            if write in self._waiting:
                self._waiting.remove(write)
                raise NotSaved("the database is busy") from None
            raise MaybeSaved("the database does not answer") from None

    async def _write_batches(self) -> None:
        while True:
            await self._arrived.wait()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            # What waits at the same time depends on nothing in it, so equal works may meet.
            batch.sort(key=lambda write: id(write.work))
            if not self._waiting:
                self._arrived.clear()
            await self._commit(batch)

    async def _commit(self, batch: list[_Write]) -> None:
        transaction = _Transaction(batch)
        try:
            results = await self._connections.run(transaction.commit)
        # Whatever a work raises is its caller's affair, and must not end the writer.
        except Exception as error:  # noqa: BLE001
            await self._failed(batch, transaction.phase, error)
        else:
            for write, result in zip(batch, results, strict=True):
                if not write.done.done():
                    write.done.set_result(result)

    async def _failed(self, batch: list[_Write], phase: str, error: Exception) -> None:
        """Tell those who wait; but if one write spoilt it for the others, commit each alone."""
        if phase == "work" and len(batch) > 1 and not _is_connection_lost(error):
            for write in batch:
                await self._commit([write])
            return
        if phase == "connect":
            # Whoever came meanwhile has waited as well, and would wait for the same again.
            batch, self._waiting = batch + self._waiting, []
        _log.warning("not saved", phase=phase, writes=len(batch), error=_name(error))
        if isinstance(error, _FAILURES):
            # Without its cause: the text of that shows values of the row.
            error = (MaybeSaved if phase == "commit" else NotSaved)(_name(error))
        for write in batch:
            if not write.done.done():
                write.done.set_exception(error)


class _Transaction:
    """One transaction and how far it came: `connect`, `work` or `commit`."""

    def __init__(self, batch: list[_Write]) -> None:
        self.phase = "connect"
        self._batch = batch

    def commit(self, connection: Connection) -> list[Any]:
        """Do the works, commit them and return what each returned."""
        connection.begin()
        self.phase = "work"
        results = [
            result
            for work, writes in groupby(self._batch, key=lambda write: write.work)
            for result in work(connection, [write.item for write in writes])
        ]
        self.phase = "commit"
        try:
            connection.commit()
        except BaseException:
            # What became of a connection that could not is not known: it is not used again.
            connection.invalidate()
            raise
        return results


def _one_by_one(connection: Connection, works: list[Work[T]]) -> list[T]:
    return [work(connection) for work in works]


def _is_connection_lost(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, OSError | TimeoutError)


def _name(error: BaseException) -> str:
    """Return what went wrong without any value of a row: the driver's error class and text."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return type(cause).__name__


def _postgresql(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=LOCK_SECONDS,
        connect_args={
            "timeout": LOCK_SECONDS,
            "command_timeout": LOCK_SECONDS,
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
        reads = connection.get_execution_options().get("ringback_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
