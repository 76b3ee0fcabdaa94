"""How a call stands, in an icon and a few words, whether it goes on or has ended."""

from typing import Final

from bot.blocks.outcomes import Wording, how_it_ended
from bot.core.call import Call
from bot.core.phone import format_international
from bot.core.states import Progress

_GOING_ON: Final = {
    Progress.SCHEDULED: Wording("🗓️", "Scheduled"),
    Progress.HELD_UP: Wording("⏳", "Waiting"),
    Progress.ON_HOLD: Wording("⏳", "Waiting"),
    Progress.TO_APPROVE: Wording("✋", "Waiting for approval"),
    Progress.STARTING: Wording("☎️", "Calling"),
    Progress.CALLING: Wording("☎️", "Calling"),
    Progress.UNCONFIRMED: Wording("❓", "Not confirmed"),
}


def standing(call: Call) -> Wording:
    """Return the words for a call now; they are not escaped."""
    if isinstance(call.progress, Progress):
        return _GOING_ON[call.progress]
    return how_it_ended(call)


def number_and_standing(call: Call) -> str:
    """Return whom a call is to and how it stands, unescaped, in one line."""
    now = standing(call)
    return f"{format_international(call.recipient)} · {now.icon} {now.words}"
