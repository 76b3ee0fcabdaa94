"""The schema of the database and how it came about, by Alembic."""

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import SchemaError

# Any number does, so long as every replica takes the same.
_LOCK: Final = 0x52494E47
_ENCODING: Final = "UTF8"
# A driver raises TypeError for an option in the address that it does not know.
_FAILURES: Final = (SQLAlchemyError, CommandError, OSError, TimeoutError, TypeError)


async def upgrade(engine: AsyncEngine) -> None:
    """Bring the schema up to date; raise `SchemaError` if that cannot be done.

    Two replicas that start together take turns: PostgreSQL by an advisory lock, SQLite by the
    lock of the transaction itself.
    """
    try:
        async with engine.connect() as connection:
            await _check_encoding(connection)
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.run_sync(_upgrade)
    except _FAILURES as error:
        raise _schema_error(error) from error


async def is_current(engine: AsyncEngine) -> bool:
    """Return whether the schema is this version's, False for one that `upgrade` makes so.

    Raises `SchemaError` for any other, and if the database cannot be read.
    """
    try:
        async with engine.connect() as connection:
            await _check_encoding(connection)
            revision, script = await connection.run_sync(_revision), _script()
            if revision is not None:
                # Raises `CommandError` for one that is not among ours.
                script.get_revision(revision)
            return revision == script.get_current_head()
    except _FAILURES as error:
        raise _schema_error(error) from error


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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
