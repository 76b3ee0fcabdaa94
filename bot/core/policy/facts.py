"""What must be looked up before the policy can decide about a call. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Caller:
    """Who asks for the call; `None` where Slack has not said, which is asked again at the dial.

    `zone` is where they read the time.
    """

    id: str
    is_guest: bool | None = None
    is_deactivated: bool | None = None
    zone: ZoneInfo | None = None


@dataclass(frozen=True)
class Pause:
    """Who stopped all calls of the workspace, and when."""

    by: str
    since: datetime


@dataclass(frozen=True)
class DoNotCallEntry:
    """Who put the number on the do-not-call list, and when."""

    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class Usage:
    """How much of a limit is used within its rolling window, and how much this call needs.

    `leaves_at` is when enough of what counts now will have left the window for this call to go:
    the time of the (most - needed + 1)th newest, plus the window. It matters only at the limit.
    """

    used: int
    leaves_at: datetime | None = None
    needed: int = 1


@dataclass(frozen=True)
class Facts:
    """What is known about one call. A usage of None is not asked: see `frequency`."""

    caller: Caller
    pause: Pause | None = None
    do_not_call: DoNotCallEntry | None = None
    person_per_hour: Usage | None = None
    person_per_day: Usage | None = None
    number_per_day: Usage | None = None
    workspace_per_day: Usage | None = None
    # When the call is to be dialed; None: at once.
    dial_at: datetime | None = None
    approved_by: str | None = None
