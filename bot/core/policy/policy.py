"""The settings of the policy: what a workspace allows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.core.policy.decision import NumberType

EVERY_DAY: Final = frozenset(range(7))
_END_OF_DAY: Final = 24 * 60


@dataclass(frozen=True)
class CallingHours:
    """From when until when one may call, in minutes of the local day; the end is not included."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= _END_OF_DAY:
            raise ValueError("calling hours end after they start, on the same day")


DEFAULT_HOURS: Final = CallingHours(8 * 60, 21 * 60)
DEFAULT_REFUSED_TYPES: Final = frozenset(
    {
        NumberType.PREMIUM_RATE,
        NumberType.PERSONAL_NUMBER,
        NumberType.PAGER,
        NumberType.VOICEMAIL,
        NumberType.NO_COUNTRY,
    }
)


@dataclass(frozen=True)
class Policy:
    """Whom one may call, when and how often. `None` for hours: at any time; 0: no limit."""

    dialing: bool = True
    refused_types: frozenset[NumberType] = DEFAULT_REFUSED_TYPES
    # Empty: all.
    countries: frozenset[str] = frozenset()
    allow_guests: bool = False
    # Empty: everyone.
    callers: frozenset[str] = frozenset()
    calls_per_person_per_hour: int = 10
    calls_per_person_per_day: int = 30
    calls_per_number_per_day: int = 6
    calls_per_day: int = 300
    hours: CallingHours | None = DEFAULT_HOURS
    hours_by_country: Mapping[str, CallingHours | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
    # Monday is 0.
    days: frozenset[int] = EVERY_DAY
    approval: bool = False
    approvers: frozenset[str] = frozenset()
