"""The SQL statements of the store, each built once: building one takes longer than running it.

An update sets the columns that the values it is run with name.
"""

import json
from typing import Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Text,
    UpdateBase,
    and_,
    bindparam,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.calls.retry_plan import ONE_ATTEMPT
from bot.core.calls.states import REPLACED_BY_RESULT, UNDIALED, State
from bot.core.request import IfUnanswered
from bot.storage.column_types import AnyText, Utc
from bot.storage.tables import (
    calls,
    has_no_result,
    has_own_key,
    series,
    undialed,
    workspace_settings,
)

INSERT: Final = {
    name: insert(calls).on_conflict_do_nothing(index_elements=["request_key"]).returning(calls.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
GET: Final = select(calls).where(calls.c.id.in_(bindparam("ids", expanding=True)))
ADVANCE: Final = update(calls).where(
    calls.c.id == bindparam("the_id"),
    calls.c.state == bindparam("from_state"),
    calls.c.lease == bindparam("our_lease"),
)
# What a step has written meanwhile stands: a dial that was sent is not due again at once.
RELEASE: Final = ADVANCE.values(
    lease=None,
    lease_until=None,
    due_at=case(
        (calls.c.due_at < bindparam("not_before"), bindparam("not_before", type_=Utc())),
        else_=calls.c.due_at,
    ),
)
START_DIAL: Final = ADVANCE.where(
    or_(
        and_(calls.c.dialing_since.is_(None), calls.c.dial_at >= bindparam("oldest_time")),
        and_(
            calls.c.dialing_since > bindparam("too_old"),
            calls.c.dialing_since <= bindparam("now"),
        ),
    )
).values(dialing_since=func.coalesce(calls.c.dialing_since, bindparam("now", type_=Utc())))
_HAS_OWN_KEY: Final = calls.c.team.in_(select(workspace_settings.c.team).where(has_own_key))
_waits: Final = calls.c.team.in_(bindparam("teams_waiting", expanding=True))
# Whether the key that a call is dialed with has a permit, as far as a replica knows.
_HAS_PERMIT: Final = or_(
    and_(not_(_HAS_OWN_KEY), bindparam("operators_has_permit", type_=Boolean)),
    and_(_HAS_OWN_KEY, not_(_waits)),
)


def _claim(*more: ColumnElement[bool]) -> UpdateBase:
    """Return the claim of what is due, as far as it is so as well."""
    # As a CTE what is due is read once; a subquery may be read once for each row, past its limit.
    due = (
        select(calls.c.id)
        .where(
            calls.c.due_at <= bindparam("now"),
            calls.c.state.in_(bindparam("states", expanding=True)),
            calls.c.id.not_in(bindparam("resting", expanding=True)),
            or_(
                calls.c.dial_at < bindparam("dial_before"),
                calls.c.dialing_since <= bindparam("dialed_by"),
            ),
            or_(
                calls.c.lease.is_(None),
                and_(
                    calls.c.lease_until <= bindparam("now"),
                    calls.c.lease.not_in(bindparam("held", expanding=True)),
                ),
            ),
            *more,
        )
        # What was dialed has had its turn: its result is reported by its time alone.
        .order_by(case((undialed, calls.c.turn), else_=0), calls.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(calls)
        .where(calls.c.id.in_(select(due.c.id)))
        .values(lease=bindparam("new_lease"), lease_until=bindparam("until"))
        .returning(*calls.c)
    )


CLAIM: Final = _claim()
CLAIM_WITH_PERMIT: Final = _claim(_HAS_PERMIT)
# Who waits for a permit is not late: only an outage makes a call too late.
WAITS_FOR_PERMIT: Final = (
    update(calls)
    .where(
        calls.c.due_at <= bindparam("now"),
        calls.c.state == State.ANNOUNCED,
        calls.c.dialing_since.is_(None),
        calls.c.ending.is_(None),
        calls.c.lease.is_(None),
        calls.c.dial_at < bindparam("a_while_ago"),
        calls.c.dial_at >= bindparam("oldest_time"),
    )
    .values(dial_at=bindparam("now", type_=Utc()))
)
SOME_WAIT_FOR_PERMIT: Final = WAITS_FOR_PERMIT.where(not_(_HAS_PERMIT))
# For rows that cannot be read: only the lease that has just been taken is given back.
LEAVE_ALONE: Final = (
    update(calls)
    .where(
        calls.c.lease == bindparam("our_lease"), calls.c.id.in_(bindparam("ids", expanding=True))
    )
    .values(lease=None, lease_until=None)
)
SECRET: Final = select(calls.c.callback_secret, calls.c.secret_digest, calls.c.result).where(
    calls.c.id == bindparam("the_id")
)
KEEP_RESULT: Final = update(calls).where(
    calls.c.id == bindparam("the_id"), calls.c.erased_at.is_(None)
)
RECORD_RESULT: Final = (
    update(calls)
    .where(
        calls.c.id == bindparam("the_id"),
        or_(
            calls.c.ending.is_(None),
            calls.c.ending.in_(REPLACED_BY_RESULT),
            # A result that was read as worse, and stands as it was read.
            calls.c.ended_at == bindparam("replaced_ended_at", type_=Utc()),
        ),
        calls.c.erased_at.is_(None),
    )
    .values(
        workflow_id=func.coalesce(calls.c.workflow_id, bindparam("their_workflow_id", type_=Text)),
        provider_call_id=func.coalesce(
            calls.c.provider_call_id, bindparam("their_call_id", type_=Text)
        ),
    )
    .returning(calls.c.team)
)


# What a person or Slack may still stop: nothing of it has been sent to CallCow.
_UNDIALED: Final = update(calls).where(
    undialed, calls.c.dialing_since.is_(None), calls.c.ending.is_(None)
)
UNDIALED_CALL: Final = _UNDIALED.where(calls.c.id == bindparam("the_id"))
UNDIALED_ANNOUNCED: Final = UNDIALED_CALL.where(
    calls.c.state == State.ANNOUNCED, calls.c.due_at.is_not(None)
)
LATER_UNDIALED: Final = _UNDIALED.where(
    calls.c.series_id == bindparam("the_series"),
    calls.c.attempt_number > bindparam("the_number"),
)


def _some_undialed(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return which calls are a portion of them, so that an update changes no more at once."""
    some = (
        select(calls.c.id)
        .where(undialed, calls.c.dialing_since.is_(None), calls.c.ending.is_(None), *more)
        .limit(bindparam("most", type_=Integer))
        .with_for_update()
        .cte("some")
    )
    return calls.c.id.in_(select(some.c.id))


UNDIALED_OF_ALL: Final = _UNDIALED.where(_some_undialed()).returning(calls.c.id, calls.c.team)
# As a case, so that SQLite reads what is undialed, not the index of all that was ever sent.
SENT_OF_ALL: Final = update(calls).where(
    undialed,
    calls.c.state == State.ANNOUNCED,
    case((calls.c.dialing_since.is_(None), 0), else_=1) == 1,
)
_of_team: Final = calls.c.team == bindparam("the_team")
UNDIALED_OF_TEAM: Final = _UNDIALED.where(_some_undialed(_of_team)).returning(*calls.c)
SENT_OF_TEAM: Final = SENT_OF_ALL.where(calls.c.team == bindparam("the_team"))
# What no attempt follows is left as it is: those are nearly all. The version before writes no plan.
_is_followed: Final = or_(
    and_(calls.c.retry_plan.is_(None), calls.c.if_unanswered != IfUnanswered.NOTHING),
    cast(calls.c.retry_plan, Text) != json.dumps(ONE_ATTEMPT.to_json()),
)
# After a removal nobody is called any more: a result that still comes is followed by no attempt.
NO_MORE_ATTEMPTS_OF_TEAM: Final = update(calls).where(
    calls.c.team == bindparam("the_team"),
    calls.c.due_at.is_not(None),
    calls.c.ending.is_(None),
    _is_followed,
)
NO_LATE_ATTEMPTS_OF_TEAM: Final = update(calls).where(
    calls.c.team == bindparam("the_team"),
    has_no_result,
    calls.c.dial_at >= bindparam("oldest_time", type_=Utc()),
    _is_followed,
)
TEAM: Final = select(calls.c.team).where(calls.c.id == bindparam("the_id"))
RETRY_PLAN: Final = select(calls.c.retry_plan).where(calls.c.id == bindparam("the_id"))
_OF_REQUESTER: Final = select(calls).where(
    calls.c.requester == bindparam("the_requester"), calls.c.team == bindparam("the_team")
)
CALLS_OF: Final = _OF_REQUESTER.order_by(calls.c.requested_at.desc()).limit(
    bindparam("most", type_=Integer)
)
_SCHEDULED_OF: Final = _OF_REQUESTER.where(
    calls.c.due_at.is_not(None),
    calls.c.state.in_(UNDIALED),
    calls.c.dialing_since.is_(None),
    calls.c.dial_at > calls.c.requested_at,
)
SCHEDULED_OF: Final = _SCHEDULED_OF.order_by(calls.c.dial_at).limit(
    bindparam("most", type_=Integer)
)
COUNT_SCHEDULED_OF: Final = _SCHEDULED_OF.with_only_columns(func.count())

INSERT_SERIES: Final = {
    name: insert(series).on_conflict_do_nothing(index_elements=["id"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
SERIES: Final = select(series).where(series.c.id == bindparam("the_id"))
ATTEMPTS: Final = (
    select(calls)
    .where(or_(calls.c.id == bindparam("the_id"), calls.c.series_id == bindparam("the_id")))
    .order_by(calls.c.attempt_number, calls.c.requested_at)
)
UPDATE_SERIES: Final = update(series).where(series.c.id == bindparam("the_id"))
SHOWN: Final = UPDATE_SERIES.where(series.c.version == bindparam("the_version")).values(
    version=series.c.version + 1
)
# As text, so that a word of a newer version stops nothing.
_STATE: Final = type_coerce(calls.c.state, AnyText())
BACKLOG: Final = (
    select(
        _STATE,
        func.count(),
        func.sum(case((calls.c.due_at <= bindparam("now"), 1), else_=0)),
        func.min(calls.c.due_at),
    )
    .where(calls.c.due_at.is_not(None))
    .group_by(calls.c.state)
)
