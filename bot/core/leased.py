"""What calls, drafts and approvals have in common: rows that a worker leases for one step. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Leased:
    """A row whose next step is due at `due_at`, or that has none; a step taken again counts."""

    id: UUID
    team: str
    due_at: datetime | None
    attempts: int = 0
    lease: UUID | None = None
    lease_until: datetime | None = None

    def tried_again(self) -> Self:
        """Return it with one more attempt at the step it is at."""
        return replace(self, attempts=self.attempts + 1)

    def released(self, *, due_at: datetime | None) -> Self:
        """Return it without its lease, its next step due at `due_at`."""
        return replace(self, due_at=due_at, lease=None, lease_until=None)
