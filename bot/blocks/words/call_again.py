"""What is said where a call can be placed once more, and where it cannot."""

from typing import Final

from bot.core.calls.call import Call
from bot.core.calls.outcome import Outcome, may_have_been_made, outcome_of
from bot.core.policy.decision import (
    CrisisLine,
    EmergencyNumber,
    NoPhoneNumber,
    OnDoNotCallList,
    RefusedCountry,
    RefusedNumberType,
)

CALL_AGAIN: Final = "Call again"
TRY_AGAIN: Final = "Try again"
_MAY_HAVE_BEEN_MADE: Final = (
    "The earlier call may have been made. To avoid calling twice, ask the person you wanted to "
    "reach first."
)
_NEVER_CALLED: Final = OnDoNotCallList | EmergencyNumber | CrisisLine


def call_again_text(call: Call) -> str:
    """Return the text of the button that places a call once more; empty where that is refused."""
    fact = call.reason.policy_fact if call.reason is not None else None
    if isinstance(fact, _NEVER_CALLED | RefusedNumberType | RefusedCountry):
        return ""
    return TRY_AGAIN if outcome_of(call) is Outcome.NOT_PLACED else CALL_AGAIN


def can_be_blocked(call: Call) -> bool:
    """Whether its number could be called at all, so that it can be kept from that."""
    fact = call.reason.policy_fact if call.reason is not None else None
    return not isinstance(fact, _NEVER_CALLED | NoPhoneNumber)


def warning_about(call: Call) -> str:
    """Return what to know before a call is placed once more; empty if there is nothing."""
    return _MAY_HAVE_BEEN_MADE if may_have_been_made(call) else ""
