"""How often a number is called when nobody answers, and how far apart: kept as data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Self

from bot.core.request import IfUnanswered

# More than anybody plans: what is kept beyond it is no plan.
_ATTEMPTS_MAX: Final = 100
_FURTHEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class RetryPlan:
    """How many attempts there may be in all, and how long after one the next is dialed.

    With `after_voicemail` an attempt that voicemail answered counts as one that nobody answered.
    """

    attempts: int = 1
    distance: timedelta = timedelta(0)
    after_voicemail: bool = False

    @property
    def asked(self) -> IfUnanswered:
        """What a form asks for to get this plan; no further attempt if it can't be asked for."""
        alike = replace(self, after_voicemail=False)
        return next((asked for asked, plan in PLANS.items() if plan == alike), IfUnanswered.NOTHING)

    def to_json(self) -> dict[str, Any]:
        """Return what is kept of the plan."""
        return {
            "attempts": self.attempts,
            "distance": self.distance.total_seconds(),
            "after_voicemail": self.after_voicemail,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the plan that was kept; raises an exception for anything else."""
        plan = cls(
            int(kept["attempts"]),
            timedelta(seconds=kept["distance"]),
            # The version before did not keep it.
            kept.get("after_voicemail") is True,
        )
        if not (0 < plan.attempts <= _ATTEMPTS_MAX and timedelta(0) <= plan.distance <= _FURTHEST):
            raise ValueError("not a plan")
        return plan


ONE_ATTEMPT: Final = RetryPlan()
PLANS: Final = {
    IfUnanswered.NOTHING: ONE_ATTEMPT,
    IfUnanswered.ONCE_MORE: RetryPlan(2, timedelta(minutes=15)),
    IfUnanswered.THREE_IN_ALL: RetryPlan(3, timedelta(hours=1)),
}


def retry_plan(asked: IfUnanswered, *, after_voicemail: bool = False) -> RetryPlan:
    """Return the plan that was asked for; without further attempts, voicemail changes nothing."""
    plan = PLANS[asked]
    return replace(plan, after_voicemail=after_voicemail and plan.attempts > 1)
