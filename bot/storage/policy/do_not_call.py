"""The do-not-call list: numbers that asked not to be called, for each workspace."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.audit import Act, AuditEntry
from bot.core.policy.facts import DoNotCallEntry
from bot.storage.audit import record
from bot.storage.column_types import EARLIEST, readable
from bot.storage.encryption.sealing import is_number, searched
from bot.storage.engine.database import Database
from bot.storage.tables import do_not_call

_INSERT: Final = {
    name: insert(do_not_call).on_conflict_do_nothing().returning(do_not_call.c.number)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_IS: Final = (do_not_call.c.team == bindparam("the_team"), is_number(do_not_call.c.number))
_ENTRY: Final = select(do_not_call.c.added_by, do_not_call.c.added_at).where(*_IS)
_REMOVE: Final = delete(do_not_call).where(*_IS)


class DoNotCallList:
    """Reads and writes of the list; all of it raises `StoreError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entry(self, team: str, number: str) -> DoNotCallEntry | None:
        """Return who put a number on the list, None if nobody did."""
        return await self._database.read(lambda connection: entry_of(connection, team, number))

    async def add(self, team: str, number: str, by: str, now: datetime) -> bool:
        """Put a number on the list; return False if it stood there: who was first, remains."""
        values = {
            "team": team,
            "number": number,
            "sealed_number": number,
            "added_by": by,
            "added_at": now,
        }

        def work(connection: Connection) -> bool:
            # It may stand there as it was written before numbers were encrypted.
            if entry_of(connection, team, number) is not None:
                return False
            added = connection.execute(_INSERT[connection.dialect.name], values).first() is not None
            if added:
                record(connection, [AuditEntry(now, team, Act.BLOCKED, by)])
            return added

        return await self._database.write(work)

    async def remove(self, team: str, number: str, by: str, now: datetime) -> bool:
        """Take a number off the list; return False if it was not there."""

        def work(connection: Connection) -> bool:
            values = _values(connection, team, number)
            removed = connection.execute(_REMOVE, values).rowcount > 0
            if removed:
                record(connection, [AuditEntry(now, team, Act.UNBLOCKED, by)])
            return removed

        return await self._database.write(work)


def entry_of(connection: Connection, team: str, number: str) -> DoNotCallEntry | None:
    """Return who put a number on the list, within a transaction under way."""
    row = connection.execute(_ENTRY, _values(connection, team, number)).first()
    if row is None:
        return None
    # Whatever else cannot be read of it, the number is not called.
    return DoNotCallEntry(readable(row.added_by, ""), readable(row.added_at, EARLIEST))


def _values(connection: Connection, team: str, number: str) -> dict[str, str]:
    return {"the_team": team, **searched(connection, number)}
