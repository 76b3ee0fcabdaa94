"""The SQL statements of the policy: what it has to know of calls that were asked for and sent.

Counting stops at the limit, so that it costs the same however many calls there were.
"""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Integer,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)

from bot.core.calls.retry_plan import ONE_ATTEMPT, PLANS
from bot.core.calls.states import EndReason
from bot.storage.column_types import Utc
from bot.storage.encryption.sealing import is_number
from bot.storage.tables import approvals, calls, do_not_call, is_open, pauses

_TEAM: Final[BindParameter[str]] = bindparam("the_team")
_DAY_AGO: Final[BindParameter[datetime]] = bindparam("a_day_ago", type_=Utc())
# An odd row may hold any time; none of those counts.
_DAY_AHEAD: Final[BindParameter[datetime]] = bindparam("a_day_ahead", type_=Utc())


# What one call that is not over may still be counted as.
ATTEMPTS_MAX: Final = max(plan.attempts for plan in PLANS.values())
_ONE_ATTEMPT: Final = json.dumps(ONE_ATTEMPT.to_json())
# As an object or, beside what is encrypted, as a string that holds it.
_is_followed: Final = not_(
    func.coalesce(cast(calls.c.retry_plan, Text), "").in_([_ONE_ATTEMPT, json.dumps(_ONE_ATTEMPT)])
)


def _count(found: Select[tuple[object]], most: str) -> ScalarSelect[int]:
    limited = found.limit(bindparam(most, type_=Integer)).subquery()
    return select(func.count()).select_from(limited).scalar_subquery()


def _attempts(left: Select[Any], most: str) -> ScalarSelect[int]:
    """Return how often calls that are not over may still be dialed, at most."""
    each = case((_is_followed, ATTEMPTS_MAX), else_=1).label("attempts")
    limited = left.with_only_columns(each).limit(bindparam(most, type_=Integer)).subquery()
    return select(func.coalesce(func.sum(limited.c.attempts), 0)).scalar_subquery()


# A call that was canceled before it was dialed counts as little as one that was never asked for.
_ASKED: Final = select(calls.c.requested_at).where(
    calls.c.requester == bindparam("the_requester"),
    calls.c.team == _TEAM,
    calls.c.attempt_number == 1,
    or_(calls.c.ending.is_(None), calls.c.ending != EndReason.CANCELED),
    calls.c.requested_at < _DAY_AHEAD,
)
_ASKED_IN_A_DAY: Final = _ASKED.where(calls.c.requested_at > bindparam("a_day_before", type_=Utc()))
_ASKED_IN_AN_HOUR: Final = _ASKED.where(
    calls.c.requested_at > bindparam("an_hour_before", type_=Utc())
)
_SENT: Final = select(calls.c.dialing_since).where(
    calls.c.team == _TEAM, calls.c.dialing_since > _DAY_AGO, calls.c.dialing_since < _DAY_AHEAD
)
# At the dial a call does not count itself, should it be a repeat.
_OTHERS_SENT: Final = _SENT.where(calls.c.id != bindparam("the_id"))
# What is not over, and to be dialed at a time that shares a day with the time asked about.
_SHARES_A_DAY: Final = select(
    calls.c.dial_at,
    calls.c.dialing_since,
    calls.c.ending,
    calls.c.attempt_number,
    calls.c.retry_plan,
).where(
    calls.c.team == _TEAM,
    calls.c.dial_at > _DAY_AGO,
    calls.c.dial_at < _DAY_AHEAD,
)
_LEFT: Final = _SHARES_A_DAY.where(calls.c.due_at.is_not(None))
# Of those that wait for an approval nothing is due.
_TO_APPROVE: Final = (
    _SHARES_A_DAY.join(approvals, approvals.c.call_id == calls.c.id)
    .where(approvals.c.team == _TEAM, is_open)
    .where(calls.c.due_at.is_(None), calls.c.ending.is_(None))
)
_OF_NUMBER: Final = is_number(calls.c.recipient)
_MOST: Final = bindparam("most", type_=Integer)
_NEWEST_SENT: Final = calls.c.dialing_since.desc()

# What holds up a new call, and upper bounds of what counts: no more than that is looked at, unless
# one of them comes near its limit.
REQUEST: Final = select(
    exists().where(calls.c.request_key == bindparam("the_key")).label("is_known"),
    exists().where(pauses.c.team == _TEAM).label("is_paused"),
    exists()
    .where(do_not_call.c.team == _TEAM, is_number(do_not_call.c.number))
    .label("is_blocked"),
    _count(_ASKED_IN_AN_HOUR, "most_in_an_hour").label("asked_in_an_hour"),
    _count(_ASKED_IN_A_DAY, "most_in_a_day").label("asked_in_a_day"),
    _count(_SENT.where(_OF_NUMBER), "most_to_number").label("sent_to_number"),
    _count(_LEFT.where(_OF_NUMBER), "most_to_number").label("left_of_number"),
    _count(_SENT, "most_of_team").label("sent_of_team"),
    _count(_LEFT, "most_of_team").label("left_of_team"),
)
REQUEST_TO_APPROVE: Final = REQUEST.add_columns(
    _count(_TO_APPROVE.where(_OF_NUMBER), "most_to_number").label("to_approve_of_number"),
    _count(_TO_APPROVE, "most_of_team").label("to_approve_of_team"),
)
# A closer bound of those that are left, which takes longer to count.
ATTEMPTS_LEFT: Final = select(
    _attempts(_LEFT.where(_OF_NUMBER), "most_to_number").label("of_number"),
    _attempts(_LEFT, "most_of_team").label("of_team"),
)
KNOWN: Final = select(calls.c.id).where(calls.c.request_key == bindparam("the_key"))
ASKED: Final = _ASKED_IN_A_DAY.order_by(calls.c.requested_at.desc()).limit(_MOST)
SENT_TO_NUMBER: Final = _SENT.where(_OF_NUMBER).order_by(_NEWEST_SENT).limit(_MOST)
LEFT_OF_NUMBER: Final = _LEFT.where(_OF_NUMBER).order_by(calls.c.dial_at.desc()).limit(_MOST)
SENT_OF_TEAM: Final = _SENT.order_by(_NEWEST_SENT).limit(_MOST)
OTHERS_SENT_TO_NUMBER: Final = _OTHERS_SENT.where(_OF_NUMBER).order_by(_NEWEST_SENT).limit(_MOST)
OTHERS_SENT_OF_TEAM: Final = _OTHERS_SENT.order_by(_NEWEST_SENT).limit(_MOST)
LEFT_OF_TEAM: Final = _LEFT.order_by(calls.c.dial_at.desc()).limit(_MOST)
TO_APPROVE_OF_NUMBER: Final = _TO_APPROVE.where(_OF_NUMBER).limit(_MOST)
TO_APPROVE_OF_TEAM: Final = _TO_APPROVE.limit(_MOST)
