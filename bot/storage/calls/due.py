"""What is to be claimed of the calls that are due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.calls.states import State


@dataclass(frozen=True)
class Permits:
    """How many permits the operator's CallCow key has left, and whose own key has none.

    `operators` is None where there is no such key, `teams_waiting` where no workspace has its own.
    """

    operators: int | None
    teams_waiting: Collection[str] | None = None

    @property
    def some_wait(self) -> bool:
        """Whether any calls wait for a permit."""
        return self.operators == 0 or bool(self.teams_waiting)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the statements that tell keys apart; none where there is but one."""
        if self.teams_waiting is None:
            return {}
        return {
            "operators_has_permit": self.operators != 0,
            "teams_waiting": list(self.teams_waiting),
        }


@dataclass(frozen=True)
class Due:
    """Calls to claim: in which states, and how many.

    `dial_before` leaves out what is to be dialed later, but not what was first dialed by
    `dialed_by`: it is too old to be repeated, and needs no permit to be told. `permits` leaves out
    those whose workspace's key has none.
    """

    states: Collection[State]
    limit: int
    dial_before: datetime | None = None
    dialed_by: datetime | None = None
    permits: Permits | None = None
