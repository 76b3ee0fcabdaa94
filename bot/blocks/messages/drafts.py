"""What a mention or a direct message is answered, and what its answer says afterwards."""

from collections.abc import Mapping
from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock

from bot.blocks.actions import (
    DRAFT_CALL,
    DRAFT_CANCEL,
    DRAFT_EDIT,
    PLACE_CALL,
    settings_button,
)
from bot.blocks.formatting.inline import (
    Inline,
    as_text,
    inline_of,
    moment,
    one_line,
    rich,
    section,
    words,
)
from bot.blocks.formatting.text import SECTION_MAX, escape, markdown
from bot.blocks.messages.help import help_message
from bot.blocks.messages.message import Message
from bot.blocks.words.erased import number_of
from bot.blocks.words.policy import CALL_THEN, CANCEL, Mrkdwn, ask_back, not_allowed
from bot.blocks.words.problems import sentences
from bot.blocks.words.standing import standing_line
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason
from bot.core.doubt import DoubtKind
from bot.core.draft import Draft, DraftKind, DraftState
from bot.core.phone import format_international
from bot.core.policy.decision import OutsideHours
from bot.core.policy.kept import Fact

_UNCLEAR: Final = "I'm not sure what to call about. Check the number and what the call is for."
_NO_NUMBER: Final = "Which number should I call?"
_GREETING: Final = (
    "Hi! Tell me which number to call and what for, for example “+1 415-555-2671, book a table "
    "for Friday 7pm, two people, under Josh”. Write "
)
_THANKS: Final = "You're welcome!"
_NOT_ADMITTED: Final = (
    "Slack didn't tell me whether you belong to this workspace, so no call was made. "
    "Try again in a minute."
)
_OTHER_TEAM: Final = (
    "Only members of the workspace that Ringback belongs to can ask me for a call, so no call was "
    "made. Ask one of them to do it for you."
)
_NO_KEY: Final = (
    "I can't make calls here yet: this workspace has no CallCow key. An admin of this workspace "
    "can enter it. Nothing was saved, so write to me again after that."
)
_AUDIT: Final = "I can't show the audit in Slack. Ask whoever runs Ringback for it."
_NOT_ALLOWED: Final = "This call isn't allowed here, so no call was made."
_EXPIRED: Final = "This has expired. Open the form to place a call."
_CANCELED: Final = "Canceled. No call was made."
_REPLACED: Final = "My latest reply replaces this one."
_OLD_CALL: Final = "☎️ A call was placed from here."
_ELSEWHERE: Final = {DoubtKind.ELSEWHERE, DoubtKind.NO_NUMBER}


def draft_message(
    draft: Draft,
    command: str,
    call: Call | None = None,
    *,
    moved_from: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Message:
    """Return what a draft's message says now; `call` is the one it became, or refers to.

    `command` is the slash command. Where the message can't stand in the thread it answers,
    `moved_from` is that conversation. `names` are what people are called, by their ids: nobody is
    notified of what somebody else may not do.
    """
    if draft.kind is DraftKind.HELP:
        return help_message(command)
    if draft.is_undecided and (fact := draft.policy_fact) is not None:
        text = _policy(draft, fact, Mrkdwn(names or {}))
        blocks: list[Block] = [rich([section(inline_of(text))])]
    elif draft.is_undecided and _is_not_to_call(draft):
        text = not_to_call(draft.number, command)
        blocks = [SectionBlock(text=markdown(text))]
    else:
        line = _question(draft, call, command) if draft.is_undecided else _fate(draft, call)
        text, blocks = as_text(line), [rich([section(line)])]
    if moved_from is not None:
        blocks.append(ContextBlock(elements=[markdown(_moved(moved_from))]))
    if buttons := _buttons(draft):
        blocks.append(ActionsBlock(block_id="draft", elements=buttons))
    return Message.of(text, blocks)


def not_to_call(number: str | None, command: str) -> str:
    """Return what a wish for no call is answered, as mrkdwn; it may name the number."""
    shown = escape(format_international(number)) if number else "NUMBER"
    return (
        f"No new call was made. To keep {'this' if number else 'a'} number from being called, type "
        f"`{command} block {shown}`. To cancel a scheduled call, type `{command} list`."
    )


def friendly_answer(kind: DraftKind, command: str) -> str:
    """Return what a greeting or thanks is answered behind the command, as mrkdwn."""
    if kind is DraftKind.THANKS:
        return _THANKS
    return f"{_GREETING}`{command} help` for everything else."


def _is_not_to_call(draft: Draft) -> bool:
    return any(doubt.kind is DoubtKind.NOT_TO_CALL for doubt in draft.doubts)


def _policy(draft: Draft, fact: Fact, form: Mrkdwn) -> str:
    if draft.kind is DraftKind.CALL_THEN and isinstance(fact, OutsideHours):
        return ask_back(fact, form)
    return not_allowed(fact, form)


def _question(draft: Draft, call: Call | None, command: str) -> list[Inline]:
    match draft.kind:
        case DraftKind.CONFIRM | DraftKind.AGAIN | DraftKind.CALL_THEN:
            return _may_i_call(draft)
        case DraftKind.UNCLEAR:
            unclear = [doubt for doubt in draft.doubts if doubt.kind not in _ELSEWHERE]
            return [words(one_line(sentences(unclear) or _UNCLEAR, SECTION_MAX))]
        case DraftKind.NO_NUMBER:
            return [words(_NO_NUMBER)]
        case DraftKind.GREETING:
            return [words(_GREETING), words("help", "bold"), words(" for everything else.")]
        case DraftKind.THANKS:
            return [words(_THANKS)]
        case DraftKind.ALREADY_CALLED:
            return [*_became(call), words(" Editing it doesn't change that.")]
        case DraftKind.NOT_ALLOWED:
            return [words(_NOT_ALLOWED)]
        case DraftKind.NO_KEY:
            return [words(_NO_KEY)]
        case DraftKind.OTHER_TEAM:
            return [words(_OTHER_TEAM)]
        case DraftKind.SUBCOMMAND:
            return _subcommand(draft.prompt or "", command)
        case _:
            return [words(_NOT_ADMITTED)]


def _subcommand(typed: str, command: str) -> list[Inline]:
    """Return how to do what was written, for which there is a command."""
    if typed == "audit":
        return [words(_AUDIT)]
    if typed in {"block", "unblock", "forget"}:
        typed += " +1 415-555-2671"
    as_command = words(f"{command} {typed}", "code")
    return [words("To do that, type "), as_command, words(". Nothing has changed yet.")]


def _may_i_call(draft: Draft) -> list[Inline]:
    number = words(format_international(draft.recipient or ""), "bold")
    if any(doubt.kind is DoubtKind.UNKNOWN_NUMBER for doubt in draft.doubts):
        return [number, words(" may be a newer number than I know about. Call it about this?")]
    if any(doubt.kind is DoubtKind.CALL_TIME for doubt in draft.doubts):
        how = " about this right now? To call later, choose when under Edit."
        return [words("Call "), number, words(how)]
    again = " again" if draft.kind is DraftKind.AGAIN else ""
    return [words("Call "), number, words(f"{again} about this?")]


def _became(call: Call | None) -> list[Inline]:
    if call is None:
        return [words("I've already answered this.")]
    number, time = words(number_of(call), "bold"), moment(call.requested_at)
    if call.ending is EndReason.RESULT:
        asked, about = "I already called ", " about this message ("
    else:
        asked, about = "I already took this message as a request to call ", " ("
    return [words(asked), number, words(about), time, words(").")]


def _fate(draft: Draft, call: Call | None) -> list[Inline]:
    match draft.state:
        case DraftState.CALLED:
            return standing_line(call) if call is not None else [words(_OLD_CALL)]
        case DraftState.CANCELED:
            return [words(_CANCELED)]
        case DraftState.REPLACED:
            return [words(_REPLACED)]
        case _:
            return [words(_EXPIRED)]


def _moved(channel: str) -> str:
    place = f"in <#{channel}>" if channel.startswith(("C", "G")) else "in another conversation"
    return f"You wrote to me {place}, where I can't post."


def _buttons(draft: Draft) -> list[ButtonElement]:
    if draft.state is DraftState.EXPIRED:
        return [_button("Open the form", PLACE_CALL, None, "Open the form that places a call")]
    if not draft.is_undecided:
        return []
    match draft.kind:
        case DraftKind.CALL_THEN:
            number = format_international(draft.recipient or "")
            return [
                _button(CALL_THEN, DRAFT_CALL, draft, f"{CALL_THEN}: {number}", "primary"),
                _button("Edit", DRAFT_EDIT, draft, "Edit it in the form first"),
                _button(CANCEL, DRAFT_CANCEL, draft, f"{CANCEL}: nobody calls {number}"),
            ]
        case DraftKind.CONFIRM | DraftKind.AGAIN:
            number = format_international(draft.recipient or "")
            return [
                _button("Call", DRAFT_CALL, draft, f"Call {number}", "primary"),
                _button("Edit", DRAFT_EDIT, draft, "Edit it in the form first"),
            ]
        case DraftKind.UNCLEAR if _is_not_to_call(draft):
            label = "Open the form that places a call"
            return [_button("Open the form", DRAFT_EDIT, draft, label)]
        case DraftKind.UNCLEAR:
            return [_button("Edit", DRAFT_EDIT, draft, "Edit it in the form", "primary")]
        case DraftKind.NO_NUMBER:
            label = "Open the form with what you wrote"
            return [_button("Open the form", DRAFT_EDIT, draft, label, "primary")]
        case DraftKind.NO_KEY:
            return [settings_button("Enter the key", "primary")]
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
