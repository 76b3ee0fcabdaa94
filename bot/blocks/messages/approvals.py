"""The message that asks for an approval: who, whom and what for, and what was decided."""

from collections.abc import Collection, Mapping
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    RichTextElement,
    TextObject,
)

from bot.blocks.actions import APPROVE, DECLINE
from bot.blocks.formatting.inline import (
    Inline,
    apart,
    as_text,
    for_whom,
    isolated,
    moment,
    one_line,
    quote,
    rich,
    section,
    words,
)
from bot.blocks.formatting.text import date, escape, markdown, plain
from bot.blocks.messages.message import Message
from bot.blocks.words.erased import number_of, prompt_of
from bot.blocks.words.outcomes import how_it_ended
from bot.blocks.words.policy import Mrkdwn, Plain, approvers
from bot.blocks.words.reasons import reason_sentence
from bot.core.approval import Approval, ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.outcome import may_have_been_made
from bot.core.calls.states import EndReason

# Whoever approves a call reads all that it is for.
_PROMPT_MAX: Final = 3000
_REASON_MAX: Final = 300
_NOBODY: Final = "Nobody decided within a day, so no call was made."


def approval_message(
    approval: Approval, call: Call, people: Collection[str], names: Mapping[str, str]
) -> Message:
    """Return what the message about an approval says now.

    `people` may decide, and `names` are what those are called who asked, decided, or are named in
    why the call was not placed.
    """
    heading = _heading(approval, call, names)
    elements: list[RichTextElement] = [section(heading)]
    prompt = one_line(prompt_of(call), _PROMPT_MAX)
    if prompt:
        elements.append(quote(prompt))
    blocks: list[Block] = [rich(elements)]
    if (note := _note(approval, call, people, names)) is not None:
        blocks.append(ContextBlock(elements=[note]))
    if approval.state is ApprovalState.OPEN:
        blocks.append(ActionsBlock(block_id="approval", elements=_buttons(approval, call)))
    return Message.of(f"{as_text(heading)}: {escape(prompt)}", blocks)


def _heading(approval: Approval, call: Call, names: Mapping[str, str]) -> list[Inline]:
    number = number_of(call)
    requester = names.get(call.requester)
    whose = [[for_whom(requester)]] if requester else []
    if approval.state is not ApprovalState.OPEN:
        return apart([_decided(approval, call, names), [words(number)], *whose])
    when = [[moment(call.dial_at)]] if call.is_scheduled else []
    attempts = call.retry_plan.attempts
    plan = [[words(f"up to {attempts} attempts")]] if attempts > 1 else []
    begin = [words("✋ "), words(f"May I call {number}?", "bold")]
    return apart([begin, *when, *plan, *whose])


def _decided(approval: Approval, call: Call, names: Mapping[str, str]) -> list[Inline]:
    by = names.get(approval.decided_by or "")
    name = f" by {isolated(by)}" if by else ""
    match approval.state:
        case ApprovalState.APPROVED:
            return [words("✅ "), words(f"Approved{name}", "bold")]
        case ApprovalState.DECLINED:
            return [words("🚫 "), words(f"Declined{name}", "bold")]
        case ApprovalState.EXPIRED:
            return [words("⌛ "), words("Expired", "bold")]
        case _ if call.ending is EndReason.CANCELED:
            canceled_by = names.get(call.canceled_by or "")
            name = f" by {isolated(canceled_by)}" if canceled_by else ""
            return [words("🚫 "), words(f"Canceled{name}", "bold")]
        case _ if may_have_been_made(call):
            ended = how_it_ended(call)
            return [words(f"{ended.icon} "), words(ended.words, "bold")]
        case _:
            return [words("⚠️ "), words("Not placed", "bold")]


def _note(
    approval: Approval, call: Call, people: Collection[str], names: Mapping[str, str]
) -> TextObject | None:
    """Return who may decide until when, or why nobody can any more."""
    match approval.state:
        case ApprovalState.OPEN:
            who = approvers([each for each in people if each != call.requester], Mrkdwn())
            return markdown(f"Waiting for approval by {who} until {date(approval.expires_at)}.")
        case ApprovalState.EXPIRED:
            return plain(_NOBODY)
        case ApprovalState.CLOSED if call.ending in (EndReason.NOT_PLACED, EndReason.NO_RESULT):
            reason = one_line(reason_sentence(call.reason, Plain(names=names)), _REASON_MAX)
            return plain(reason) if reason else None
        case _:
            return None


def _buttons(approval: Approval, call: Call) -> list[ButtonElement]:
    number = number_of(call)
    return [
        ButtonElement(
            text="Approve",
            action_id=APPROVE,
            value=str(approval.id),
            style="primary",
            accessibility_label=f"Approve the call to {number}",
        ),
        ButtonElement(
            text="Decline",
            action_id=DECLINE,
            value=str(approval.id),
            style="danger",
            accessibility_label=f"Decline the call to {number}",
        ),
    ]
