"""The database: opened on SQLite or PostgreSQL, with writes that commit together."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.errors import NotSaved
from bot.core.remembered import forget_remembered
from bot.storage.encryption.sealing import Sealing, use
from bot.storage.engine import sessions
from bot.storage.engine.address import connect_arguments, read_address
from bot.storage.engine.group_commit import (
    WRITE_SECONDS,
    ConnectionRunner,
    GroupCommit,
    S,
    T,
    Work,
    WorkOnMany,
)
from bot.storage.engine.sessions import Limits

# A lock is waited for a little less long than a whole write may take.
LOCK_SECONDS: Final = 2.0
_QUICK: Final = Limits(statement=LOCK_SECONDS, lock=LOCK_SECONDS)
# No request waits while the schema is changed, and a replica waits for the other's change.
_PATIENT: Final = Limits(statement=60.0, lock=60.0)
# How long the end waits for the server's part in closing a connection: the driver waits for ever.
_CLOSE_TIMEOUT_SECONDS: Final = 0.5
# Others look into SQLite's log for a moment only.
_TRUNCATE_AGAIN_SECONDS: Final = 0.05
# One that writes and one that reads: more only contend for the interpreter.
_THREADS: Final = 2
# The execution option of a connection that only reads.
_READS: Final = "ringback_reads"


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

    def __init__(
        self,
        engine: AsyncEngine,
        sync_engine: Engine,
        connections: ConnectionRunner,
        sealing: Sealing,
    ) -> None:
        for each in (engine.sync_engine, sync_engine):
            use(each.dialect, sealing)
        self.sealing = sealing
        self.engine = engine
        self.sync_engine = sync_engine
        self._connections = connections
        self._writes = GroupCommit(connections, writes=True)
        self._reads = GroupCommit(connections, writes=False)

    @classmethod
    def open(cls, url: str, keys: Sequence[str] = ()) -> Self:
        """Return the database at `url`; nothing is connected yet.

        With `keys`, the newest first, it reads what is encrypted.
        """
        sealing = Sealing(keys)
        parsed, arguments = connect_arguments(read_address(url))
        if parsed.get_backend_name() != "sqlite":
            quick = _postgresql(parsed, _QUICK, arguments)
            patient = _postgresql(parsed, _PATIENT, arguments)
            return cls(patient, quick.sync_engine, _OnLoop(quick), sealing)
        engine = create_async_engine(parsed, **_SQLITE)
        in_threads = create_engine(parsed.set(drivername="sqlite"), paramstyle="named", **_SQLITE)
        for each in (engine.sync_engine, in_threads):
            _prepare_sqlite(each)
        return cls(engine, in_threads, _InThreads(in_threads), sealing)

    async def __aenter__(self) -> Self:
        self._writes.start()
        self._reads.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._writes.stop()
        await self._reads.stop()
        await self._connections.close()
        await _dispose(self.engine)

    @property
    def failures(self) -> Counter[str]:
        """How often a read or a write failed, by how far it came."""
        return self._writes.failures + self._reads.failures

    async def read(self, work: Work[T]) -> T:
        """Return what `work` reads; raise `Unreadable`."""
        return await self.read_with_others(_one_by_one, work)

    async def read_with_others(self, work: WorkOnMany[S, T], item: S) -> T:
        """Do as `read` does, where `work` takes all items that wait for it and answers each."""
        return await self._reads.take(work, item)

    async def write(self, work: Work[T], locks: Collection[str] = ()) -> T:
        """Return what `work` returned, once it is on the disk; raise `NotSaved` or `MaybeSaved`.

        Of all transactions on the database one at a time holds a lock of a name in `locks`.
        """
        return await self.write_with_others(_one_by_one, work, locks)

    async def write_alone(self, work: Work[T]) -> T:
        """Do as `write` does in a transaction of its own, which locks nothing else meanwhile.

        SQLite has one writer: there a transaction of its own would keep the others waiting.
        """
        if self.engine.dialect.name == "sqlite":
            return await self.write(work)
        return await self._writes.take_alone(work)

    async def write_with_others(
        self, work: WorkOnMany[S, T], item: S, locks: Collection[str] = ()
    ) -> T:
        """Do as `write` does, where `work` takes all items that wait for it and answers each."""
        return await self._writes.take(work, item, locks)

    def forget_remembered(self) -> None:
        """Let this process keep nothing in memory of what was read, which is only for speed."""
        self.sealing.forget_opened()
        forget_remembered()

    async def truncate_log(self, *, seconds: float = 5.0) -> bool:
        """Let what SQLite's log still holds of erased rows go; False if others read it so long.

        PostgreSQL has no such file: there it is True. Raises `NotSaved`.
        """
        if self.sync_engine.dialect.name != "sqlite":
            return True
        until = time.monotonic() + seconds
        try:
            # In a thread of its own: no read and no write of others waits for this.
            while not await asyncio.to_thread(_truncate_log, self.sync_engine):
                if time.monotonic() > until:
                    return False
                await asyncio.sleep(_TRUNCATE_AGAIN_SECONDS)
        except (sqlite3.Error, SQLAlchemyError) as error:
            raise NotSaved(type(error).__name__) from None
        return True


def _truncate_log(engine: Engine) -> bool:
    connection = engine.raw_connection()
    # It is closed afterwards: nobody else is to wait for no lock.
    connection.detach()
    with contextlib.closing(connection):
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        # Most is done by this, which locks nobody out.
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy


def _one_by_one(connection: Connection, works: list[Work[T]]) -> list[T]:
    return [work(connection) for work in works]


async def _dispose(engine: AsyncEngine) -> None:
    """Close what is open; a server that does not take part is left to find out by itself."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSE_TIMEOUT_SECONDS):
            await engine.dispose()


def _postgresql(url: URL, limits: Limits, arguments: dict[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=LOCK_SECONDS,
        connect_args={"timeout": LOCK_SECONDS, "command_timeout": limits.statement, **arguments},
    )
    sessions.watch(engine, limits)
    return engine


_SQLITE: Final[dict[str, Any]] = {
    "hide_parameters": True,
    "pool_timeout": LOCK_SECONDS,
    "connect_args": {"timeout": LOCK_SECONDS, "isolation_level": None},
}


def _create_private(path: str | None) -> None:
    """Make a file that is not there yet, readable by its owner alone; its companions become so too.

    What keeps it from being made is told by the attempt to open it.
    """
    if path is None or path.startswith("file:"):
        return
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _decode(text: bytes) -> str:
    return text.decode(errors="replace")


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def _make_private(*_: object) -> None:
        _create_private(engine.url.database)

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        # What is erased is overwritten, not only left for others to be written over.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()
        if isinstance(connection, sqlite3.Connection):
            # A text that is no UTF-8 would keep every row beside it from being read.
            connection.text_factory = _decode

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write takes its lock at once: so a lock held elsewhere fails before any work, and a
        # commit never meets one.
        if not connection.get_execution_options().get(_READS, False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
