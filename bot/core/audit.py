"""What the audit keeps of an act: who did what to which call, by which rule; no content. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Act(StrEnum):
    """What can be done to a call, a number or the settings."""

    REQUESTED = "requested"
    REFUSED = "refused"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELED = "canceled"
    DIALED = "dialed"
    ENDED = "ended"
    TRANSCRIPT_SHOWN = "transcript_shown"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    PAUSED = "paused"
    RESUMED = "resumed"
    FORGOTTEN = "forgotten"
    SETTINGS_CHANGED = "settings_changed"


@dataclass(frozen=True)
class AuditEntry:
    """One act. `act` may be a word of a later version; `person` is None for Ringback itself.

    `person` is None also for whom the audit has forgotten.
    """

    at: datetime
    team: str
    act: str
    person: str | None = None
    call: UUID | None = None
    rule: str | None = None
