"""How a call ended: the words for it. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.core.call import Call, EndReason
from bot.core.result import CallResult

# call_status and provider_status of the API reference, the words, and a name for counters.
_ROWS: Final = {
    ("success", "completed"): ("✅", "Completed", "completed"),
    ("not_picked_up", "no-answer"): ("📵", "No answer", "no_answer"),
    ("not_picked_up", "busy"): ("⏳", "Line busy", "busy"),
    ("not_picked_up", "failed"): ("❌", "Call failed", "failed"),
    ("not_picked_up", "canceled"): ("🚫", "Canceled", "canceled"),
    ("voicemail", "completed"): ("📼", "Reached voicemail", "voicemail"),
}
_BY_CALL_STATUS: Final = {
    "success": ("✅", "Completed", "completed"),
    "not_picked_up": ("📵", "Not picked up", "not_picked_up"),
    "voicemail": ("📼", "Reached voicemail", "voicemail"),
}
_WITHOUT_RESULT: Final = {
    EndReason.NOT_PLACED: ("⚠️", "Not placed", "not_placed"),
    EndReason.CANCELED: ("🚫", "Canceled before dialing", "canceled_before_dialing"),
    EndReason.NO_RESULT: ("❔", "No result received", "no_result"),
}


@dataclass(frozen=True)
class Outcome:
    """How a call ended: an icon, the words (unescaped), a name for counters."""

    icon: str
    words: str
    name: str


def outcome_of(call: Call) -> Outcome:
    """Return how an ended call ended."""
    if call.ending in (None, EndReason.RESULT):
        return outcome_in(result_of(call))
    return Outcome(*_WITHOUT_RESULT[call.ending])


def outcome_in(result: CallResult) -> Outcome:
    """Return the words for the two statuses of a result."""
    row = _ROWS.get((result.call_status, result.provider_status))
    if row:
        return Outcome(*row)
    icon, words, name = _BY_CALL_STATUS.get(result.call_status, ("☎️", result.call_status, "other"))
    shown, beside = _printable(words) or "Ended", _printable(result.provider_status)
    return Outcome(icon, f"{shown} ({beside})" if beside else shown, name)


def without_content(result: CallResult) -> CallResult:
    """Return only how a call ended: the statuses, if they are words of the table."""
    if (result.call_status, result.provider_status) in _ROWS:
        return CallResult(call_status=result.call_status, provider_status=result.provider_status)
    known = result.call_status if result.call_status in _BY_CALL_STATUS else ""
    return CallResult(call_status=known)


def is_terminal(result: CallResult) -> bool:
    """Whether the statuses are a row of the table: a poll's answer is news only then."""
    return result.call_status in _BY_CALL_STATUS


def result_of(call: Call) -> CallResult:
    """Return what CallCow reported of a call, empty for one that it reported nothing of."""
    return call.normalized_result or CallResult()


def _printable(status: str) -> str:
    """Return a status as it can be shown: CallCow may send any text as one."""
    return "".join(character for character in status if character.isprintable()).strip()
