"""What may still be stopped of calls, or sent at once: nothing of it has been sent to CallCow."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Executable, Row

from bot.core.audit import Act, AuditEntry
from bot.core.calls.call import Call
from bot.core.calls.changes import dial_now_changes, end_changes, wait_changes
from bot.core.calls.reason import Reason
from bot.core.calls.retry_plan import ONE_ATTEMPT
from bot.core.calls.states import EndReason
from bot.storage.audit import record
from bot.storage.calls import statements
from bot.storage.engine.database import Database
from bot.storage.leased.approval_rows import look_at_approvals
from bot.storage.rows import CallRows

# How many calls one transaction ends: so few hold nobody up who waits for the next.
PORTION: Final = 50
# A result that comes later than this after the dial is followed by no attempt.
_ATTEMPTS_FOLLOW_WITHIN: Final = timedelta(days=1)


class UndialedCalls:
    """Each write is conditional on that, and raises `StoreError` when the database fails."""

    def __init__(self, database: Database, rows: CallRows | None = None) -> None:
        self._database = database
        self._rows = rows or CallRows()

    async def cancel(self, call_id: UUID, *, by: str, now: datetime) -> bool:
        """Cancel a call on a person's word; return False if it was sent to CallCow or has ended."""
        values = {**end_changes(EndReason.CANCELED, now), "the_id": call_id, "canceled_by": by}

        def work(connection: Connection) -> bool:
            if connection.execute(statements.UNDIALED_CALL, values).rowcount != 1:
                return False
            team = connection.execute(statements.TEAM, {"the_id": call_id}).scalar_one()
            record(connection, [AuditEntry(now, team, Act.CANCELED, by, call_id)])
            look_at_approvals(connection, [call_id], now)
            return True

        return await self._database.write(work)

    async def dial_now(self, call_id: UUID, *, now: datetime) -> bool:
        """Let a call be dialed now whose thread stands; return False if it is too late for that.

        So it is for one that waits for an approval.
        """
        values = {**dial_now_changes(now), "the_id": call_id}

        def work(connection: Connection) -> bool:
            return connection.execute(statements.UNDIALED_ANNOUNCED, values).rowcount == 1

        return await self._database.write(work)

    async def end_of(self, team: str, *, why: Reason, now: datetime) -> list[Call]:
        """End every call of a team that was not sent to CallCow as not placed; return them.

        What may have been sent is not sent again: it waits for its result, which no further
        attempt follows.
        """
        of_team = {"the_team": team}

        def let_none_follow(connection: Connection) -> None:
            none_follows = {**of_team, "retry_plan": ONE_ATTEMPT}
            connection.execute(statements.NO_MORE_ATTEMPTS_OF_TEAM, none_follows)
            late = {**none_follows, "oldest_time": now - _ATTEMPTS_FOLLOW_WITHIN}
            connection.execute(statements.NO_LATE_ATTEMPTS_OF_TEAM, late)

        await self._database.write(let_none_follow)
        ended = {**end_changes(EndReason.NOT_PLACED, now, why), **of_team}
        calls: list[Call] = []
        async for rows in self._end(statements.UNDIALED_OF_TEAM, ended, now):
            calls += self._rows.calls(rows)
        await self._let_wait(statements.SENT_OF_TEAM, {**wait_changes(now), **of_team})
        return calls

    async def end_all(self, *, why: Reason, now: datetime) -> int:
        """End every call that was not sent as far as is known; return how many there were.

        What may have been sent is not sent again, as with `end_of`.
        """
        ended = end_changes(EndReason.NO_RESULT, now, why)
        count = 0
        async for rows in self._end(statements.UNDIALED_OF_ALL, ended, now):
            count += len(rows)
        await self._let_wait(statements.SENT_OF_ALL, wait_changes(now))
        return count

    async def _end(
        self, statement: Executable, changes: dict[str, Any], now: datetime
    ) -> AsyncIterator[Sequence[Row[Any]]]:
        """End calls, a portion at a time, and yield their rows."""
        values = {**changes, "most": PORTION}

        def work(connection: Connection) -> Sequence[Row[Any]]:
            rows = connection.execute(statement, values).all()
            record(connection, [AuditEntry(now, row.team, Act.ENDED, call=row.id) for row in rows])
            return rows

        while rows := await self._database.write(work):
            yield rows

    async def _let_wait(self, statement: Executable, changes: dict[str, Any]) -> None:
        """Send no more what was sent; the last, to find also what was sent just before the end."""

        def work(connection: Connection) -> None:
            connection.execute(statement, changes)

        await self._database.write(work)
