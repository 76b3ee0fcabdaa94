"""What the policy decides about one call, and the facts that each decision rests on. Pure.

Facts hold no sentences: `bot.blocks.words.policy` makes those.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NumberType(StrEnum):
    """What kind of number it is: ITU's and libphonenumber's kinds, by their usual names."""

    FIXED_LINE = "fixed_line"
    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    COMPANY_WIDE = "company_wide"
    VOICEMAIL = "voicemail"
    NO_COUNTRY = "no_country"
    UNKNOWN = "unknown"


class Limit(StrEnum):
    """How often calls may be placed: each counted in a rolling window."""

    PERSON_PER_HOUR = "person_per_hour"
    PERSON_PER_DAY = "person_per_day"
    NUMBER_PER_DAY = "number_per_day"
    WORKSPACE_PER_DAY = "workspace_per_day"


@dataclass(frozen=True)
class Paused:
    """Somebody stopped all calls of the workspace."""

    by: str
    since: datetime


@dataclass(frozen=True)
class DialingOff:
    """Whoever runs the bot stopped all its calls."""


@dataclass(frozen=True)
class EmergencyNumber:
    """The number reaches the police, the fire brigade or an ambulance somewhere."""

    digits: str


@dataclass(frozen=True)
class CrisisLine:
    """The number is that of a crisis line."""

    digits: str
    name: str


@dataclass(frozen=True)
class NoPhoneNumber:
    """It is no phone number: what a row holds may be odd."""

    number: str


@dataclass(frozen=True)
class RefusedNumberType:
    """Numbers of this kind are not called here."""

    number: str
    number_type: NumberType


@dataclass(frozen=True)
class RefusedCountry:
    """Numbers of this region are not called here; `region` is None where it cannot be told."""

    number: str
    region: str | None
    calling_code: int


@dataclass(frozen=True)
class OnDoNotCallList:
    """The number asked not to be called."""

    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class GuestCaller:
    """The requester is a guest, and guests may not place calls here."""


@dataclass(frozen=True)
class UnlistedCaller:
    """Only certain people may place calls here, and the requester is none of them."""


@dataclass(frozen=True)
class DeactivatedCaller:
    """The requester's account in Slack was deactivated."""

    person: str


@dataclass(frozen=True)
class LimitReached:
    """There were as many calls as there may be; `next_at` is None if there is no room ever."""

    limit: Limit
    most: int
    next_at: datetime | None


@dataclass(frozen=True)
class OutsideHours:
    """The person called must not be called now; both times are local to a zone of the number."""

    local_time: datetime
    local_opening: datetime


@dataclass(frozen=True)
class AwaitingApproval:
    """Somebody else has to approve the call first."""

    approvers: frozenset[str]


@dataclass(frozen=True)
class NoOtherApprover:
    """The call needs an approval, and only its requester could give it."""


Refusal = (
    EmergencyNumber
    | CrisisLine
    | NoPhoneNumber
    | RefusedNumberType
    | RefusedCountry
    | OnDoNotCallList
    | GuestCaller
    | UnlistedCaller
    | DeactivatedCaller
    | LimitReached
    | NoOtherApprover
)
Hold = DialingOff | Paused | AwaitingApproval


@dataclass(frozen=True)
class Allowed:
    """The call may be dialed."""


@dataclass(frozen=True)
class Held:
    """The call waits until somebody acts: resumes calls, or approves this one."""

    fact: Hold


@dataclass(frozen=True)
class AtAnotherTime:
    """The call may be dialed at `opens_at`, which is later than the time asked for."""

    opens_at: datetime
    fact: OutsideHours


@dataclass(frozen=True)
class Refused:
    """The call must not be dialed."""

    fact: Refusal


Decision = Allowed | Held | AtAnotherTime | Refused


def awaits_approval(decision: Decision | None) -> bool:
    """Whether a call is taken, and waits until somebody else approves it."""
    return isinstance(decision, Held) and isinstance(decision.fact, AwaitingApproval)


def is_taken(decision: Decision | None) -> bool:
    """Whether a call that is asked for is saved: to be dialed, or to be approved first."""
    return decision == Allowed() or awaits_approval(decision)
