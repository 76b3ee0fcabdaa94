"""How a call stands, in an icon and a few words, whether it goes on or has ended."""

from typing import Final

from bot.blocks.formatting.inline import Inline, moment, one_line, words
from bot.blocks.words.erased import number_of
from bot.blocks.words.outcomes import Wording, how_it_ended
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason, Progress
from bot.core.phone import format_international

_OUTCOME_MAX: Final = 100
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


def standing_line(call: Call) -> list[Inline]:
    """Return the same with the number, as a line of rich text."""
    number = number_of(call)
    match call.progress:
        case Progress.SCHEDULED:
            return [words(f"🗓️ Call to {number} scheduled for "), moment(call.dial_at)]
        case Progress.HELD_UP | Progress.ON_HOLD:
            return [words(f"⏳ Waiting to call {number}")]
        case Progress.TO_APPROVE:
            return [words(f"✋ Waiting for approval to call {number}")]
        case Progress.STARTING | Progress.CALLING:
            return [words(f"☎️ Calling {number}")]
        case Progress.UNCONFIRMED:
            return [words(f"❓ Call to {number}: not confirmed")]
        case _:
            ended = how_it_ended(call)
            how = one_line(ended.words, _OUTCOME_MAX)
            if call.ending is EndReason.RESULT:
                return [words(f"{ended.icon} Called {number} · {how}")]
            return [words(f"{ended.icon} {how} · {number}")]
