"""The words for each outcome: how a call ended, in an icon and a few words."""

from dataclasses import dataclass
from typing import Final

from bot.core.calls.call import Call
from bot.core.calls.outcome import Outcome, is_documented, outcome_in, outcome_of, result_of
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason


@dataclass(frozen=True)
class Wording:
    """An icon and a few words, which are not escaped."""

    icon: str
    words: str


_OUTCOMES: Final = {
    Outcome.COMPLETED: Wording("✅", "Completed"),
    Outcome.NO_ANSWER: Wording("📵", "No answer"),
    Outcome.BUSY: Wording("⏳", "Line busy"),
    Outcome.FAILED: Wording("❌", "Call failed"),
    Outcome.CANCELED: Wording("🚫", "Canceled"),
    Outcome.VOICEMAIL: Wording("📼", "Reached voicemail"),
    Outcome.NOT_PICKED_UP: Wording("📵", "Not picked up"),
    Outcome.OTHER: Wording("☎️", "Ended"),
    Outcome.NOT_PLACED: Wording("⚠️", "Not placed"),
    Outcome.CANCELED_BEFORE_DIALING: Wording("🚫", "Canceled before dialing"),
    Outcome.NO_RESULT: Wording("❓", "No result received"),
}


def how_it_ended(call: Call) -> Wording:
    """Return the words for how an ended call ended."""
    if call.ending in (None, EndReason.RESULT):
        return how_it_went(result_of(call))
    return _OUTCOMES[outcome_of(call)]


def how_it_went(result: CallResult) -> Wording:
    """Return the words for the two statuses of a result; one that is not known, as it came."""
    outcome = outcome_in(result)
    known = _OUTCOMES[outcome]
    if is_documented(result):
        return known
    odd = _printable(result.call_status) if outcome is Outcome.OTHER else ""
    shown, beside = odd or known.words, _printable(result.provider_status)
    return Wording(known.icon, f"{shown} ({beside})" if beside else shown)


def _printable(status: str) -> str:
    """Return a status as it can be shown: CallCow may send any text as one."""
    return "".join(character for character in status if character.isprintable()).strip()
