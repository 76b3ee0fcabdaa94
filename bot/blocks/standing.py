"""How a call stands, in an icon and a few words, whether it goes on or has ended."""

from typing import Final

from bot.core.call import Call, Progress
from bot.core.outcome import Outcome, outcome_of
from bot.core.phone import format_international

_GOING_ON: Final = {
    Progress.SCHEDULED: ("🗓️", "Scheduled"),
    Progress.HELD_UP: ("⏳", "Waiting"),
    Progress.ON_HOLD: ("⏳", "Waiting"),
    Progress.TO_APPROVE: ("✋", "Waiting for approval"),
    Progress.STARTING: ("☎️", "Calling"),
    Progress.CALLING: ("☎️", "Calling"),
    Progress.UNCONFIRMED: ("❔", "Not confirmed"),
}


def standing(call: Call) -> Outcome:
    """Return the words for a call now; they are not escaped."""
    if isinstance(call.progress, Progress):
        icon, words = _GOING_ON[call.progress]
        return Outcome(icon, words, call.progress.value)
    return outcome_of(call)


def number_and_standing(call: Call) -> str:
    """Return whom a call is to and how it stands, unescaped, in one line."""
    now = standing(call)
    return f"{format_international(call.recipient)} · {now.icon} {now.words}"
