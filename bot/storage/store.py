"""The store of calls: save, claim, update, list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import Connection, Update, func, select, update

from bot.core.call import (
    REPEAT_WINDOW,
    SEND_WITHIN,
    Call,
    EndReason,
    State,
    dial_now_changes,
    end_changes,
    wait_changes,
)
from bot.core.errors import Unreadable
from bot.core.reason import Reason
from bot.core.result import CallResult
from bot.storage import statements
from bot.storage.column_types import UNREADABLE
from bot.storage.database import Database
from bot.storage.rows import CallRows, ReadPayload
from bot.storage.tables import calls

# So many times one claim looks further for rows that can be read.
_CLAIMS_MAX: Final = 20


@dataclass(frozen=True)
class Due:
    """Calls to claim: in which states, and how many.

    `dial_before` leaves out what is to be dialed later, but never a dial too old to be repeated:
    that needs no permit to be told.
    """

    states: Collection[State]
    limit: int
    dial_before: datetime | None = None


class Store:
    """Every read and write of calls. All of it raises `StoreError` when the database fails.

    Each write is conditional on what it started from, so that of two that meet one changes
    nothing.
    """

    def __init__(self, database: Database, read_payload: ReadPayload | None = None) -> None:
        self._database = database
        self._rows = CallRows(read_payload)
        # As one object, since works of the same function are done together.
        self._get = self._get_all

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return self._rows.unreadable

    async def works(self) -> bool:
        """Return whether the calls can be read."""
        one = select(calls.c.id).order_by(calls.c.id).limit(1)
        try:
            # Read to its end: a statement left open keeps SQLite's next write from beginning.
            await self._database.read(lambda connection: connection.execute(one).first())
        except Unreadable:
            return False
        return True

    async def add(self, call: Call) -> bool:
        """Save a new call; return False if the same request was saved before."""
        return await self._database.write_with_others(_add, _values(call))

    async def get(self, call_id: UUID) -> Call | None:
        """Return the call, or None if there is none, or none that can be read."""
        return await self._database.read_with_others(self._get, call_id)

    async def claim(
        self, wanted: Sequence[Due], *, now: datetime, lease: timedelta, held: Collection[UUID]
    ) -> list[list[Call]]:
        """Lease what is due at `now`, one list for each that is wanted, in one transaction.

        `held` are the leases this process still works under: though they ran out, their calls
        are not to be taken twice in one process.
        """
        claims = [
            {
                "now": now,
                "states": list(due.states),
                "dial_before": due.dial_before or datetime.max.replace(tzinfo=UTC),
                "oldest_dial": now - REPEAT_WINDOW,
                "held": list(held),
                "most": due.limit,
                "new_lease": uuid4(),
                "until": now + lease,
            }
            for due in wanted
        ]

        def work(connection: Connection) -> list[list[Call]]:
            return [self._claim(connection, claim) for claim in claims]

        return await self._database.write(work)

    def _claim(self, connection: Connection, claim: dict[str, Any]) -> list[Call]:
        """Lease what is due; in place of a row that cannot be read, take the next."""
        claimed: list[Call] = []
        for _ in range(_CLAIMS_MAX):
            values = {
                **claim,
                "most": claim["most"] - len(claimed),
                "resting": self._rows.resting(),
            }
            rows = connection.execute(statements.CLAIM, values).all()
            found = self._rows.calls(rows)
            claimed += found
            if len(found) == len(rows):
                break
            # Those that are not remembered keep the lease, and come again when it has run out.
            values = {"ids": self._rows.resting(), "our_lease": claim["new_lease"]}
            connection.execute(statements.LEAVE_ALONE, values)
        return claimed

    async def advance(self, before: Call, after: Call, *, then: Call | None = None) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them.

        The new call `then` is saved in the same transaction.
        """
        changed = {
            item.name: getattr(after, item.name)
            for item in fields(Call)
            if getattr(after, item.name) != getattr(before, item.name)
        }
        return await self._update(statements.ADVANCE, {**changed, **_ours(before)}, then=then)

    async def start_dial(self, call: Call, *, now: datetime, after: Call) -> bool:
        """Write `after`, which is about to be dialed, if the call may be dialed at `now`.

        The state, the lease and the age are checked by the write itself, since nothing that was
        read before it can be relied on.
        """
        return await self._update(
            statements.START_DIAL,
            {
                **_ours(call),
                "now": now,
                "oldest_time": now - SEND_WITHIN,
                "oldest_dial": now - REPEAT_WINDOW,
                "last_dial_at": now,
                "due_at": after.due_at,
                "lease_until": after.lease_until,
                "attempts": after.attempts,
            },
        )

    async def release(
        self, call: Call, *, not_before: datetime, attempts: int | None = None
    ) -> bool:
        """Give a lease back; the call's step is due when it was, but not before that time.

        `attempts` is how often the step has been tried by now, where that has changed.
        """
        values: dict[str, Any] = {**_ours(call), "not_before": not_before}
        if attempts is not None:
            values["attempts"] = attempts
        return await self._update(statements.RELEASE, values)

    async def add_ids(self, call_id: UUID, **ids: str | None) -> bool:
        """Write ids that came from outside where none is known, whatever became of the call."""
        known = {name: func.coalesce(calls.c[name], value) for name, value in ids.items() if value}
        statement = update(calls).where(calls.c.id == call_id).values(known)
        return bool(known) and await self._update(statement, {})

    async def record_result(
        self,
        call_id: UUID,
        result: Mapping[str, Any],
        *,
        normalized: CallResult | None = None,
        workflow_id: str | None,
        provider_call_id: str | None,
        now: datetime,
        then: Call | None = None,
    ) -> bool:
        """End the call with `result`; return False if it had one, or had been canceled.

        The new call `then` is saved in the same transaction.
        """
        return await self._update(
            statements.RECORD_RESULT,
            {
                **end_changes(EndReason.RESULT, now),
                "the_id": call_id,
                "their_workflow_id": workflow_id,
                "their_call_id": provider_call_id,
                "result": dict(result),
                "normalized_result": normalized,
                "reason": None,
                "result_ts": None,
            },
            then=then,
        )

    async def secret_of(self, call_id: UUID) -> SecretStr | None:
        """Return the callback secret of a call, of which nothing else need be readable."""

        def work(connection: Connection) -> SecretStr | None:
            row = connection.execute(statements.SECRET, {"the_id": call_id}).one_or_none()
            return row.callback_secret if row and row.callback_secret is not UNREADABLE else None

        return await self._database.read(work)

    async def keep_result(self, call_id: UUID, payload: Mapping[str, Any]) -> bool:
        """Keep what CallCow sent for a call that ended, unless it has a result that can be read.

        Nothing else of the call changes: for one of which this version knows no more than that.
        """

        def work(connection: Connection) -> bool:
            row = connection.execute(statements.SECRET, {"the_id": call_id}).one_or_none()
            if row is None or row.result not in (None, UNREADABLE):
                return False
            values = {"the_id": call_id, "result": dict(payload)}
            return connection.execute(statements.KEEP_RESULT, values).rowcount == 1

        return await self._database.write(work)

    async def cancel(self, call_id: UUID, *, by: str, now: datetime) -> bool:
        """Cancel a call on a person's word; return False if it was sent to CallCow or has ended."""
        values = {**end_changes(EndReason.CANCELED, now), "the_id": call_id, "canceled_by": by}
        return await self._update(statements.UNDIALED_CALL, values)

    async def cancel_try_after(self, previous: UUID, *, why: Reason, now: datetime) -> bool:
        """Cancel the call that was to follow another one, or the one after that.

        Return False if there is none.
        """
        values = {**end_changes(EndReason.CANCELED, now), "the_previous": previous, "reason": why}
        return await self._update(statements.UNDIALED_TRY, values)

    async def dial_now(self, call_id: UUID, *, now: datetime) -> bool:
        """Let a call be dialed now whose thread stands; return False if it is too late for that."""
        values = {**dial_now_changes(now), "the_id": call_id}
        return await self._update(statements.UNDIALED_ANNOUNCED, values)

    async def end_undialed(self, team: str, *, why: Reason, now: datetime) -> int:
        """End every call of a team that was not sent to CallCow as not placed; return how many.

        What may have been sent is not sent again: it waits for its result.
        """
        ended = {**end_changes(EndReason.NOT_PLACED, now), "the_team": team, "reason": why}
        waiting = {**wait_changes(now), "the_team": team}

        def work(connection: Connection) -> int:
            connection.execute(statements.SENT_OF_TEAM, waiting)
            return connection.execute(statements.UNDIALED_OF_TEAM, ended).rowcount

        return await self._database.write(work)

    async def calls_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return a person's last calls, the latest first; at most so many."""
        values = {"the_requester": requester, "the_team": team, "most": most}
        return await self._database.read(
            lambda connection: self._rows.calls(connection.execute(statements.CALLS_OF, values))
        )

    async def scheduled_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return what a person has scheduled and was not dialed yet, the next first."""
        values = {"the_requester": requester, "the_team": team, "most": most}
        return await self._database.read(
            lambda connection: self._rows.calls(connection.execute(statements.SCHEDULED_OF, values))
        )

    def _get_all(self, connection: Connection, ids: list[UUID]) -> list[Call | None]:
        """Read the calls with those ids at once, None for each that there is not."""
        found = self._rows.calls(connection.execute(statements.GET, {"ids": ids}))
        by_id = {call.id: call for call in found}
        return [by_id.get(call_id) for call_id in ids]

    async def _update(
        self, statement: Update, values: Mapping[str, Any], *, then: Call | None = None
    ) -> bool:
        def work(connection: Connection) -> bool:
            changed = connection.execute(statement, values).rowcount == 1
            if changed and then is not None:
                _add(connection, [_values(then)])
            return changed

        return await self._database.write(work)


def _add(connection: Connection, rows: list[dict[str, Any]]) -> list[bool]:
    """Insert the rows at once and return for each whether it is new."""
    # A new call has no more than half of its columns: the others need not be named.
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    given = [{name: row[name] for name in names} for row in rows]
    inserted = connection.execute(statements.INSERT[connection.dialect.name], given)
    added = set(inserted.scalars())
    return [row["id"] in added for row in rows]


def _values(call: Call) -> dict[str, Any]:
    return {item.name: getattr(call, item.name) for item in fields(call)}


def _ours(call: Call) -> dict[str, Any]:
    return {"the_id": call.id, "from_state": call.state, "our_lease": call.lease}
