"""What a mention or a direct message is answered, and what its answer says afterwards."""

from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock

from bot.blocks.actions import DRAFT_CALL, DRAFT_EDIT, PLACE_CALL
from bot.blocks.help import help_message
from bot.blocks.message import Message
from bot.blocks.problems import sentences
from bot.blocks.text import SECTION_MAX, date, escape, markdown, shown
from bot.core.call import Call, EndReason, Progress
from bot.core.doubt import DoubtKind
from bot.core.draft import Draft, DraftKind, DraftState
from bot.core.outcome import outcome_of
from bot.core.phone import format_international

_UNCLEAR: Final = "I'm not sure what to call about. Check the number and what the call is for."
_NO_NUMBER: Final = "Which number should I call?"
_GREETING: Final = (
    "Hi! Tell me which number to call and what for, for example “+1 415 555 2671, book a table "
    "for Friday 7pm, two people, under Josh”. Write *help* for everything else."
)
_THANKS: Final = "You're welcome!"
_NOT_ADMITTED: Final = (
    "Slack didn't tell me whether you belong to this workspace, so no call was made. "
    "Try again in a minute."
)
_EXPIRED: Final = "This has expired. Open the form to place a call."
_REPLACED: Final = "You edited your message. My latest reply is the one that counts."
_OLD_CALL: Final = "☎️ A call was placed from here."
_ELSEWHERE: Final = {DoubtKind.ELSEWHERE, DoubtKind.NO_NUMBER}


def draft_message(
    draft: Draft, command: str, call: Call | None = None, *, moved_from: str | None = None
) -> Message:
    """Return what a draft's message says now; `call` is the one it became, or refers to.

    `command` is the slash command. Where the message can't stand in the thread it answers,
    `moved_from` is that conversation.
    """
    if draft.kind is DraftKind.HELP:
        return help_message(command)
    text = _question(draft, call) if draft.is_undecided else _fate(draft, call)
    blocks: list[Block] = [SectionBlock(text=markdown(text))]
    if moved_from is not None:
        blocks.append(ContextBlock(elements=[markdown(_moved(moved_from))]))
    if buttons := _buttons(draft):
        blocks.append(ActionsBlock(block_id="draft", elements=buttons))
    return Message.of(text, blocks)


def _question(draft: Draft, call: Call | None) -> str:
    match draft.kind:
        case DraftKind.CONFIRM | DraftKind.AGAIN:
            return _may_i_call(draft)
        case DraftKind.UNCLEAR:
            unclear = [doubt for doubt in draft.doubts if doubt.kind not in _ELSEWHERE]
            return shown(sentences(unclear) or _UNCLEAR, SECTION_MAX)
        case DraftKind.NO_NUMBER:
            return _NO_NUMBER
        case DraftKind.GREETING:
            return _GREETING
        case DraftKind.THANKS:
            return _THANKS
        case DraftKind.ALREADY_CALLED:
            return f"{_became(call)} Editing your message doesn't change that."
        case _:
            return _NOT_ADMITTED


def _may_i_call(draft: Draft) -> str:
    number = format_international(draft.recipient or "")
    if any(doubt.kind is DoubtKind.UNKNOWN_NUMBER for doubt in draft.doubts):
        return f"{number} may be newer than the numbers I know. Call it about this?"
    again = " again" if draft.kind is DraftKind.AGAIN else ""
    return f"Call {number}{again} about this?"


def _became(call: Call | None) -> str:
    if call is None:
        return "I have answered this already."
    number, time = format_international(call.recipient), date(call.requested_at)
    if call.ending is EndReason.RESULT:
        return f"I called {number} for this message, {time}."
    return f"I took this message as it was for a call to {number}, {time}."


def _fate(draft: Draft, call: Call | None) -> str:
    match draft.state:
        case DraftState.CALLED:
            return _of_call(call) if call is not None else _OLD_CALL
        case DraftState.REPLACED:
            return _REPLACED
        case _:
            return _EXPIRED


def _of_call(call: Call) -> str:
    number = format_international(call.recipient)
    match call.progress:
        case Progress.SCHEDULED:
            return f"🗓️ Call to {number}, {date(call.dial_at)}"
        case Progress.STARTING:
            return f"☎️ Placing the call to {number}…"
        case Progress.CALLING:
            return f"☎️ Calling {number}"
        case Progress.UNCONFIRMED:
            return f"❔ Call to {number}: not confirmed"
        case _:
            outcome = outcome_of(call)
            words = escape(outcome.words)[:150]
            if call.ending is EndReason.RESULT:
                return f"{outcome.icon} Called {number} · {words}"
            return f"{outcome.icon} {words} · {number}"


def _moved(channel: str) -> str:
    place = f"in <#{channel}>" if channel.startswith(("C", "G")) else "in another conversation"
    return f"You wrote to me {place}, where I can't post."


def _buttons(draft: Draft) -> list[ButtonElement]:
    if draft.state is DraftState.EXPIRED:
        return [_button("Open the form", PLACE_CALL, None, "Open the form that places a call")]
    if not draft.is_undecided:
        return []
    match draft.kind:
        case DraftKind.CONFIRM | DraftKind.AGAIN:
            number = format_international(draft.recipient or "")
            return [
                _button("Call", DRAFT_CALL, draft, f"Call {number}", "primary"),
                _button("Edit", DRAFT_EDIT, draft, "Edit it in the form first"),
            ]
        case DraftKind.UNCLEAR:
            return [_button("Edit", DRAFT_EDIT, draft, "Edit it in the form", "primary")]
        case DraftKind.NO_NUMBER:
            label = "Open the form with what you wrote"
            return [_button("Open the form", DRAFT_EDIT, draft, label, "primary")]
        case _:
            return []


def _button(
    text: str, action_id: str, draft: Draft | None, label: str, style: str | None = None
) -> ButtonElement:
    return ButtonElement(
        text=text,
        action_id=action_id,
        value=str(draft.id) if draft else None,
        style=style,
        accessibility_label=label,
    )
