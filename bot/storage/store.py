"""The store of calls: save, claim, update, list."""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import Connection, Update, func, update

from bot.clock import utc_now
from bot.core.approval import Approval
from bot.core.audit import Act, AuditEntry
from bot.core.call import Call
from bot.core.call_record import SEND_WITHIN
from bot.core.changes import dial_now_changes, end_changes, wait_changes
from bot.core.errors import Unreadable
from bot.core.policy.kept import rule_of
from bot.core.reason import Reason
from bot.core.result import CallResult
from bot.core.retry_plan import ONE_ATTEMPT
from bot.core.series import Series
from bot.core.states import EndReason, State
from bot.storage import statements
from bot.storage.audit import record, record_end
from bot.storage.engine.database import Database
from bot.storage.leased.approval_rows import add_approvals, approval_of, look_at_approvals
from bot.storage.leased.approval_statements import WAITING_CALLS_OF
from bot.storage.lenient import UnreadableValue
from bot.storage.rows import CallRows, ReadPayload, UnreadableRows
from bot.storage.tables import calls, digest_of, number_columns, secret_columns
from bot.storage.turns import turn_of

# So many times one claim looks further for rows that can be read.
CLAIMS_MAX: Final = 20
# No call has this id.
_NOBODYS: Final = UUID(int=0)
# A result that comes later than this after the dial is followed by no attempt.
_ATTEMPTS_FOLLOW_WITHIN: Final = timedelta(days=1)


@dataclass(frozen=True)
class Permits:
    """How many permits the operator's CallCow key has left, and whose own key has none.

    `operators` is None where there is no such key, `teams_waiting` where no workspace has its own.
    """

    operators: int | None
    teams_waiting: Collection[str] | None = None

    @property
    def some_wait(self) -> bool:
        """Whether any calls wait for a permit."""
        return self.operators == 0 or bool(self.teams_waiting)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the statements that tell keys apart; none where there is but one."""
        if self.teams_waiting is None:
            return {}
        return {
            "operators_has_permit": self.operators != 0,
            "teams_waiting": list(self.teams_waiting),
        }


@dataclass(frozen=True)
class Due:
    """Calls to claim: in which states, and how many.

    `dial_before` leaves out what is to be dialed later, but not what was first dialed by
    `dialed_by`: it is too old to be repeated, and needs no permit to be told. `permits` leaves out
    those whose workspace's key has none.
    """

    states: Collection[State]
    limit: int
    dial_before: datetime | None = None
    dialed_by: datetime | None = None
    permits: Permits | None = None


@dataclass(frozen=True)
class Backlog:
    """How many calls are left in a state, how many of them are due, the oldest since when."""

    state: str
    left: int
    due: int
    oldest_due_at: datetime


class Store:
    """Every read and write of calls. All of it raises `StoreError` when the database fails.

    Each write is conditional on what it started from, so that of two that meet one changes
    nothing.
    """

    def __init__(self, database: Database, read_payload: ReadPayload | None = None) -> None:
        self._database = database
        self._rows = CallRows(read_payload)
        self._series_rows = UnreadableRows("series")
        # As one object, since works of the same function are done together.
        self._get = self._get_all

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return self._rows.unreadable.count + self._series_rows.count

    async def works(self) -> bool:
        """Return whether the calls can be read."""
        try:
            await self.is_secret_of(_NOBODYS, "")
        except Unreadable:
            return False
        return True

    @property
    def failures(self) -> Mapping[str, int]:
        """How often the database failed, by how far the transaction came."""
        return self._database.failures

    async def backlog(self) -> list[Backlog]:
        """Return what is left to do, by state; it reads the index of just that."""

        def work(connection: Connection) -> list[Backlog]:
            rows = connection.execute(statements.BACKLOG, {"now": utc_now()})
            return [Backlog(*row) for row in rows]

        return await self._database.read(work)

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

    def _claim(self, connection: Connection, claim: dict[str, Any]) -> list[Call]:
        """Lease what is due; in place of a row that cannot be read, take the next."""
        claimed: list[Call] = []
        for _ in range(CLAIMS_MAX):
            values = {
                **claim,
                "most": claim["most"] - len(claimed),
                "resting": self._rows.unreadable.resting(),
            }
            by_key = "teams_waiting" in claim
            statement = statements.CLAIM_WITH_PERMIT if by_key else statements.CLAIM
            rows = connection.execute(statement, values).all()
            found = self._rows.calls(rows)
            claimed += found
            if len(found) == len(rows):
                break
            # Those that are not remembered keep the lease, and come again when it has run out.
            values = {"ids": self._rows.unreadable.resting(), "our_lease": claim["new_lease"]}
            connection.execute(statements.LEAVE_ALONE, values)
        return claimed

    async def advance(self, before: Call, after: Call, *, then: Call | None = None) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them.

        The new call `then` is saved in the same transaction.
        """
        return await self._update(
            statements.ADVANCE,
            {**call_changes(before, after), **_ours(before)},
            then=then,
            shared=_shared_changes(before, after),
            series_id=after.series,
            also=partial(_note_change, before, after),
        )

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
        return await self._update(
            statements.START_DIAL,
            {
                **_ours(call),
                "now": now,
                "oldest_time": now - call.send_within,
                "too_old": too_old,
                "last_dial_at": now,
                "due_at": after.due_at,
                "lease_until": after.lease_until,
                "attempts": after.attempts,
                "reason": after.reason,
            },
            also=None if call.may_have_been_dialed() else partial(_note_dial, call, now),
            only_if=is_allowed,
            locks=locks,
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
        return bool(known) and await self._update(statement, {}, shared=shared, series_id=call_id)

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
        replaces: Call | None = None,
        gives_up: Reason | None = None,
    ) -> bool:
        """End the call with `result`; return False if it had one, or had been canceled.

        A result that was read in `replaces` may be replaced, if it still stands. In the same
        transaction the new call `then` is saved, and for the reason `gives_up` the attempts after
        that call are canceled that were not sent.
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
                "result_ts": None,
                "replaced_ended_at": replaces and replaces.ended_at,
            },
            then=then,
            also=partial(_note_result, call_id, now, _giving_up(replaces, gives_up, now)),
        )

    async def is_secret_of(self, call_id: UUID, secret: str) -> bool:
        """Whether that is the callback secret of a call, of which nothing need be readable."""

        def work(connection: Connection) -> list[object]:
            row = connection.execute(statements.SECRET, {"the_id": call_id}).one_or_none()
            if row is None:
                return []
            kept = row.callback_secret
            if not isinstance(kept, SecretStr):
                return [row.secret_digest]
            # One that was dropped is good for nothing, whichever version has dropped it.
            plain = kept.get_secret_value()
            return [row.secret_digest, digest_of(plain)] if plain else []

        found = await self._database.read(work)
        digests = [each for each in found if isinstance(each, str)] or [digest_of(token_urlsafe())]
        given = digest_of(secret).encode()
        return any(hmac.compare_digest(each.encode(), given) for each in digests)

    async def keep_result(self, call_id: UUID, payload: Mapping[str, Any]) -> bool:
        """Keep what CallCow sent for a call that ended, unless it has a result that can be read.

        Nothing else of the call changes: for one of which this version knows no more than that.
        """

        def work(connection: Connection) -> bool:
            row = connection.execute(statements.SECRET, {"the_id": call_id}).one_or_none()
            if row is None or not isinstance(row.result, UnreadableValue | None):
                return False
            values = {"the_id": call_id, "result": dict(payload)}
            return connection.execute(statements.KEEP_RESULT, values).rowcount == 1

        return await self._database.write(work)

    async def cancel(self, call_id: UUID, *, by: str, now: datetime) -> bool:
        """Cancel a call on a person's word; return False if it was sent to CallCow or has ended."""
        values = {**end_changes(EndReason.CANCELED, now), "the_id": call_id, "canceled_by": by}
        return await self._update(
            statements.UNDIALED_CALL, values, also=partial(_note_cancel, call_id, by, now)
        )

    async def dial_now(self, call_id: UUID, *, now: datetime) -> bool:
        """Let a call be dialed now whose thread stands; return False if it is too late for that.

        So it is for one that waits for an approval.
        """
        values = {**dial_now_changes(now), "the_id": call_id}
        return await self._update(statements.UNDIALED_ANNOUNCED, values)

    async def end_undialed(self, team: str, *, why: Reason, now: datetime) -> list[Call]:
        """End every call of a team that was not sent to CallCow as not placed; return them.

        What may have been sent is not sent again: it waits for its result, which no further
        attempt follows.
        """
        ended = {**end_changes(EndReason.NOT_PLACED, now, why), "the_team": team}
        waiting = {**wait_changes(now), "the_team": team}

        def work(connection: Connection) -> list[Call]:
            none_follows = {"the_team": team, "retry_plan": ONE_ATTEMPT}
            connection.execute(statements.NO_MORE_ATTEMPTS_OF_TEAM, none_follows)
            late = {**none_follows, "oldest_time": now - _ATTEMPTS_FOLLOW_WITHIN}
            connection.execute(statements.NO_LATE_ATTEMPTS_OF_TEAM, late)
            rows = connection.execute(statements.UNDIALED_OF_TEAM, ended).all()
            for row in rows:
                record_end(connection, row.id, team, now)
            # The last, since it also finds what was sent just before the calls were ended.
            connection.execute(statements.SENT_OF_TEAM, waiting)
            return self._rows.calls(rows)

        return await self._database.write(work)

    async def end_all_undialed(self, *, why: Reason, now: datetime) -> int:
        """Do as `end_undialed` does, for every team; return how many calls were ended."""
        ended = end_changes(EndReason.NOT_PLACED, now, why)
        waiting = wait_changes(now)

        def work(connection: Connection) -> int:
            rows = connection.execute(statements.UNDIALED_OF_ALL, ended).all()
            for row in rows:
                record_end(connection, row.id, row.team, now)
            connection.execute(statements.SENT_OF_ALL, waiting)
            return len(rows)

        return await self._database.write(work)

    async def calls_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return a person's last calls, the latest first; at most so many."""
        values = {"the_requester": requester, "the_team": team, "most": most}
        return await self._database.read(
            lambda connection: self._rows.calls(connection.execute(statements.CALLS_OF, values))
        )

    async def scheduled_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return what a person has scheduled and was not dialed yet, the next first.

        What waits for an approval comes before that.
        """
        values = {"the_requester": requester, "the_team": team, "most": most}

        def work(connection: Connection) -> list[Call]:
            waiting = connection.execute(WAITING_CALLS_OF, values).all()
            scheduled = connection.execute(statements.SCHEDULED_OF, values).all()
            return self._rows.calls([*waiting, *scheduled])[:most]

        return await self._database.read(work)

    def _get_all(self, connection: Connection, ids: list[UUID]) -> list[Call | None]:
        """Read the calls with those ids at once, None for each that there is not."""
        found = self._rows.calls(connection.execute(statements.GET, {"ids": ids}))
        by_id = {call.id: call for call in found}
        return [by_id.get(call_id) for call_id in ids]

    async def series(self, series_id: UUID) -> Series | None:
        """Return a series with its attempts, or None if there is none that can be read."""

        def work(connection: Connection) -> Series | None:
            rows = connection.execute(statements.ATTEMPTS, {"the_id": series_id})
            attempts = self._rows.calls(rows)
            if not attempts:
                return None
            row = connection.execute(statements.SERIES, {"the_id": series_id}).one_or_none()
            first = attempts[0]
            names = ("posted_in", "message_ts", "shown", "version")
            # The version before makes calls without one; one that cannot be read is as good.
            is_known = row is not None and not self._series_rows.is_noted(row)
            shared = row._mapping if row and is_known else {**_shared(_values(first)), "version": 0}
            return Series(
                id=series_id,
                attempts=attempts,
                **{name: shared[name] for name in names},
                approval=approval_of(connection, series_id),
            )

        return await self._database.read(work)

    async def shown(self, series_shown: Series) -> bool:
        """Note that the status message shows those attempts, unless another note came between."""
        values = {
            "the_id": series_shown.id,
            "the_version": series_shown.version,
            "shown": series_shown.fingerprint,
        }

        def work(connection: Connection) -> bool:
            insert = statements.INSERT_SERIES[connection.dialect.name]
            connection.execute(insert, [_shared(_values(series_shown.attempts[0]))])
            return connection.execute(statements.SHOWN, values).rowcount == 1

        return await self._database.write(work)

    async def _update(
        self,
        statement: Update,
        values: Mapping[str, Any],
        *,
        then: Call | None = None,
        shared: Mapping[str, Any] | None = None,
        series_id: UUID | None = None,
        also: Callable[[Connection], object] | None = None,
        only_if: Callable[[Connection], bool] | None = None,
        locks: Collection[str] = (),
    ) -> bool:
        def work(connection: Connection) -> bool:
            if only_if is not None and not only_if(connection):
                return False
            changed = connection.execute(statement, values).rowcount == 1
            if changed and then is not None and _may_follow(connection, then):
                _add(connection, [_values(then)])
            if changed and shared:
                connection.execute(statements.UPDATE_SERIES, {**shared, "the_id": series_id})
            if changed and also is not None:
                also(connection)
            return changed

        return await self._database.write(work, locks)


def add_calls(connection: Connection, added: Sequence[Call]) -> list[bool]:
    """Insert calls in a transaction of somebody else's; return for each whether it is new.

    With one that is to be approved, the approval is saved.
    """
    are_new = _add(connection, [_values(call) for call in added])
    new = [call for call, is_new in zip(added, are_new, strict=True) if is_new]
    add_approvals(
        connection,
        [Approval.asked_for(call, call.requested_at) for call in new if call.awaits_approval],
    )
    return are_new


def _add(connection: Connection, rows: list[dict[str, Any]]) -> list[bool]:
    """Insert the rows at once and return for each whether it is new."""
    # A new call has no more than half of its columns: the others need not be named.
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    given = [
        {name: row[name] for name in names} | {"turn": turn_of(connection, row)} for row in rows
    ]
    inserted = connection.execute(statements.INSERT[connection.dialect.name], given)
    added = set(inserted.scalars())
    first = [_shared(row) for row in rows if row["id"] in added and row["series_id"] is None]
    if first:
        connection.execute(statements.INSERT_SERIES[connection.dialect.name], first)
    return [row["id"] in added for row in rows]


def _may_follow(connection: Connection, attempt: Call) -> bool:
    """Whether a further attempt is still planned: the bot may have been removed meanwhile."""
    values = {"the_id": attempt.previous}
    plan = connection.execute(statements.RETRY_PLAN, values).scalar_one()
    # The version before makes calls without one.
    return plan is None or plan.attempts >= attempt.attempt_number


def _shared(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the series that begins with the call of that row."""
    names = ("team", "channel", "thread_ts", "posted_in", "message_ts", "result_ts", "retry_plan")
    return {
        **{name: row[name] for name in names},
        "id": row["series_id"] or row["id"],
        "shown": None,
        "version": 0,
    }


def _shared_changes(before: Call, after: Call) -> dict[str, Any]:
    """Return what changes of a series by a step of one of its calls."""
    changes: dict[str, Any] = {}
    if after.message_ts != before.message_ts:
        # The first post shows the call as it is.
        changes = {
            "posted_in": after.posted_in,
            "message_ts": after.message_ts,
            "shown": after.status_fingerprint,
        }
    if after.result_ts is not None and after.result_ts != before.result_ts:
        changes["result_ts"] = after.result_ts
    return changes


def _note_dial(call: Call, now: datetime, connection: Connection) -> None:
    """Keep in the audit that a call is dialed; a repeat of the same request is no other dial."""
    record(connection, [AuditEntry(now, call.team, Act.DIALED, call.requester, call.id)])


def _note_change(before: Call, after: Call, connection: Connection) -> None:
    """Keep in the audit that a call is held now, or has ended."""
    if after.is_held and not before.is_held:
        _note_hold(after, utc_now(), connection)
    if after.ended_at is not None and after.ended_at != before.ended_at:
        record_end(connection, after.id, after.team, after.ended_at, after.reason)


def _note_result(
    call_id: UUID,
    now: datetime,
    give_up: Callable[[Connection], object] | None,
    connection: Connection,
) -> None:
    """Keep in the audit that a call has ended with a result, and give up what was to follow it."""
    team = connection.execute(statements.TEAM, {"the_id": call_id}).scalar_one()
    record_end(connection, call_id, team, now)
    if give_up is not None:
        give_up(connection)


def _note_hold(call: Call, now: datetime, connection: Connection) -> None:
    """Keep in the audit what a call waits for; if that is an approval, it is asked for."""
    fact = call.reason and call.reason.policy_fact
    rule = rule_of(fact) if fact else None
    record(connection, [AuditEntry(now, call.team, Act.HELD, call.requester, call.id, rule)])
    if call.awaits_approval:
        add_approvals(connection, [Approval.asked_for(call, now)])


def _note_cancel(call_id: UUID, by: str, now: datetime, connection: Connection) -> None:
    team = connection.execute(statements.TEAM, {"the_id": call_id}).scalar_one()
    record(connection, [AuditEntry(now, team, Act.CANCELED, by, call_id)])
    look_at_approvals(connection, [call_id], now)


def _giving_up(
    call: Call | None, why: Reason | None, now: datetime
) -> Callable[[Connection], object] | None:
    """Return what cancels the attempts after `call` that were not sent."""
    if call is None or why is None:
        return None
    values = {
        **end_changes(EndReason.CANCELED, now, why),
        "the_series": call.series,
        "the_number": call.attempt_number,
    }
    return lambda connection: connection.execute(statements.LATER_UNDIALED, values)


def call_changes(before: Call, after: Call) -> dict[str, Any]:
    """Return what differs between the two."""
    return {
        item.name: getattr(after, item.name)
        for item in fields(Call)
        if getattr(after, item.name) != getattr(before, item.name)
    }


def note_thread(connection: Connection, before: Call, after: Call) -> None:
    """Keep with its series where the status message of a call stands, if it does now."""
    if shared := _shared_changes(before, after):
        connection.execute(statements.UPDATE_SERIES, {**shared, "the_id": after.series})


def _values(call: Call) -> dict[str, Any]:
    values = {item.name: getattr(call, item.name) for item in fields(call)}
    return values | number_columns(call.recipient) | secret_columns(call.callback_secret)


def _ours(call: Call) -> dict[str, Any]:
    return {"the_id": call.id, "from_state": call.state, "our_lease": call.lease}
