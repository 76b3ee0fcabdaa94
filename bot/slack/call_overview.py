"""A person's calls: what is scheduled, and the last ones."""

from dataclasses import dataclass
from typing import Self

from bot.blocks.home import RECENT_MAX, SCHEDULED_MAX
from bot.core.call import Call
from bot.storage.store import Store


@dataclass(frozen=True)
class CallOverview:
    """As many as are shown, and one more of what is scheduled if there is more."""

    scheduled: list[Call]
    recent: list[Call]

    @classmethod
    async def of(cls, store: Store, requester: str, team: str) -> Self:
        """Return a person's calls; raises `Unreadable`."""
        scheduled = await store.scheduled_of(requester, team, most=SCHEDULED_MAX + 1)
        shown_above = {call.id for call in scheduled}
        recent = await store.calls_of(requester, team, most=RECENT_MAX + len(shown_above))
        return cls(scheduled, [call for call in recent if call.id not in shown_above][:RECENT_MAX])
