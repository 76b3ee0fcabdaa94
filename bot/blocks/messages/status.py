"""The status message: one for a request, which says how it goes and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    RichTextElement,
    TextObject,
)

from bot.blocks.actions import CALL_AGAIN, DIAL_NOW, button, cancel_button
from bot.blocks.formatting.inline import (
    Inline,
    apart,
    as_text,
    for_whom,
    inline_of,
    isolated,
    moment,
    one_line,
    quote,
    rich,
    section,
    words,
)
from bot.blocks.formatting.markup import plain_text
from bot.blocks.formatting.text import escape, markdown, plain
from bot.blocks.messages.answers import some_answers
from bot.blocks.messages.message import Message
from bot.blocks.words.erased import number_of, prompt_of
from bot.blocks.words.outcomes import how_it_ended
from bot.blocks.words.policy import Mrkdwn, Plain, hold, moved
from bot.blocks.words.reasons import reason_sentence
from bot.blocks.words.summary import caution_about, formatted, summary_of
from bot.blocks.words.user_messages import place_closed
from bot.core.approval import ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.outcome import result_of
from bot.core.calls.series import Series
from bot.core.calls.states import EndReason, Progress
from bot.core.links import NO_LINKS, Links
from bot.core.policy.decision import AwaitingApproval, DialingOff, OutsideHours, Paused

_PROMPT_MAX: Final = 200
_SAID_MAX: Final = 300
_OUTCOME_MAX: Final = 100
_REPLY: Final = "I'll reply here when the call is over."
_LINES: Final = {
    Progress.SCHEDULED: _REPLY,
    Progress.STARTING: _REPLY,
    Progress.CALLING: _REPLY,
    Progress.HELD_UP: "CallCow can't take this call yet. I'll keep trying and reply here.",
    Progress.ON_HOLD: _REPLY,
    Progress.TO_APPROVE: _REPLY,
    Progress.UNCONFIRMED: (
        "CallCow didn't confirm this call and may have placed it. I won't dial again; "
        "if a result comes, I'll post it here."
    ),
}
_STOPPED: Final = "I won't call again."
_APPROVED_WITHIN: Final = "If nobody approves it within a day, it won't be placed. I'll reply here."
_PLACED_THEN: Final = "I'll place this call once calls are on again, and reply here."
_DECIDED: Final = {ApprovalState.APPROVED: "Approved", ApprovalState.DECLINED: "Declined"}
_HELD: Final = (Progress.HELD_UP, Progress.ON_HOLD, Progress.TO_APPROVE)
_ANSWERED_AFTER_ALL: Final = "This result came in late. I won't call again."


@dataclass(frozen=True)
class _Status:
    """What the message is about: the current attempt of a series, and who is called what."""

    call: Call
    series: Series | None
    links: Links
    names: Mapping[str, str]

    @property
    def before(self) -> Call | None:
        return self.series.before if self.series else None

    @property
    def given_up(self) -> Call | None:
        return self.series.given_up if self.series else None


def status_message(
    call: Call,
    links: Links = NO_LINKS,
    series: Series | None = None,
    names: Mapping[str, str] | None = None,
) -> Message:
    """Return the status message of `call` as it is now, the current attempt of its `series`.

    `names` are what people are called, by their ids; who has none is not named.
    """
    status = _Status(call, series, links, names or {})
    if _is_answered_below(call):
        line = _one_line(call)
        return Message.of(as_text(line), [rich([section(line)])])
    heading, said = _heading(status), _said(status)
    prompt = one_line(prompt_of(call), _PROMPT_MAX)
    elements: list[RichTextElement] = [section(heading)]
    if prompt:
        elements.append(quote(prompt))
    blocks: list[Block] = [rich([*elements, *said, *_paused(status)])]
    blocks += [ContextBlock(elements=[note]) for note in _notes(status)]
    if buttons := _buttons(status):
        blocks.append(ActionsBlock(block_id="change", elements=buttons))
    told = plain_text(_told(status), _SAID_MAX) or prompt
    return Message.of(f"{as_text(heading)}: {escape(told)}", blocks)


def _is_answered_below(call: Call) -> bool:
    """Whether the result stands right below the message, in the thread of somebody's message."""
    return (
        call.ending is not None
        and call.result_ts is not None
        and call.thread_ts is not None
        and call.root_ts == call.thread_ts
        and call.result_in in (None, call.posted_in)
    )


def _one_line(call: Call) -> list[Inline]:
    ended, number = how_it_ended(call), number_of(call)
    how = one_line(ended.words, _OUTCOME_MAX)
    if call.ending is EndReason.RESULT:
        return apart([[words(f"☎️ Called {number}")], [words(how)], *attempt_of(call)])
    return apart([[words(f"{ended.icon} {how}")], [words(number)]])


def _heading(status: _Status) -> list[Inline]:
    call, before = status.call, status.before
    number = number_of(call)
    name = status.names.get(call.requester)
    whose = [[for_whom(name)]] if name else []
    if before is not None:
        held_up = call.progress in _HELD
        following = (
            [words("next try soon")] if held_up else [words("next try "), moment(call.dial_at)]
        )
        return apart([_outcome(before), *attempt_of(before), following, [words(number)], *whose])
    match call.progress:
        case Progress.SCHEDULED:
            begin = [[words("🗓️ "), words("Scheduled", "bold")], [moment(call.dial_at)]]
            return apart([*begin, [words(number)], *_plan(call), *whose])
        case Progress.HELD_UP | Progress.ON_HOLD:
            begin = [[words("⏳ "), words(f"Waiting to call {number}", "bold")]]
        case Progress.TO_APPROVE:
            begin = [[words("✋ "), words("Waiting for approval", "bold")], [words(number)]]
            when = [[moment(call.dial_at)]] if call.is_scheduled else []
            return apart([*begin, *when, *_plan(call), *whose])
        case Progress.UNCONFIRMED:
            begin = [[words("❓ "), words("Not confirmed", "bold")], [words(number)]]
        case Progress():
            begin = [[words("☎️ "), words(f"Calling {number}", "bold")]]
        case EndReason():
            begin = [_outcome(call), [words(number)]]
    return apart([*begin, *attempt_of(call), *whose])


def _outcome(call: Call) -> list[Inline]:
    ended = how_it_ended(call)
    how = one_line(ended.words, _OUTCOME_MAX)
    return [words(f"{ended.icon} "), words(how, "bold")]


def attempt_of(call: Call) -> list[list[Inline]]:
    """Return which attempt it is of how many, where there may be several."""
    if call.retry_plan.attempts == 1 or call.ending not in (None, EndReason.RESULT):
        return []
    return [[words(f"attempt {call.attempt_number} of {call.retry_plan.attempts}")]]


def _plan(call: Call) -> list[list[Inline]]:
    """Return how often it is tried, at the most."""
    attempts = call.retry_plan.attempts
    return [[words(f"up to {attempts} attempts")]] if attempts > 1 else []


def _told(status: _Status) -> str:
    """Return what came of a call that has ended, or why nothing did; it may hold markup."""
    call = status.call
    if call.ending is None or call.ending is EndReason.CANCELED:
        return ""
    if call.ending is EndReason.RESULT:
        return summary_of(call)
    return reason_sentence(call.reason, Plain(names=status.names))


def _said(status: _Status) -> Sequence[RichTextElement]:
    call, told = status.call, _told(status)
    if call.ending is not EndReason.RESULT:
        return [section([words(one_line(told, _SAID_MAX))])] if told.strip() else []
    caution = caution_about(call)
    # What was found out is the answer, where nobody summed it up.
    said = formatted(told, _SAID_MAX, bold=True) or some_answers(result_of(call), _SAID_MAX)
    return [*said, section([words(caution)])] if caution else said


def _notes(status: _Status) -> list[TextObject]:
    """Return what there is to know beside it, a line each; what comes from outside is plain."""
    call, notes = status.call, list[TextObject]()
    notes += map(plain, filter(None, [_approved(status)]))
    match call.progress:
        case Progress() if put_off := _put_off(call, status.names):
            notes.append(put_off)
        case Progress() if _paused(status):
            pass
        case Progress() if call.reason is not None:
            reason = one_line(reason_sentence(call.reason, Plain(names=status.names)), _SAID_MAX)
            notes.append(plain(f"{reason} If a result comes, I'll post it here."))
        case Progress() as progress:
            notes.append(plain(_LINES[progress]))
        case EndReason():
            notes += map(markdown, filter(None, [_where_the_result_is(call, status.links)]))
            ended_by = [_stopped(status), _canceled("Canceled", call, status.names)]
            notes += map(plain, filter(None, ended_by))
    if call.place_error is not None:
        notes.append(markdown(place_closed(call)))
    return notes


def _approved(status: _Status) -> str:
    """Return who decided whether the call may be made, if somebody had to."""
    approval = status.series.approval if status.series else None
    decided = _DECIDED.get(approval.state) if approval else None
    if approval is None or decided is None or status.call.awaits_approval:
        return ""
    name = status.names.get(approval.decided_by or "")
    return f"{decided} by {isolated(name)}." if name else f"{decided}."


def _put_off(call: Call, names: Mapping[str, str]) -> TextObject | None:
    """Return what keeps the policy from letting the call go now, and when it goes."""
    match call.reason.policy_fact if call.reason is not None else None:
        case OutsideHours() as fact:
            return markdown(f"{moved(fact, Mrkdwn())} {_REPLY}")
        case AwaitingApproval() as fact:
            return plain(f"{hold(fact, Plain(names=names))} {_APPROVED_WITHIN}")
        case DialingOff() as fact:
            return markdown(f"{hold(fact, Mrkdwn())} {_PLACED_THEN}")
    return None


def _paused(status: _Status) -> Sequence[RichTextElement]:
    """Return who has stopped all calls, by name: they are not notified of each that waits."""
    fact = status.call.reason.policy_fact if status.call.reason is not None else None
    if status.call.ending is not None or not isinstance(fact, Paused):
        return []
    return [section(inline_of(f"{hold(fact, Mrkdwn(status.names))} {_PLACED_THEN}"))]


def _stopped(status: _Status) -> str:
    """Return why nobody is called again, where somebody was to be."""
    if status.given_up is None:
        return ""
    if status.given_up.canceled_by is None:
        return _ANSWERED_AFTER_ALL
    by = _canceled("Stopped", status.given_up, status.names)
    return f"{by} {_STOPPED}".strip()


def _canceled(what: str, call: Call, names: Mapping[str, str]) -> str:
    """Return who canceled, if that was somebody else."""
    name = names.get(call.canceled_by or "")
    return f"{what} by {isolated(name)}." if name and call.canceled_by != call.requester else ""


def _where_the_result_is(call: Call, links: Links) -> str | None:
    if call.result_ts is None or call.ending in (EndReason.NOT_PLACED, EndReason.CANCELED):
        return None
    what = "Details and transcript" if result_of(call).has_conversation else "Details"
    place = "the thread" if call.result_in in (None, call.posted_in) else "a direct message"
    url, line = links.to_result(call), f"{what} in {place}"
    return f"<{url}|{line}>" if url else line


def _buttons(status: _Status) -> list[ButtonElement]:
    call, number = status.call, number_of(status.call)
    if call.erased_at is not None:
        return []
    if not call.can_be_changed():
        is_stopped = status.given_up is not None and call.result_ts is None
        is_over = is_stopped or call.ending is EndReason.CANCELED
        label = f"Call again: open the form for {number}"
        return [button("Call again", CALL_AGAIN, call, label)] if is_over else []
    is_next = call.progress is Progress.SCHEDULED or status.before is not None
    if call.progress in _HELD:
        return [cancel_button(call)]
    if not is_next:
        # It is dialed at once.
        return []
    label = f"Call now: {number}"
    return [button("Call now", DIAL_NOW, call, label, "primary"), cancel_button(call)]
