"""Slack's time: its timestamps name messages, and its triggers and addresses run out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar
from uuid import uuid4

Clock = Callable[[], float]
Content = TypeVar("Content")

_STEP_MICROSECONDS: Final = 100


class Timestamps:
    """Makes the `ts` of messages: seconds with six decimals, each one later than the last."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """Return a timestamp that no message has yet."""
        now = int(self._clock()) * 1_000_000 + _STEP_MICROSECONDS
        self._last = max(now, self._last + _STEP_MICROSECONDS)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


@dataclass
class _Grant(Generic[Content]):
    content: Content
    granted_at: float
    uses: int = 0


class Grants(Generic[Content]):
    """Names that stand for something for a while and a few times: triggers, response addresses."""

    def __init__(self, clock: Clock, *, seconds: float, uses: int) -> None:
        self._clock = clock
        self._seconds = seconds
        self._uses = uses
        self._grants: dict[str, _Grant[Content]] = {}

    def grant(self, content: Content) -> str:
        """Return a new name for that content."""
        number = len(self._grants) + 1
        name = f"{number}.{int(self._clock())}.{uuid4().hex}"
        self._grants[name] = _Grant(content, self._clock())
        return name

    def __contains__(self, name: str) -> bool:
        return name in self._grants

    def use(self, name: str) -> Content | Literal["unknown", "used", "expired"]:
        """Return what a name stands for, or why it stands for nothing any more."""
        grant = self._grants.get(name)
        if grant is None:
            return "unknown"
        if self._clock() - grant.granted_at > self._seconds:
            return "expired"
        if grant.uses >= self._uses:
            return "used"
        grant.uses += 1
        return grant.content
