"""The calls table, on SQLite or PostgreSQL: save, claim, update."""

import types
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    TypeDecorator,
    Update,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from bot.call import REPEAT_WINDOW, SEND_WITHIN, UNDIALED, Call, Ending, IfUnanswered, State
from bot.database import Database
from bot.errors import Unreadable

metadata = MetaData()


class _Utc(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class _Secret(TypeDecorator[SecretStr]):
    """A text that no log and no `repr` may show."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SecretStr | None, dialect: Dialect) -> str | None:
        return None if value is None else value.get_secret_value()

    def process_result_value(self, value: str | None, dialect: Dialect) -> SecretStr | None:
        return None if value is None else SecretStr(value)


class _Word(TypeDecorator[Any]):
    """A member of an enumeration of words, kept as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[State] | type[Ending] | type[IfUnanswered]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)


_TYPES: Final[dict[Any, TypeEngine[Any]]] = {
    UUID: Uuid(),
    str: Text(),
    int: Integer(),
    datetime: _Utc(),
    SecretStr: _Secret(),
    State: _Word(State),
    Ending: _Word(Ending),
    IfUnanswered: _Word(IfUnanswered),
    dict[str, Any]: JSON(none_as_null=True),
}


def _column(name: str, hint: Any) -> Column[Any]:
    optional = isinstance(hint, types.UnionType)
    kind = get_args(hint)[0] if optional else hint
    return Column(
        name,
        _TYPES[kind],
        nullable=optional,
        primary_key=name == "id",
        unique=name == "request_key",
    )


# The fields are defined once, in `Call`: the table follows it.
calls = Table(
    "calls", metadata, *(_column(name, hint) for name, hint in get_type_hints(Call).items())
)


def _index(name: str, *columns: Column[Any], only: ColumnElement[bool] | None = None) -> None:
    """Make an index of the rows for which `only` holds."""
    Index(name, *columns, postgresql_where=only, sqlite_where=only)


_is_left: Final = calls.c.due_at.is_not(None)
# Only what is left to do is due, so this stays small however many calls there were.
_index("calls_due", calls.c.due_at, calls.c.state, only=_is_left)
_index("calls_left_of_requester", calls.c.requester, calls.c.dial_at, only=_is_left)
_index("calls_of_requester", calls.c.requester, calls.c.requested_at)
_index("calls_after", calls.c.previous, only=calls.c.previous.is_not(None))


@dataclass(frozen=True)
class Due:
    """Calls to claim: in which states, how many, and only those to be dialed before a time."""

    states: Collection[State]
    limit: int
    dial_before: datetime | None = None


class Store:
    """Every read and write of calls. All of it raises `StoreError` when the database fails.

    Each write is conditional on what it started from, so that of two that meet one changes
    nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def works(self) -> bool:
        """Return whether the calls can be read."""
        one = select(calls.c.id).limit(1)
        try:
            await self._database.read(lambda connection: connection.execute(one))
        except Unreadable:
            return False
        return True

    async def add(self, call: Call) -> bool:
        """Save a new call; return False if the same request was saved before."""
        return await self._database.write_with_others(_add, _values(call))

    async def get(self, call_id: UUID) -> Call | None:
        """Return the call, or None if there is none."""
        return await self._database.read_with_others(_get, call_id)

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
                "held": list(held),
                "most": due.limit,
                "new_lease": uuid4(),
                "until": now + lease,
            }
            for due in wanted
        ]

        def work(connection: Connection) -> list[list[Call]]:
            return [[_call(row) for row in connection.execute(_CLAIM, claim)] for claim in claims]

        return await self._database.write(work)

    async def advance(self, before: Call, after: Call, *, then: Call | None = None) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them.

        The new call `then` is saved in the same transaction.
        """
        changed = {
            item.name: getattr(after, item.name)
            for item in fields(Call)
            if getattr(after, item.name) != getattr(before, item.name)
        }
        return await self._update(_ADVANCE, {**changed, **_ours(before)}, then=then)

    async def start_dial(self, call: Call, *, now: datetime, after: Call) -> bool:
        """Write `after`, which is about to be dialed, if the call may be dialed at `now`.

        The state, the lease and the age are checked by the write itself, since nothing that was
        read before it can be relied on.
        """
        return await self._update(
            _START_DIAL,
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

    async def release(self, call: Call, *, not_before: datetime) -> bool:
        """Give a lease back; the call's step is due when it was, but not before that time."""
        return await self._update(_RELEASE, {**_ours(call), "not_before": not_before})

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
        workflow_id: str | None,
        provider_call_id: str | None,
        now: datetime,
        then: Call | None = None,
    ) -> bool:
        """End the call with `result`; return False if it had one, or had been canceled.

        The new call `then` is saved in the same transaction.
        """
        return await self._update(
            _RECORD_RESULT,
            {
                **_ended(Ending.RESULT, now),
                "the_id": call_id,
                "their_workflow_id": workflow_id,
                "their_call_id": provider_call_id,
                "result": dict(result),
                "error": None,
                "result_ts": None,
            },
            then=then,
        )

    async def cancel(self, call_id: UUID, *, by: str, now: datetime) -> bool:
        """Cancel a call on a person's word; return False if it was sent to CallCow or has ended."""
        values = {**_ended(Ending.CANCELED, now), "the_id": call_id, "canceled_by": by}
        return await self._update(_UNDIALED_CALL, values)

    async def cancel_try_after(self, previous: UUID, *, why: str, now: datetime) -> bool:
        """Cancel the call that was to follow another one; return False if there is none."""
        values = {**_ended(Ending.CANCELED, now), "the_previous": previous, "error": why}
        return await self._update(_UNDIALED_TRY, values)

    async def dial_now(self, call_id: UUID, *, now: datetime) -> bool:
        """Let a call be dialed now whose thread stands; return False if it is too late for that."""
        values = {"dial_at": now, "due_at": now, "lease": None, "lease_until": None}
        return await self._update(_UNDIALED_ANNOUNCED, {**values, "the_id": call_id})

    async def end_undialed(self, team: str, *, why: str, now: datetime) -> int:
        """End every call of a team that was not sent to CallCow as not placed; return how many.

        One that was sent and not confirmed is not sent again either: it waits for a result.
        """
        values = {**_ended(Ending.NOT_PLACED, now), "the_team": team, "error": why}
        waiting = {"state": State.WAITING, "due_at": now, "lease": None, "lease_until": None}

        def work(connection: Connection) -> int:
            connection.execute(_UNCONFIRMED_OF_TEAM, {**waiting, "the_team": team})
            return connection.execute(_UNDIALED_OF_TEAM, values).rowcount

        return await self._database.write(work)

    async def calls_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return a person's last calls, the latest first; at most so many."""
        values = {"the_requester": requester, "the_team": team, "most": most}
        return await self._database.read(
            lambda connection: [_call(row) for row in connection.execute(_CALLS_OF, values)]
        )

    async def scheduled_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return what a person has scheduled and was not dialed yet, the next first."""
        values = {"the_requester": requester, "the_team": team, "most": most}
        return await self._database.read(
            lambda connection: [_call(row) for row in connection.execute(_SCHEDULED_OF, values)]
        )

    async def _update(
        self, statement: Update, values: Mapping[str, Any], *, then: Call | None = None
    ) -> bool:
        def work(connection: Connection) -> bool:
            changed = connection.execute(statement, values).rowcount == 1
            if changed and then is not None:
                _add(connection, [_values(then)])
            return changed

        return await self._database.write(work)


def _get(connection: Connection, ids: list[UUID]) -> list[Call | None]:
    """Read the calls with those ids at once, None for each that there is not."""
    found = {row.id: _call(row) for row in connection.execute(_GET, {"ids": ids})}
    return [found.get(call_id) for call_id in ids]


def _add(connection: Connection, rows: list[dict[str, Any]]) -> list[bool]:
    """Insert the rows at once and return for each whether it is new."""
    # A new call has no more than half of its columns: the others need not be named.
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    given = [{name: row[name] for name in names} for row in rows]
    inserted = connection.execute(_INSERT[connection.dialect.name], given)
    added = set(inserted.scalars())
    return [row["id"] in added for row in rows]


# The statements are built once, since building one takes longer than running it. An update sets
# the columns that the values it is run with name.

_INSERT: Final = {
    name: insert(calls).on_conflict_do_nothing(index_elements=["request_key"]).returning(calls.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_GET: Final = select(calls).where(calls.c.id.in_(bindparam("ids", expanding=True)))
_ADVANCE: Final = update(calls).where(
    calls.c.id == bindparam("the_id"),
    calls.c.state == bindparam("from_state"),
    calls.c.lease == bindparam("our_lease"),
)
# What a step has written meanwhile stands: a dial that was sent is not due again at once.
_RELEASE: Final = _ADVANCE.values(
    lease=None,
    lease_until=None,
    due_at=case(
        (calls.c.due_at < bindparam("not_before"), bindparam("not_before", type_=_Utc())),
        else_=calls.c.due_at,
    ),
)
_START_DIAL: Final = _ADVANCE.where(
    or_(
        and_(calls.c.dialing_since.is_(None), calls.c.dial_at >= bindparam("oldest_time")),
        and_(
            calls.c.dialing_since > bindparam("oldest_dial"),
            calls.c.dialing_since <= bindparam("now"),
        ),
    )
).values(dialing_since=func.coalesce(calls.c.dialing_since, bindparam("now", type_=_Utc())))
# As a CTE what is due is read once; a subquery may be read once for each row, past its limit.
_DUE: Final = (
    select(calls.c.id)
    .where(
        calls.c.due_at <= bindparam("now"),
        calls.c.state.in_(bindparam("states", expanding=True)),
        calls.c.dial_at < bindparam("dial_before"),
        or_(
            calls.c.lease.is_(None),
            and_(
                calls.c.lease_until <= bindparam("now"),
                calls.c.lease.not_in(bindparam("held", expanding=True)),
            ),
        ),
    )
    .order_by(calls.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM: Final = (
    update(calls)
    .where(calls.c.id.in_(select(_DUE.c.id)))
    .values(lease=bindparam("new_lease"), lease_until=bindparam("until"))
    .returning(*calls.c)
)
_RECORD_RESULT: Final = (
    update(calls)
    .where(
        calls.c.id == bindparam("the_id"),
        or_(
            calls.c.ending.is_(None),
            calls.c.ending.in_([Ending.NO_RESULT, Ending.NOT_PLACED]),
        ),
    )
    .values(
        workflow_id=func.coalesce(calls.c.workflow_id, bindparam("their_workflow_id", type_=Text)),
        provider_call_id=func.coalesce(
            calls.c.provider_call_id, bindparam("their_call_id", type_=Text)
        ),
    )
)


# What a person or Slack may still stop: nothing of it has been sent to CallCow.
_UNDIALED: Final = update(calls).where(
    calls.c.state.in_(UNDIALED), calls.c.dialing_since.is_(None), calls.c.ending.is_(None)
)
_UNDIALED_CALL: Final = _UNDIALED.where(calls.c.id == bindparam("the_id"))
_UNDIALED_ANNOUNCED: Final = _UNDIALED_CALL.where(calls.c.state == State.ANNOUNCED)
_UNDIALED_TRY: Final = _UNDIALED.where(calls.c.previous == bindparam("the_previous"))
_UNDIALED_OF_TEAM: Final = _UNDIALED.where(calls.c.team == bindparam("the_team"))
_UNCONFIRMED_OF_TEAM: Final = update(calls).where(
    calls.c.state == State.ANNOUNCED,
    calls.c.dialing_since.is_not(None),
    calls.c.team == bindparam("the_team"),
)
_OF_REQUESTER: Final = select(calls).where(
    calls.c.requester == bindparam("the_requester"), calls.c.team == bindparam("the_team")
)
_CALLS_OF: Final = (
    _OF_REQUESTER.where(
        or_(calls.c.ending.is_(None), calls.c.ending != Ending.INCOMPLETE),
    )
    .order_by(calls.c.requested_at.desc())
    .limit(bindparam("most", type_=Integer))
)
_SCHEDULED_OF: Final = (
    _OF_REQUESTER.where(
        calls.c.due_at.is_not(None),
        calls.c.state.in_(UNDIALED),
        calls.c.dialing_since.is_(None),
        calls.c.dial_at > calls.c.requested_at,
    )
    .order_by(calls.c.dial_at)
    .limit(bindparam("most", type_=Integer))
)


def _ended(ending: Ending, now: datetime) -> dict[str, Any]:
    """What a door writes that ends a call; the step under way loses its lease."""
    return {
        "state": State.ENDED,
        "ending": ending,
        "ended_at": now,
        "due_at": now,
        "attempts": 0,
        "lease": None,
        "lease_until": None,
    }


def _values(call: Call) -> dict[str, Any]:
    return {item.name: getattr(call, item.name) for item in fields(call)}


def _ours(call: Call) -> dict[str, Any]:
    return {"the_id": call.id, "from_state": call.state, "our_lease": call.lease}


def _call(row: Row[Any]) -> Call:
    return Call(**row._mapping)
