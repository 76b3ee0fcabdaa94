"""What drafts and approvals have in common: rows that a lane of the worker leases and advances."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row

from bot.core.approval import Approval
from bot.core.draft import Draft
from bot.storage.claiming import claim_readable
from bot.storage.engine.database import Database
from bot.storage.leased.lease_statements import LeaseStatements
from bot.storage.rows import UnreadableRows

T = TypeVar("T", Draft, Approval)


class LeasedRows(Generic[T]):
    """The rows of one table, each a `T`. All of it raises `StoreError` when the database fails."""

    def __init__(
        self, database: Database, row_type: type[T], statements: LeaseStatements, kind: str
    ) -> None:
        self._database = database
        self._row_type: type[T] = row_type
        self._lease_statements = statements
        self._unreadable = UnreadableRows(kind)

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return self._unreadable.count

    async def get(self, row_id: UUID) -> T | None:
        """Return the row, or None if there is none that can be read."""

        def work(connection: Connection) -> T | None:
            found = self._read(connection.execute(self._lease_statements.get, {"the_id": row_id}))
            return found[0] if found else None

        return await self._database.read(work)

    async def claim(
        self, *, now: datetime, limit: int, lease: timedelta, held: Collection[UUID]
    ) -> list[T]:
        """Lease what is due at `now`; `held` are the leases this process still works under."""
        claim = {
            "now": now,
            "held": list(held),
            "most": limit,
            "new_lease": uuid4(),
            "until": now + lease,
        }

        def work(connection: Connection) -> list[T]:
            statements = self._lease_statements
            return claim_readable(
                connection,
                statements.claim,
                statements.leave_alone,
                claim,
                self._unreadable,
                self._read,
            )

        return await self._database.write(work)

    async def advance(self, before: T, after: T) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them."""
        values = {
            **changes(before, after),
            "the_id": before.id,
            "from_state": before.state,
            "our_lease": before.lease,
        }

        def work(connection: Connection) -> bool:
            return connection.execute(self._lease_statements.advance, values).rowcount == 1

        return await self._database.write(work)

    async def add_message(self, row: T, *, channel: str, ts: str, now: datetime) -> None:
        """Write where the message of a row went that was decided meanwhile; it is to be edited."""
        values = {
            "the_id": row.id,
            "their_channel": channel,
            "their_ts": ts,
            "due_at": now,
            "settled_at": None,
        }
        statement = self._lease_statements.add_message
        await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        )

    def _read(self, rows: Iterable[Row[Any]]) -> list[T]:
        """Return those of the rows that can be read."""
        return [
            self._row_type(**row._mapping) for row in rows if not self._unreadable.is_noted(row)
        ]


def changes(before: T, after: T) -> dict[str, Any]:
    """Return what differs between the two, by the columns."""
    return {
        item.name: getattr(after, item.name)
        for item in fields(before)
        if getattr(after, item.name) != getattr(before, item.name)
    }
