"""The rule for a repeated dial: how long CallCow takes the same key for the same call. Pure."""

from datetime import datetime, timedelta
from typing import Final

# CallCow answers the same idempotency key alike for 5 minutes and dials again after that; the
# last minute is left for a slow request and for clocks that disagree.
_REPEAT_WINDOW: Final = timedelta(minutes=4)


def is_repeatable(dialing_since: datetime | None, at: datetime) -> bool:
    """Whether a dial first sent at `dialing_since` may be sent again with the same key.

    A negative age means that clocks disagree by more than they may: it counts as old.
    """
    return dialing_since is not None and timedelta(0) <= at - dialing_since < _REPEAT_WINDOW


def too_old_to_repeat(now: datetime) -> datetime:
    """Return the time at or before which a dial was first sent that may not be sent again."""
    return now - _REPEAT_WINDOW
