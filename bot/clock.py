"""The time: one clock for the whole process."""

from datetime import UTC, datetime, timedelta
from typing import Final


class Clock:
    """The machine's clock, moved by `ahead`, which is the demo's; `wrong_by` is made good."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC) + self.ahead - self.wrong_by


CLOCK: Final = Clock()


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return CLOCK.now()
