"""How a call ended: what the statuses of its result, or the lack of one, come to. Pure.

The words for each outcome are in `bot.blocks.words.outcomes`.
"""

from enum import StrEnum
from typing import Final

from bot.core.calls.call import Call
from bot.core.calls.reason import ReasonKind
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason


class Outcome(StrEnum):
    """How a call ended, by the name that counters and the log have for it."""

    COMPLETED = "completed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    CANCELED = "canceled"
    VOICEMAIL = "voicemail"
    NOT_PICKED_UP = "not_picked_up"
    OTHER = "other"
    NOT_PLACED = "not_placed"
    CANCELED_BEFORE_DIALING = "canceled_before_dialing"
    NO_RESULT = "no_result"


# By call_status and provider_status of the API reference.
_ROWS: Final = {
    ("success", "completed"): Outcome.COMPLETED,
    ("not_picked_up", "no-answer"): Outcome.NO_ANSWER,
    ("not_picked_up", "busy"): Outcome.BUSY,
    ("not_picked_up", "failed"): Outcome.FAILED,
    ("not_picked_up", "canceled"): Outcome.CANCELED,
    ("voicemail", "completed"): Outcome.VOICEMAIL,
}
_BY_CALL_STATUS: Final = {
    "success": Outcome.COMPLETED,
    "not_picked_up": Outcome.NOT_PICKED_UP,
    "voicemail": Outcome.VOICEMAIL,
}
_WITHOUT_RESULT: Final = {
    EndReason.NOT_PLACED: Outcome.NOT_PLACED,
    EndReason.CANCELED: Outcome.CANCELED_BEFORE_DIALING,
    EndReason.NO_RESULT: Outcome.NO_RESULT,
}


def outcome_of(call: Call) -> Outcome:
    """Return how an ended call ended."""
    if call.ending in (None, EndReason.RESULT):
        return outcome_in(result_of(call))
    if call.reason is not None and call.reason.kind is ReasonKind.RESTORED:
        # Earlier versions ended it as not placed, which nobody knows.
        return Outcome.NO_RESULT
    return _WITHOUT_RESULT[call.ending]


def may_have_been_made(call: Call) -> bool:
    """Whether a call ended without its being known whether anybody was called."""
    return call.ending is not None and outcome_of(call) is Outcome.NO_RESULT


def outcome_in(result: CallResult) -> Outcome:
    """Return what the two statuses of a result come to."""
    row = _ROWS.get((result.call_status, result.provider_status))
    return row or _BY_CALL_STATUS.get(result.call_status, Outcome.OTHER)


def is_documented(result: CallResult) -> bool:
    """Whether the two statuses are a row of the API reference, which says all."""
    return (result.call_status, result.provider_status) in _ROWS


def without_content(result: CallResult) -> CallResult:
    """Return only how a call ended: the statuses, if they are words of the table."""
    if is_documented(result):
        return CallResult(call_status=result.call_status, provider_status=result.provider_status)
    known = result.call_status if result.call_status in _BY_CALL_STATUS else ""
    return CallResult(call_status=known)


def is_terminal(result: CallResult) -> bool:
    """Whether the statuses are a row of the table: a poll's answer is news only then."""
    return result.call_status in _BY_CALL_STATUS


def result_of(call: Call) -> CallResult:
    """Return what CallCow reported of a call, empty for one that it reported nothing of."""
    return call.normalized_result or CallResult()
