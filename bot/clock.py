"""The time: one clock for the whole process. Only the demo moves it."""

from datetime import UTC, datetime, timedelta
from typing import Final


class Clock:
    """The machine's clock, moved by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC) + self.ahead


CLOCK: Final = Clock()


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return CLOCK.now()
