"""Whether the database can be used, and what somebody who has it could read."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.commands.check.finding import CHECK_SECONDS, Finding
from bot.core.errors import SchemaError
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.encryption.state import LOST, MISSING, Secrecy, secrecy
from bot.storage.engine.address import read_address
from bot.storage.engine.database import Database


async def database_finding(settings: Settings) -> Finding:
    """Say whether the database can be reached, and whether its schema is up to date."""
    text = settings.database_url.get_secret_value()
    url = read_address(text)
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            current = await (
                _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(text)
            )
    except (SchemaError, OSError, TimeoutError) as error:
        return Finding("database", False, str(error) or "no answer",
                       "see whether DATABASE_URL is right and the server runs")  # fmt: skip
    if current is None:
        return Finding("database", True, "no file yet", "`ringback serve` makes it at start")
    if current:
        return Finding("database", True, "reached, schema up to date")
    return Finding(
        "database",
        True,
        "reached, schema not up to date",
        "`ringback serve` updates it at start"
        if settings.migrate_at_start
        else "run `ringback migrate`",
    )


async def _postgresql(url: str) -> bool:
    async with Database.open(url) as database:
        return await migrations.is_current(database.engine)


async def _sqlite(url: URL) -> bool | None:
    """Return whether the schema is up to date, None without a file; no file is made or changed."""
    engine = _read_only(url)
    if engine is None:
        return None
    try:
        return await migrations.is_current(engine)
    finally:
        await engine.dispose()


async def encryption_findings(settings: Settings) -> list[Finding]:
    """Say what of the content somebody with the database could read; nothing without one."""
    what, advice = "secrets at rest", ""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            secrecy = await _secrecy(settings)
    except (SQLAlchemyError, SchemaError, OSError, TimeoutError):
        return []
    match secrecy:
        case None:
            return []
        case Secrecy.LOCKED:
            trouble = LOST if settings.keys else MISSING
            return [Finding(what, False, *trouble.removeprefix("ENCRYPTION_KEYS: ").split(": ", 1))]
        case Secrecy.PLAIN:
            found = "readable in the database: numbers, prompts, results and callback secrets"
            advice = (
                "run `ringback migrate --encrypt` once every replica has ENCRYPTION_KEYS"
                if settings.keys
                else "to encrypt them, set ENCRYPTION_KEYS: `ringback new-key` prints a key"
            )
        case Secrecy.PARTLY:
            found = "encrypted from now on; numbers and content of earlier rows are readable"
            advice = "run `ringback migrate --reencrypt`"
        case Secrecy.ENCRYPTED:
            found = "encrypted"
    return [Finding(what, True, found, advice)]


async def _secrecy(settings: Settings) -> Secrecy | None:
    text = settings.database_url.get_secret_value()
    url = read_address(text)
    if url.get_backend_name() != "sqlite":
        async with Database.open(text) as database:
            return await secrecy(database.engine, settings.keys)
    engine = _read_only(url)
    if engine is None:
        return None
    try:
        return await secrecy(engine, settings.keys)
    finally:
        await engine.dispose()


def _read_only(url: URL) -> AsyncEngine | None:
    path = Path(url.database or "").absolute()
    if not path.exists():
        if not path.parent.is_dir():
            raise SchemaError(f"there is no folder {str(path.parent)!a}")
        return None
    if path.is_dir():
        raise SchemaError(f"{str(path)!a} is a folder")
    # What another process writes now is read as it goes; else not even a lock is left behind.
    is_open = path.with_name(f"{path.name}-wal").exists()
    options = {"uri": "true", "mode": "ro"} | ({} if is_open else {"immutable": "1"})
    return create_async_engine(url.set(database=f"file:{quote(str(path))}", query=options))
