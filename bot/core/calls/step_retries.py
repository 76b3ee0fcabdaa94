"""When a step that keeps failing has been tried long enough. Pure."""

from datetime import datetime, timedelta
from typing import Final

from bot.core.calls.call import Call
from bot.core.calls.states import State

RETRY_FOR: Final = timedelta(hours=24)
# Fewer attempts than these are no attempt at all: the machine may have been off meanwhile.
ATTEMPTS_MIN: Final = 10
_FAILED_STEP: Final = timedelta(seconds=30)
_FAILED_STEP_MAX: Final = timedelta(hours=1)


def is_tried_enough(call: Call, now: datetime) -> bool:
    """Whether the step that `call` is at has been tried for so long, and often enough."""
    return call.attempts >= ATTEMPTS_MIN and now - _at_step_since(call) >= RETRY_FOR


def pause_after_failure(attempts: int) -> timedelta:
    """Return how long a step waits that failed in a way that nobody foresaw."""
    doubled: int = 2 ** min(attempts, 10)
    return min(_FAILED_STEP * doubled, _FAILED_STEP_MAX)


def _at_step_since(call: Call) -> datetime:
    if call.state is State.ENDED and call.ended_at is not None:
        return call.ended_at
    # A thread may be opened until the call is due, however early it was asked for.
    return max(call.dial_at, call.requested_at)
