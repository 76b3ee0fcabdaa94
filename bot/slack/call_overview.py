"""A person's calls: what is scheduled, and the last ones."""

from dataclasses import dataclass
from typing import Final, Self

from bot.blocks.views.home import RECENT_MAX, RECENT_STEP, SCHEDULED_MAX
from bot.core.calls.call import Call
from bot.storage.calls.lists import CallLists

# Calls are read in the order in which they were asked for: a scheduled one among so many asked for
# later still comes first once it has ended.
_LOOK_BACK: Final = 20


@dataclass(frozen=True)
class CallOverview:
    """As many as are shown.

    `scheduled` has those first that wait for an approval; `waiting_in_all` and `scheduled_in_all`
    are how many there are of either, shown or not. `recent` is in the order in which the calls
    ended, the latest first; `older` is how many to ask for to see more of them, 0 where there are
    no more or no room for them.
    """

    scheduled: list[Call]
    recent: list[Call]
    older: int
    waiting_in_all: int
    scheduled_in_all: int

    @classmethod
    async def of(cls, lists: CallLists, requester: str, team: str, most: int = RECENT_STEP) -> Self:
        """Return a person's calls, at most so many recent ones; raises `Unreadable`."""
        most = min(max(most, RECENT_STEP), RECENT_MAX)
        scheduled = await lists.scheduled_of(requester, team, most=SCHEDULED_MAX)
        in_all = await lists.count_scheduled_of(requester, team)
        shown_above = {call.id for call in scheduled}
        read = most + len(shown_above) + _LOOK_BACK
        latest = await lists.calls_of(requester, team, most=read)
        recent = [call for call in latest if call.id not in shown_above]
        recent.sort(key=lambda call: call.ended_at or call.requested_at, reverse=True)
        is_more = len(recent) > most and most < RECENT_MAX
        return cls(scheduled, recent[:most], most + RECENT_STEP if is_more else 0, *in_all)
