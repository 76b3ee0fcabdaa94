"""The stop switch: the workspaces in which nothing is dialed now."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.audit import Act, AuditEntry
from bot.core.calls.states import State
from bot.core.policy.facts import Pause
from bot.storage.audit import record
from bot.storage.column_types import EARLIEST, Utc, readable
from bot.storage.engine.database import Database
from bot.storage.tables import calls, pauses

_INSERT: Final = {
    name: insert(pauses).on_conflict_do_nothing().returning(pauses.c.team)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
# What waits is due at once, and not late. Its lease goes, so that a step which is just about to let
# it wait changes nothing.
_GO_ON: Final = (
    update(calls)
    .where(
        calls.c.team == bindparam("the_team"),
        calls.c.due_at.is_not(None),
        calls.c.state == State.ANNOUNCED,
        calls.c.dialing_since.is_(None),
        calls.c.ending.is_(None),
        calls.c.dial_at <= bindparam("now", type_=Utc()),
    )
    .values(
        dial_at=bindparam("now", type_=Utc()),
        due_at=bindparam("now", type_=Utc()),
        lease=None,
        lease_until=None,
    )
)


class Pauses:
    """Reads and writes of pauses; all of it raises `StoreError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, team: str) -> Pause | None:
        """Return who stopped all calls of a workspace, None if they go on."""
        return await self._database.read(lambda connection: pause_of(connection, team))

    async def pause(self, team: str, by: str, now: datetime) -> bool:
        """Stop all calls; return False if they were stopped: who was first, remains."""
        values = {"team": team, "paused_by": by, "paused_at": now}

        def work(connection: Connection) -> bool:
            paused = (
                connection.execute(_INSERT[connection.dialect.name], values).first() is not None
            )
            if paused:
                record(connection, [AuditEntry(now, team, Act.PAUSED, by)])
            return paused

        return await self._database.write(work)

    async def resume(self, team: str, by: str, now: datetime) -> bool:
        """Let calls go on, those that wait at once; return False if they did."""
        statement = delete(pauses).where(pauses.c.team == team)

        def work(connection: Connection) -> bool:
            resumed = connection.execute(statement).rowcount > 0
            if resumed:
                connection.execute(_GO_ON, {"the_team": team, "now": now})
                record(connection, [AuditEntry(now, team, Act.RESUMED, by)])
            return resumed

        return await self._database.write(work)


def pause_of(connection: Connection, team: str) -> Pause | None:
    """Return who stopped all calls, within a transaction under way."""
    row = connection.execute(select(pauses).where(pauses.c.team == team)).first()
    if row is None:
        return None
    # Whatever else cannot be read of it, calls are stopped.
    return Pause(readable(row.paused_by, ""), readable(row.paused_at, EARLIEST))
