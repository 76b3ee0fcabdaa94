"""How many requests a CallCow key may make within a minute."""

import math
from collections import deque
from collections.abc import Callable
from typing import Final

from bot.demo.callcow.contract import Refused

_WINDOW: Final = 60.0


class Rate:
    """A sliding window of one minute; None lets everything pass."""

    def __init__(self, per_minute: int | None, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._passed: deque[float] = deque()

    def take(self) -> None:
        """Count one request, or raise `Refused` with 429 and the seconds to wait."""
        if self._per_minute is None:
            return
        now = self._clock()
        while self._passed and now - self._passed[0] >= _WINDOW:
            self._passed.popleft()
        if len(self._passed) >= self._per_minute:
            wait = max(1, math.ceil(self._passed[0] + _WINDOW - now))
            raise Refused(429, "Too many requests", {"Retry-After": str(wait)})
        self._passed.append(now)
