"""The sentence for each reason why a call has no result: what happened and what to do next."""

from typing import Final

from bot.blocks.outcomes import how_it_went
from bot.blocks.policy import Plain, not_allowed
from bot.core.reason import Reason, ReasonKind
from bot.core.result import CallResult

# What CallCow says where no number is connected to call from.
_NO_PHONE: Final = "no phone number"
_NOT_ALLOWED: Final = "This call is not allowed here, so no call was made."


def reason_sentence(reason: Reason | None) -> str:
    """Return the reason in words, unescaped; empty where there is none."""
    if reason is None:
        return ""
    match reason.kind:
        case ReasonKind.CALLCOW_REFUSED:
            return _refused(reason.text("message"))
        case ReasonKind.KEY_REFUSED:
            return (
                "CallCow didn't accept Ringback's API key, so no call was made. Ask whoever runs "
                "Ringback to set a valid CALLCOW_API_KEY. "
                f"CallCow says: {reason.text('message')}"
            )
        case ReasonKind.TOO_LATE:
            return (
                f"I couldn't send this call to CallCow {_in_time(reason.facts.get('within'))}, "
                "so no call was made. Try again if it still makes sense."
            )
        case ReasonKind.NO_THREAD:
            return (
                f"I couldn't post anywhere about this call (Slack says "
                f"{reason.text('slack_error')}), so no call was made. "
                "Tell whoever runs Ringback here."
            )
        case ReasonKind.RESTORED:
            return (
                "Ringback's records were restored from a backup, which doesn't say whether this "
                "call was made since. Try again if it is still needed."
            )
        case ReasonKind.UNINSTALLED:
            return (
                "Ringback was removed from this workspace before the call was due, "
                "so no call was made."
            )
        case ReasonKind.ANSWERED_AFTER_ALL:
            return (
                f"A later report says of the call before: {_earlier_outcome(reason)}. "
                "So I won't call again."
            )
        case ReasonKind.NO_RESULT:
            return (
                "CallCow was asked to place this call and hasn't said how it ended. "
                "It may have taken place."
            )
        case ReasonKind.REDIRECTED:
            return (
                "CallCow's address redirects, so this call has most likely not been placed. Tell "
                "whoever runs Ringback here that CALLCOW_BASE_URL must be set to where it leads."
            )
        case ReasonKind.NOT_ANNOUNCED:
            return (
                "Slack didn't take the message about this call for so long that no call was "
                "made. Try again if it still makes sense."
            )
        case ReasonKind.DECLINED:
            return "This call was declined, so no call was made."
        case ReasonKind.NOT_APPROVED:
            return (
                "Nobody approved this call within a day, so no call was made. "
                "Place it again if it still makes sense."
            )
        case ReasonKind.APPROVAL_NOT_ASKED:
            return (
                "I couldn't ask for an approval of this call (Slack says "
                f"{reason.text('slack_error')}), so no call was made. Tell whoever runs Ringback "
                "here to invite me to the channel for approvals, or to change APPROVAL_CHANNEL."
            )
        case ReasonKind.POLICY:
            fact = reason.policy_fact
            return not_allowed(fact, Plain()) if fact is not None else _NOT_ALLOWED
        case ReasonKind.LEGACY:
            return reason.text("text")
        case ReasonKind.UNKNOWN:
            return "A later version of Ringback noted why, in a way that this one cannot read."


def _refused(message: str) -> str:
    """Return that CallCow said no, in its own words, and what to do about it."""
    if _NO_PHONE in message.lower():
        return (
            f"CallCow wouldn't place this call: {_NO_PHONE} is connected. "
            "Connect one in CallCow → Settings → Phone Numbers."
        )
    return (
        "CallCow wouldn't place this call. Check the number and what the call is for, "
        f"then try again. CallCow says: {message}"
    )


def _earlier_outcome(reason: Reason) -> str:
    """Return how an earlier attempt went; rows of version 0.1.0 hold the words themselves."""
    result = CallResult(
        call_status=reason.text("call_status"), provider_status=reason.text("provider_status")
    )
    return reason.text("outcome") or how_it_went(result).words


def _in_time(seconds: object) -> str:
    if not isinstance(seconds, int) or seconds < 60:
        return "in time"
    minutes = seconds // 60
    return f"within {'an hour' if minutes == 60 else f'{minutes} minutes'} of its time"
