"""The sentence for each reason why a call has no result: what happened and what to do next."""

from bot.core.reason import Reason, ReasonKind


def reason_sentence(reason: Reason | None) -> str:
    """Return the reason in words, unescaped; empty where there is none."""
    if reason is None:
        return ""
    match reason.kind:
        case ReasonKind.CALLCOW_REFUSED:
            return (
                "CallCow refused this call, so nobody was called. "
                f"CallCow says: {reason.text('message')}"
            )
        case ReasonKind.KEY_REFUSED:
            return (
                "CallCow refused Ringback's API key, so nobody was called. Tell whoever runs "
                "Ringback here that CALLCOW_API_KEY needs a valid key. "
                f"CallCow says: {reason.text('message')}"
            )
        case ReasonKind.TOO_LATE:
            return (
                f"This call could not be sent to CallCow {_in_time(reason.facts.get('within'))}, "
                "so nobody was called. Place it again if it still makes sense."
            )
        case ReasonKind.NO_THREAD:
            return (
                f"I could not post anywhere about this call (Slack says "
                f"{reason.text('slack_error')}), so nobody was called. "
                "Tell whoever runs Ringback here."
            )
        case ReasonKind.RESTORED:
            return (
                "Ringback's records were restored from a backup, which doesn't say whether this "
                "call was made since. Place it again if it is still needed"
            )
        case ReasonKind.UNINSTALLED:
            return (
                "Ringback was removed from this workspace before the call was due, "
                "so nobody was called."
            )
        case ReasonKind.ANSWERED_AFTER_ALL:
            return (
                f"A later report says of the call before: {reason.text('outcome')}. "
                "So I will not call again."
            )
        case ReasonKind.NO_RESULT:
            return (
                "CallCow was asked to place this call and has not said how it ended. "
                "It may have taken place."
            )
        case ReasonKind.NOT_ANNOUNCED:
            return (
                "Slack did not take the message about this call for so long that nobody was "
                "called. Place it again if it still makes sense."
            )
        case ReasonKind.LEGACY:
            return reason.text("text")
        case ReasonKind.UNKNOWN:
            return "A later version of Ringback noted why, in a way that this one cannot read."


def _in_time(seconds: object) -> str:
    if not isinstance(seconds, int) or seconds < 60:
        return "in time"
    minutes = seconds // 60
    return f"within {'an hour' if minutes == 60 else f'{minutes} minutes'} of its time"
