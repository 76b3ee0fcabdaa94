"""What the database says of encryption: by what numbers are found, and whether to encrypt."""

import time
from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

import structlog
from sqlalchemy import Connection, Text, exists, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.core.errors import InvalidSettings, StoreError, UnknownKey
from bot.storage.encryption.sealing import Sealing, new_index_key
from bot.storage.engine.database import Database
from bot.storage.tables import calls, do_not_call, encryption, schema_compatibility

MISSING: Final = "ENCRYPTION_KEYS: is missing, and the database is encrypted"
LOST: Final = (
    "ENCRYPTION_KEYS: holds no key that the database's index key was encrypted with: "
    "put back the one that was taken out before `ringback migrate --reencrypt` had ended"
)
# The first revision whose version reads what is encrypted.
_READ_SINCE: Final = "0021"
_LOOK_SECONDS: Final = 5.0
_LOG_SECONDS: Final = 60.0
_ID: Final = 1
# Rows with a number that is not encrypted.
_WITH_NUMBERS: Final = [
    select(column).where(type_coerce(column, Text).like("+%"))
    for column in (calls.c.recipient, do_not_call.c.number)
]
_READ: Final = select(encryption.c.index_key, encryption.c.is_writing)
_INSERT: Final = {
    name: insert(encryption).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}

_log = structlog.get_logger(__name__)


class Secrecy(Enum):
    """What of the content somebody with the database could read."""

    PLAIN = auto()
    PARTLY = auto()
    ENCRYPTED = auto()
    LOCKED = auto()


async def secrecy(engine: AsyncEngine, keys: Sequence[str]) -> Secrecy:
    """Return how content is kept; `LOCKED` is for what those keys do not open."""
    async with engine.connect() as connection:
        row = (await connection.execute(_READ)).one_or_none()
        if row is None or not row.is_writing:
            return Secrecy.PLAIN
        if not _opens(Sealing(keys), row.index_key):
            return Secrecy.LOCKED
        is_plain = any([await connection.scalar(select(exists(found))) for found in _WITH_NUMBERS])
    return Secrecy.PARTLY if is_plain else Secrecy.ENCRYPTED


class Encryption:
    """Brings what the database says to the keys of this process; all of it raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sealing = database.sealing
        self._wrapped: str | None = None
        self._looked_at = 0.0
        self._logged_at = -_LOG_SECONDS
        # What keeps this process from reading what others write.
        self.trouble: str | None = None

    async def start(self) -> None:
        """Learn it; raise `InvalidSettings` if what is written cannot be read.

        The first process that has keys makes the index key, so that every one of them finds
        numbers either way before the first is encrypted.
        """
        if self._sealing.has_keys:
            await self._database.write(self._make_index_key)
        await self._look()
        if self.trouble is not None:
            raise InvalidSettings([self.trouble])

    async def is_right(self) -> bool:
        """Return whether this process may dial, looking again if the last look is old.

        Without the index key it would not know whom it must not call.
        """
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            try:
                await self._look()
            except StoreError as error:
                _log.info("encryption not looked up", error=str(error))
        if self.trouble is not None and now - self._logged_at >= _LOG_SECONDS:
            self._logged_at = now
            _log.error("nothing is dialed", trouble=self.trouble)
        return self.trouble is None

    async def works(self) -> bool:
        """Return whether what is written can be read, as far as is known."""
        return self.trouble is None

    async def begin_writing(self) -> None:
        """Let everything be encrypted from now on; versions that cannot read it start no more."""

        def work(connection: Connection) -> None:
            connection.execute(update(encryption).values(is_writing=True))
            known = schema_compatibility.c.compatible_from
            connection.execute(
                update(schema_compatibility)
                .where(known < _READ_SINCE)
                .values(compatible_from=_READ_SINCE)
            )

        await self.start()
        await self._database.write(work)
        await self._look()

    async def wrap_again(self) -> None:
        """Encrypt the index key with the newest of the keys."""

        def work(connection: Connection) -> None:
            row = connection.execute(_READ.with_for_update()).one()
            if not self._sealing.is_newest(row.index_key):
                wrapped = self._sealing.seal(self._sealing.open(row.index_key))
                connection.execute(update(encryption).values(index_key=wrapped))

        await self._database.write(work)

    async def replace_index_key(self) -> None:
        """Make another index key, since no key opens the one there was.

        Rows that can be read get other indexes when they are encrypted again.
        """

        def work(connection: Connection) -> None:
            row = connection.execute(_READ.with_for_update()).one_or_none()
            if row is not None and not _opens(self._sealing, row.index_key):
                wrapped = new_index_key(self._sealing)
                connection.execute(update(encryption).values(index_key=wrapped))

        await self._database.write(work)

    def _make_index_key(self, connection: Connection) -> None:
        row = connection.execute(_READ.with_for_update()).one_or_none()
        values = {"id": _ID, "index_key": new_index_key(self._sealing), "is_writing": False}
        if row is None:
            connection.execute(_INSERT[connection.dialect.name], values)
        elif not row.is_writing and not _opens(self._sealing, row.index_key):
            # Nothing depends on it yet.
            connection.execute(update(encryption).values(values))

    async def _look(self) -> None:
        row = await self._database.read(lambda connection: connection.execute(_READ).one_or_none())
        self._looked_at = time.monotonic()
        self.trouble = None
        if row is None:
            return
        if row.index_key != self._wrapped and _opens(self._sealing, row.index_key):
            self._sealing.use_index_key(row.index_key)
            self._wrapped = row.index_key
        self._sealing.is_writing = row.is_writing and self._sealing.has_index_key
        if row.is_writing and not self._sealing.has_index_key:
            self.trouble = LOST if self._sealing.has_keys else MISSING


def _opens(sealing: Sealing, index_key: str) -> bool:
    try:
        sealing.open(index_key)
    except UnknownKey:
        return False
    return True
