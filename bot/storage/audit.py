"""The audit: an append-only record of what was done, by whom, and by which rule."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
)

from bot.core.audit import Act, AuditEntry
from bot.core.calls.reason import Reason
from bot.core.policy.kept import rule_of
from bot.storage.column_types import LATEST, readable
from bot.storage.engine.database import Database
from bot.storage.tables import audit

# How many rows one transaction takes away: so few never hold up a call.
PORTION: Final = 100
INSERT: Final = insert(audit)
# A row of no time that can be read is passed over.
_is_sane: Final = audit.c.at < LATEST


def record(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add entries within the transaction of what they tell of."""
    rows = [
        {
            "id": uuid4(),
            "at": entry.at,
            # As they stand in the row of a call: what cannot be read there keeps nothing else.
            "team": readable(entry.team, "?"),
            "person": readable(entry.person, None),
            "act": entry.act,
            "call": entry.call,
            "rule": entry.rule,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(INSERT, rows)


def record_end(
    connection: Connection, call: UUID, team: str, at: datetime, reason: Reason | None = None
) -> None:
    """Keep that a call has ended, and the rule if it was one that ended it."""
    fact = reason.policy_fact if reason else None
    rule = rule_of(fact) if fact else None
    record(connection, [AuditEntry(at, team, Act.ENDED, call=call, rule=rule)])


class AuditLog:
    """Reads and writes of the audit; all of it raises `StoreError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, *entries: AuditEntry) -> None:
        """Add entries of acts that change nothing else in the database."""
        await self._database.write(lambda connection: record(connection, entries))

    async def since(
        self, since: datetime, *, team: str | None = None, person: str | None = None, most: int
    ) -> list[AuditEntry]:
        """Return the first entries since then, the oldest first."""
        found = select(audit).where(audit.c.at >= since, _is_sane).order_by(audit.c.at).limit(most)
        if team is not None:
            found = found.where(audit.c.team == team)
        if person is not None:
            found = found.where(audit.c.person == person)
        rows = await self._database.read(lambda connection: connection.execute(found).all())
        return [_entry(row) for row in rows]

    async def pages(
        self, since: datetime, *, person: str | None = None, most: int
    ) -> AsyncIterator[list[AuditEntry]]:
        """Yield all entries since then, the oldest first, so many at a time."""
        found = select(audit).where(audit.c.at >= since, _is_sane)
        found = found.order_by(audit.c.at, audit.c.id)
        if person is not None:
            found = found.where(audit.c.person == person)
        page = found.limit(most)
        while rows := await self._database.read(partial(_rows, page)):
            yield [_entry(row) for row in rows]
            last = rows[-1]
            after = or_(audit.c.at > last.at, and_(audit.c.at == last.at, audit.c.id > last.id))
            page = found.where(audit.c.at >= last.at, after).limit(most)

    async def delete_before(self, time: datetime) -> int:
        """Delete a portion of what is older, and return how many there were: none are left at 0."""
        # As a number: of any number PostgreSQL would expect so many that it read the whole table.
        most = bindparam("most", PORTION, Integer, literal_execute=True)
        old = select(audit.c.id).where(audit.c.at < time).order_by(audit.c.at).limit(most)
        statement = delete(audit).where(audit.c.id.in_(old))
        return await self._database.write(lambda connection: connection.execute(statement).rowcount)


def _rows(page: Select[Any], connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(page).all())


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        team=readable(row.team, "?"),
        act=readable(row.act, "?"),
        person=readable(row.person, None),
        call=readable(row.call, None),
        rule=readable(row.rule, None),
    )
