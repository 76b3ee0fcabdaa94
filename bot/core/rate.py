"""What may be sent in a minute, as a sliding window: dials first, then polls. Pure.

Times are seconds of one clock, that of the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import floor
from typing import Final, Self

# A little more than the minute, as requests take different times to arrive.
_WINDOW_SECONDS: Final = 61.0
# What was taken within such a time is counted together, so that a window stays small.
_GRAIN_SECONDS: Final = 0.25
# Twice as long as CallCow's longest pause: the clock may have been set back meanwhile.
_PAUSE_MAX_SECONDS: Final = 7200.0


@dataclass(frozen=True)
class Window:
    """What was taken lately: how many at which time, the oldest first; and a pause."""

    per_minute: int
    taken: tuple[tuple[float, int], ...] = ()
    paused_until: float = 0.0

    @classmethod
    def read(cls, per_minute: int, taken: Iterable[Iterable[float]], paused_until: float) -> Self:
        """Return the window that was kept as JSON."""
        pairs = tuple((float(at), int(count)) for at, count in taken)
        return cls(per_minute, pairs, paused_until)

    @property
    def kept_for_dials(self) -> int:
        """How many permits of each minute polls leave to dials."""
        return self.per_minute // 5

    def left(self, now: float) -> int:
        """Return how many requests may be sent at once."""
        if self._pause_left(now) > 0:
            return 0
        return max(self.per_minute - sum(count for _, count in self._live(now)), 0)

    def wait(self, now: float, *, keep: int = 0) -> float:
        """Return in how many seconds a request may be sent that leaves `keep` permits."""
        pause = self._pause_left(now)
        live = self._live(now)
        missing = sum(count for _, count in live) + keep + 1 - self.per_minute
        for at, count in live:
            if missing <= 0:
                break
            missing -= count
            pause = max(pause, at + _WINDOW_SECONDS - now)
        return pause

    def take(self, now: float) -> Self:
        """Return the window with one more request, which is sent now."""
        at = (floor(now / _GRAIN_SECONDS) + 1) * _GRAIN_SECONDS
        live = self._live(now)
        if live and live[-1][0] >= at:
            *live, (at, count) = live
        else:
            count = 0
        return replace(self, taken=(*live, (at, count + 1)))

    def pause(self, until: float) -> Self:
        """Return the window in which nothing is sent before `until`."""
        return replace(self, paused_until=max(self.paused_until, until))

    def _pause_left(self, now: float) -> float:
        """Return how long nothing is sent; a pause that nobody can have asked for is none."""
        left = self.paused_until - now
        return left if 0 < left <= _PAUSE_MAX_SECONDS else 0.0

    def _live(self, now: float) -> list[tuple[float, int]]:
        # What seems to be taken later than now was before the clock was set back.
        first, last = now - _WINDOW_SECONDS, now + _WINDOW_SECONDS
        return [(at, count) for at, count in self.taken if first < at < last]
