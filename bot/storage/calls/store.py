"""Calls as the worker carries them on: saved, claimed, and written by each step."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, update

from bot.clock import utc_now
from bot.core.approval import Approval
from bot.core.audit import Act, AuditEntry
from bot.core.calls.call import Call
from bot.core.calls.call_record import SEND_WITHIN
from bot.core.errors import Unreadable
from bot.core.policy.kept import rule_of
from bot.storage.audit import record, record_end
from bot.storage.calls import statements
from bot.storage.calls.due import Due, Permits
from bot.storage.calls.saving import add_attempt, call_changes, insert_calls
from bot.storage.calls.series import note_series
from bot.storage.claiming import claim_readable
from bot.storage.column_types import readable
from bot.storage.engine.database import Database
from bot.storage.leased.approval_rows import add_approvals
from bot.storage.rows import CallRows
from bot.storage.tables import calls

# No call has this id.
_NOBODYS: Final = UUID(int=0)


@dataclass(frozen=True)
class Backlog:
    """How many calls are left in a state, how many of them are due, the oldest since when."""

    state: str
    left: int
    due: int
    oldest_due_at: datetime


class Store:
    """Reads and writes of single calls. All of it raises `StoreError` when the database fails.

    Each write is conditional on what it started from, so that of two that meet one changes
    nothing.
    """

    def __init__(self, database: Database, rows: CallRows | None = None) -> None:
        self._database = database
        self._rows = rows or CallRows()
        # As one object, since works of the same function are done together.
        self._get = self._get_all

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return self._rows.unreadable.count

    async def works(self) -> bool:
        """Return whether the calls can be read."""
        try:
            await self._database.read(lambda connection: self._get_all(connection, [_NOBODYS]))
        except Unreadable:
            return False
        return True

    @property
    def failures(self) -> Mapping[str, int]:
        """How often the database failed, by how far the transaction came."""
        return self._database.failures

    async def backlog(self) -> list[Backlog]:
        """Return what is left to do, by state; it reads the index of just that."""

        now = utc_now()

        def work(connection: Connection) -> list[Backlog]:
            rows = connection.execute(statements.BACKLOG, {"now": now})
            return [
                Backlog(readable(state, "?"), left, due, readable(oldest, now))
                for state, left, due, oldest in rows
            ]

        return await self._database.read(work)

    async def add(self, call: Call) -> bool:
        """Save a new call; return False if the same request was saved before."""
        return await self._database.write_with_others(insert_calls, call)

    async def get(self, call_id: UUID) -> Call | None:
        """Return the call, or None if there is none, or none that can be read."""
        return await self._database.read_with_others(self._get, call_id)

    def _get_all(self, connection: Connection, ids: list[UUID]) -> list[Call | None]:
        """Read the calls with those ids at once, None for each that there is not."""
        found = self._rows.calls(connection.execute(statements.GET, {"ids": ids}))
        by_id = {call.id: call for call in found}
        return [by_id.get(call_id) for call_id in ids]

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
                "dialed_by": due.dialed_by or datetime.min.replace(tzinfo=UTC),
                "held": list(held),
                "most": due.limit,
                "new_lease": uuid4(),
                "until": now + lease,
                **(due.permits.values if due.permits else {}),
            }
            for due in wanted
        ]

        def work(connection: Connection) -> list[list[Call]]:
            return [self._claim(connection, claim) for claim in claims]

        return await self._database.write(work)

    def _claim(self, connection: Connection, claim: Mapping[str, Any]) -> list[Call]:
        by_key = "teams_waiting" in claim
        return claim_readable(
            connection,
            statements.CLAIM_WITH_PERMIT if by_key else statements.CLAIM,
            statements.LEAVE_ALONE,
            claim,
            self._rows.unreadable,
            self._rows.calls,
        )

    async def advance(self, before: Call, after: Call, *, then: Call | None = None) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them.

        The new call `then` is saved in the same transaction.
        """
        values = {**call_changes(before, after), **_ours(before)}

        def work(connection: Connection) -> bool:
            if connection.execute(statements.ADVANCE, values).rowcount != 1:
                return False
            if then is not None:
                add_attempt(connection, then)
            note_series(connection, before, after)
            _note_change(connection, before, after)
            return True

        return await self._database.write(work)

    async def start_dial(
        self,
        call: Call,
        *,
        now: datetime,
        after: Call,
        too_old: datetime,
        is_allowed: Callable[[Connection], bool] | None = None,
        locks: Collection[str] = (),
    ) -> bool:
        """Write `after`, which is about to be dialed, if the call may be dialed at `now`.

        One that was first dialed at `too_old` or before is not dialed again. State, lease and age
        are checked by the write itself, since nothing that was read before it can be relied on;
        for the same reason `is_allowed` is asked in its transaction, which holds `locks`.
        """
        changes = call_changes(call, after)
        # Since when it is dialed the write itself decides.
        changes.pop("dialing_since", None)
        values = {
            **_ours(call),
            **changes,
            "now": now,
            "oldest_time": now - call.send_within,
            "too_old": too_old,
        }

        def work(connection: Connection) -> bool:
            if is_allowed is not None and not is_allowed(connection):
                return False
            if connection.execute(statements.START_DIAL, values).rowcount != 1:
                return False
            # A repeat of the same request is no other dial.
            if not call.may_have_been_dialed():
                record(
                    connection, [AuditEntry(now, call.team, Act.DIALED, call.requester, call.id)]
                )
            return True

        return await self._database.write(work, locks)

    async def release(
        self, call: Call, *, not_before: datetime, attempts: int | None = None
    ) -> bool:
        """Give a lease back; the call's step is due when it was, but not before that time.

        `attempts` is how often the step has been tried by now, where that has changed.
        """
        values: dict[str, Any] = {**_ours(call), "not_before": not_before}
        if attempts is not None:
            values["attempts"] = attempts

        def work(connection: Connection) -> bool:
            return connection.execute(statements.RELEASE, values).rowcount == 1

        return await self._database.write(work)

    async def wait_for_permits(self, *, now: datetime, permits: Permits | None = None) -> None:
        """Give what waits for a permit a new time, before it would count as too late.

        With `permits` that is only what is dialed with a key that has none.
        """
        values = {
            "now": now,
            "a_while_ago": now - SEND_WITHIN / 3,
            "oldest_time": now - SEND_WITHIN,
            **(permits.values if permits else {}),
        }
        by_key = "teams_waiting" in values
        statement = statements.SOME_WAIT_FOR_PERMIT if by_key else statements.WAITS_FOR_PERMIT
        await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        )

    async def add_ids(self, call_id: UUID, **ids: str | None) -> bool:
        """Write ids that came from outside where none is known, whatever became of the call."""
        known = {name: func.coalesce(calls.c[name], value) for name, value in ids.items() if value}
        statement = update(calls).where(calls.c.id == call_id).values(known)
        shared = {name: ids[name] for name in ("posted_in", "message_ts") if ids.get(name)}

        def work(connection: Connection) -> bool:
            changed = connection.execute(statement, {}).rowcount == 1
            if changed and shared:
                connection.execute(statements.UPDATE_SERIES, {**shared, "the_id": call_id})
            return changed

        return bool(known) and await self._database.write(work)


def _note_change(connection: Connection, before: Call, after: Call) -> None:
    """Keep in the audit that a call is held now, or has ended."""
    if after.is_held and not before.is_held:
        _note_hold(connection, after, utc_now())
    if after.ended_at is not None and after.ended_at != before.ended_at:
        record_end(connection, after.id, after.team, after.ended_at, after.reason)


def _note_hold(connection: Connection, call: Call, now: datetime) -> None:
    """Keep in the audit what a call waits for; if that is an approval, it is asked for."""
    fact = call.reason and call.reason.policy_fact
    rule = rule_of(fact) if fact else None
    record(connection, [AuditEntry(now, call.team, Act.HELD, call.requester, call.id, rule)])
    if call.awaits_approval:
        add_approvals(connection, [Approval.asked_for(call, now)])


def _ours(call: Call) -> dict[str, Any]:
    return {"the_id": call.id, "from_state": call.state, "our_lease": call.lease}
