"""The schema of the database and how it came about, by Alembic."""

import asyncio
import random
import sqlite3
import time
from typing import Any, Final

import structlog
from alembic.util.exc import CommandError
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import SchemaError
from bot.storage.migrations import revisions

# Any number does, so long as every replica takes the same.
_LOCK: Final = 0x52494E47
_ENCODING: Final = "UTF8"
# A change that waits for a table makes everybody else wait behind it: it gives way after a second,
# and tries again for so long. Another replica's changes are waited for as long.
_LOCK_MILLISECONDS: Final = 1000
_LONGEST_WAIT_SECONDS: Final = 600.0
# What holds the lock of a file is on the same machine: another upgrade, or something forgotten.
_LONGEST_SQLITE_WAIT_SECONDS: Final = 20.0
_PAUSE_SECONDS: Final = 1.0
# A lock was not to be had in time, or two waited for each other.
_IN_USE: Final = {"55P03", "40P01"}
# A driver raises TypeError for an option in the address that it does not know.
_FAILURES: Final = (SQLAlchemyError, CommandError, OSError, TimeoutError, TypeError)

_log = structlog.get_logger(__name__)


async def upgrade(engine: AsyncEngine, *, longest_wait: float = _LONGEST_WAIT_SECONDS) -> None:
    """Bring the schema up to date; raise `SchemaError` if that cannot be done.

    Two processes that start together take turns: PostgreSQL by an advisory lock, SQLite by the
    lock of the transaction itself. A schema that a newer version made for this one too is left
    as it is.
    """
    try:
        if engine.dialect.name == "sqlite":
            longest_wait = min(longest_wait, _LONGEST_SQLITE_WAIT_SECONDS)
            await _upgrade_sqlite(engine, time.monotonic() + longest_wait)
        else:
            await _upgrade_in_turn(engine, time.monotonic() + longest_wait)
    except _FAILURES as error:
        raise _schema_error(error) from error


async def check(engine: AsyncEngine) -> None:
    """Raise `SchemaError` unless the schema is one that this version can use as it is."""
    if not await is_current(engine):
        raise SchemaError("its schema is not up to date: run `ringback migrate` first")


async def is_current(engine: AsyncEngine) -> bool:
    """Return whether this version can use the schema, False for one that `upgrade` makes so.

    Raises `SchemaError` for any other, and if the database cannot be read.
    """
    try:
        async with engine.connect() as connection:
            await _check_encoding(connection)
            return await connection.run_sync(revisions.is_current)
    except _FAILURES as error:
        raise _schema_error(error) from error


async def _upgrade_sqlite(engine: AsyncEngine, until: float) -> None:
    """Upgrade once the lock is free, for which one waits longer here than for any other write."""
    while True:
        try:
            async with engine.begin() as connection:
                await connection.run_sync(revisions.upgrade)
            return
        except DBAPIError as error:
            if not _is_busy(error) or time.monotonic() >= until:
                raise
        await _pause()


def _is_busy(error: DBAPIError) -> bool:
    """Whether another process holds SQLite's lock."""
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY


async def _pause() -> None:
    await asyncio.sleep(_PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311


async def _upgrade_in_turn(engine: AsyncEngine, until: float) -> None:
    while not await _is_upgraded(engine):
        if time.monotonic() >= until:
            raise SchemaError("its schema is in use, or another replica has been changing it")
        await _pause()


async def _is_upgraded(engine: AsyncEngine) -> bool:
    """Upgrade if it is this replica's turn and the tables are free; return whether it is done."""
    if await is_current(engine):
        return True
    try:
        async with engine.connect() as turn:
            lock = text("SELECT pg_try_advisory_xact_lock(:key)")
            if not await turn.scalar(lock, {"key": _LOCK}):
                return False
            await _wait_patiently(turn)
            async with engine.connect() as connection:
                await connection.run_sync(_upgrade_gently)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in _IN_USE:
            raise
        _log.warning("schema in use, trying again")
        return False
    return True


async def _wait_patiently(turn: AsyncConnection) -> None:
    """Let the transaction wait, without a snapshot, while another changes the schema.

    By the simple protocol, which ends the statement before: an index that is built concurrently
    would wait for the snapshot of that, and the snapshot for the index.
    """
    raw = await turn.get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _upgrade_gently(connection: Connection) -> None:
    @event.listens_for(connection, "begin")
    def _give_way(connection: Connection) -> None:
        # An index is built outside of a transaction, and keeps nobody from reading or writing.
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_MILLISECONDS}")

    revisions.upgrade(connection)


async def _check_encoding(connection: AsyncConnection) -> None:
    """Raise `SchemaError` for a database that cannot keep every text."""
    if connection.dialect.name != "postgresql":
        return
    encoding = await connection.scalar(text("SHOW server_encoding"))
    if encoding != _ENCODING:
        raise SchemaError(
            f"its encoding is {encoding}, and must be {_ENCODING}: "
            "create it with ENCODING 'UTF8' TEMPLATE template0"
        )


def _schema_error(error: Exception) -> SchemaError:
    if isinstance(error, CommandError):
        return SchemaError("its schema was made by another version of Ringback")
    cause = getattr(error, "orig", None) or error
    return SchemaError(f"{type(cause).__name__}: {' '.join(str(cause).split())}")
