"""The sentence for each reason why a call has no result: what happened and what to do next."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.blocks.words.outcomes import how_it_went
from bot.blocks.words.policy import APPROVERS_NAMED, NEUTRAL, Form, not_allowed
from bot.core.calls.reason import Reason, ReasonKind
from bot.core.calls.result import CallResult
from bot.core.policy.decision import AwaitingApproval, OnDoNotCallList, Paused
from bot.core.policy.kept import Fact

# What CallCow says where no number is connected to call from.
_NO_PHONE: Final = "no phone number"
_REPLACE_IT: Final = "Ask whoever runs Ringback to replace it."
_ENTER_A_KEY: Final = "An admin can enter {} in my home tab, under Settings."
_NOT_ALLOWED: Final = "This call isn't allowed here, so no call was made."


def reason_sentence(reason: Reason | None, form: Form = NEUTRAL) -> str:
    """Return the reason in words, unescaped; empty where there is none."""
    if reason is None:
        return ""
    if reason.kind is ReasonKind.POLICY:
        return _by_policy(reason, form)
    words = _WORDS[reason.kind]
    return words if isinstance(words, str) else words(reason)


def people_named(reason: Reason | None) -> list[str]:
    """Return the ids of the people whom the sentence for a reason names."""
    return people_in_fact(reason.policy_fact if reason is not None else None)


def people_in_fact(fact: Fact | None) -> list[str]:
    """Return the same for what the policy says."""
    match fact:
        case OnDoNotCallList(added_by=person) | Paused(by=person):
            return [person] if person else []
        case AwaitingApproval(approvers=people) if len(people) <= APPROVERS_NAMED:
            return sorted(people)
    return []


def _refused(reason: Reason) -> str:
    """Return that CallCow said no, in its own words, and what to do about it."""
    if _NO_PHONE in reason.text("message").lower():
        return (
            f"CallCow wouldn't place this call: {_NO_PHONE} is connected. "
            "Connect one in CallCow → Settings → Phone Numbers."
        )
    return (
        "CallCow wouldn't place this call. Check the number and what the call is for, "
        f"then try again.{_callcow_says(reason)}"
    )


def _key_refused(reason: Reason) -> str:
    ask = _ENTER_A_KEY.format("another one") if reason.facts.get("is_own") is True else _REPLACE_IT
    return (
        f"CallCow didn't accept Ringback's API key, so no call was made. {ask}"
        f"{_callcow_says(reason)}"
    )


def _callcow_says(reason: Reason) -> str:
    message = reason.text("message")
    return f" CallCow says: {message}" if message else ""


def _too_late(reason: Reason) -> str:
    return (
        f"I couldn't send this call to CallCow {_in_time(reason.facts.get('within'))}, "
        "so no call was made. Try again if it still makes sense."
    )


def _in_time(seconds: object) -> str:
    if not isinstance(seconds, int) or seconds < 60:
        return "in time"
    minutes = seconds // 60
    return f"within {'an hour' if minutes == 60 else f'{minutes} minutes'} of its time"


def _no_thread(reason: Reason) -> str:
    return (
        f"I couldn't post anywhere about this call (Slack says {reason.text('slack_error')}), "
        "so no call was made. Tell whoever runs Ringback."
    )


def _answered_after_all(reason: Reason) -> str:
    """Return how an earlier attempt went; rows of version 0.1.0 hold the words themselves."""
    result = CallResult(
        call_status=reason.text("call_status"), provider_status=reason.text("provider_status")
    )
    outcome = reason.text("outcome") or how_it_went(result).words
    return f"A later report on the previous attempt says: {outcome}. I won't call again."


def _approval_not_asked(reason: Reason) -> str:
    return (
        f"I couldn't ask for approval for this call (Slack says {reason.text('slack_error')}), "
        "so no call was made. Ask an admin, or whoever runs Ringback, to invite me to the "
        "approval channel or to choose another one."
    )


def _by_policy(reason: Reason, form: Form) -> str:
    fact = reason.policy_fact
    return not_allowed(fact, form) if fact is not None else _NOT_ALLOWED


_WORDS: Final[Mapping[ReasonKind, str | Callable[[Reason], str]]] = {
    ReasonKind.CALLCOW_REFUSED: _refused,
    ReasonKind.KEY_REFUSED: _key_refused,
    ReasonKind.TOO_LATE: _too_late,
    ReasonKind.NO_THREAD: _no_thread,
    ReasonKind.UNINSTALLED: (
        "Ringback was removed from this workspace before the call was due, so no call was made."
    ),
    ReasonKind.RESTORED: (
        "Ringback's records were restored from a backup, so I can't tell whether this call was "
        "made. I won't dial it."
    ),
    ReasonKind.ANSWERED_AFTER_ALL: _answered_after_all,
    ReasonKind.NO_RESULT: (
        "CallCow was asked to place this call and hasn't said how it ended. It may have been made."
    ),
    ReasonKind.REDIRECTED: (
        "CallCow's address redirects elsewhere, so this call most likely wasn't placed. Ask "
        "whoever runs Ringback to update CallCow's address in its settings."
    ),
    ReasonKind.NOT_ANNOUNCED: (
        "Slack didn't accept the message about this call in time, so no call was made. "
        "Try again if it still makes sense."
    ),
    ReasonKind.NO_KEY: (
        f"This workspace has no CallCow key, so no call was made. {_ENTER_A_KEY.format('one')}"
    ),
    ReasonKind.DECLINED: "An approver declined this call, so no call was made.",
    ReasonKind.NOT_APPROVED: (
        "Nobody approved this call within a day, so no call was made. "
        "Place it again if it still makes sense."
    ),
    ReasonKind.APPROVAL_NOT_ASKED: _approval_not_asked,
    ReasonKind.LEGACY: lambda reason: reason.text("text"),
    ReasonKind.UNKNOWN: (
        "A newer version of Ringback recorded the reason, and this version can't read it."
    ),
}
