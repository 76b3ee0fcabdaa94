"""Rule: how often a person, a number and a workspace may be part of a call. Pure.

Source: CALLS_PER_PERSON_PER_HOUR, CALLS_PER_PERSON_PER_DAY, CALLS_PER_NUMBER_PER_DAY and
CALLS_PER_DAY, counted in rolling windows. The person's limits are asked at the request alone, the
others at the dial too; who asks passes the usages that are to be looked at.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Final

from bot.core.policy.decision import Limit, LimitReached
from bot.core.policy.facts import Facts, Usage
from bot.core.policy.policy import Policy

WINDOWS: Final = {
    Limit.PERSON_PER_HOUR: timedelta(hours=1),
    Limit.PERSON_PER_DAY: timedelta(days=1),
    Limit.NUMBER_PER_DAY: timedelta(days=1),
    Limit.WORKSPACE_PER_DAY: timedelta(days=1),
}


def most_of(policy: Policy, limit: Limit) -> int:
    """Return how many a limit allows; 0: any number."""
    return {
        Limit.PERSON_PER_HOUR: policy.calls_per_person_per_hour,
        Limit.PERSON_PER_DAY: policy.calls_per_person_per_day,
        Limit.NUMBER_PER_DAY: policy.calls_per_number_per_day,
        Limit.WORKSPACE_PER_DAY: policy.calls_per_day,
    }[limit]


def usage_of(
    policy: Policy, limit: Limit, times: Sequence[datetime], now: datetime, needed: int = 1
) -> Usage | None:
    """Return how much of a limit is used; None if there is no such limit.

    `times` are those that count, the newest first; the newest `most_of` of them are enough, so
    that counting costs the same however many calls there were.
    """
    most = most_of(policy, limit)
    if not most:
        return None
    inside = [time for time in times[:most] if time > now - WINDOWS[limit]]
    # Of so many the oldest have to leave; they leave in the order in which they came.
    last_to_leave = most - needed
    leaves_at = inside[last_to_leave] + WINDOWS[limit] if 0 <= last_to_leave < len(inside) else None
    return Usage(len(inside), leaves_at, needed)


def limit_reached(policy: Policy, facts: Facts) -> LimitReached | None:
    """Return the limit that holds up the call for longest, or None."""
    usages = {
        Limit.PERSON_PER_HOUR: facts.person_per_hour,
        Limit.PERSON_PER_DAY: facts.person_per_day,
        Limit.NUMBER_PER_DAY: facts.number_per_day,
        Limit.WORKSPACE_PER_DAY: facts.workspace_per_day,
    }
    reached = [
        found
        for limit, usage in usages.items()
        if (found := _reached(limit, most_of(policy, limit), usage)) is not None
    ]
    # "The next can go today at 3:40 PM" must be true: so the latest of several counts.
    return max(reached, key=_ends_at, default=None)


def _ends_at(reached: LimitReached) -> float:
    return inf if reached.next_at is None else reached.next_at.timestamp()


def _reached(limit: Limit, most: int, usage: Usage | None) -> LimitReached | None:
    if not most or usage is None or usage.used + usage.needed <= most:
        return None
    next_at = usage.leaves_at if usage.needed <= most else None
    return LimitReached(limit, most, next_at)
