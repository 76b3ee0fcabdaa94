"""How often a number is called when nobody answers, and how far apart: kept as data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from bot.core.request import IfUnanswered


@dataclass(frozen=True)
class RetryPlan:
    """How many attempts there may be in all, and how long after one the next is dialed."""

    attempts: int = 1
    distance: timedelta = timedelta(0)

    def to_json(self) -> dict[str, Any]:
        """Return what is kept of the plan."""
        return {"attempts": self.attempts, "distance": self.distance.total_seconds()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the plan that was kept; raises `KeyError` or `TypeError` for anything else."""
        return cls(int(kept["attempts"]), timedelta(seconds=kept["distance"]))


ONE_ATTEMPT: Final = RetryPlan()
PLANS: Final = {
    IfUnanswered.NOTHING: ONE_ATTEMPT,
    IfUnanswered.ONCE_MORE: RetryPlan(2, timedelta(minutes=15)),
    IfUnanswered.THREE_IN_ALL: RetryPlan(3, timedelta(hours=1)),
}
