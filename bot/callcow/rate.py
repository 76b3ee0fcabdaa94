"""CallCow's rate: how many requests one process may send it in a minute."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

# A little more than the minute, as requests take different times to arrive.
_WINDOW_SECONDS: Final = 61.0


class Rate:
    """A sliding window of one minute, shared by dials and polls, dials first.

    Nothing waits here: whoever gets no permit leaves its call to be taken up again later.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        # Polls leave this many permits of each minute to dials.
        self._kept_for_dials = per_minute // 5
        self._clock = clock
        self._taken: deque[float] = deque()
        self._paused_until = 0.0

    def left(self) -> int:
        """Return how many requests may be sent at once."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - _WINDOW_SECONDS:
            self._taken.popleft()
        return 0 if now < self._paused_until else self._per_minute - len(self._taken)

    def try_acquire_dial(self) -> bool:
        """Count a dial and return True, or return False if none may go now."""
        return self._take(keep=0)

    def try_acquire_poll(self) -> bool:
        """Count a poll and return True, or return False if only dials may go now."""
        return self._take(keep=self._kept_for_dials)

    def give_back(self) -> None:
        """Count a request less: the last one taken was not sent."""
        if self._taken:
            self._taken.pop()

    def pause(self, seconds: float) -> None:
        """Send nothing for `seconds`: CallCow said that it was too much."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _take(self, keep: int) -> bool:
        if self.left() <= keep:
            return False
        self._taken.append(self._clock())
        return True
