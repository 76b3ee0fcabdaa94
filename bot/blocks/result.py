"""The result: the reply in the thread that says how the call ended and what came of it."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ContextBlock,
    InteractiveElement,
    Option,
    OverflowMenuElement,
    SectionBlock,
)

from bot.blocks.actions import CALL_AGAIN, MORE, TRANSCRIPT, button
from bot.blocks.links import NO_LINKS, Links
from bot.blocks.message import Message, fits
from bot.blocks.reasons import reason_sentence
from bot.blocks.text import SECTION_MAX, duration, markdown, shown
from bot.core.call import Call, EndReason
from bot.core.outcome import outcome_of, result_of
from bot.core.phone import format_international

_FACT_MAX: Final = 400
_FACTS_MAX: Final = 20
_FIELDS_MAX: Final = 10
_LATE: Final = (
    "If a result still comes, I will post it here. To be sure, ask the person you wanted to reach."
)


def result_message(call: Call, links: Links = NO_LINKS) -> Message:
    """Return the report of an ended call, within Slack's limits however long its parts are."""
    outcome, result = outcome_of(call), result_of(call)
    words, number = shown(outcome.words, 150), format_international(call.recipient)
    said = shown(result.summary or reason_sentence(call.reason), SECTION_MAX)
    heading = f"{outcome.icon} *{words}*: call to {number} for <@{call.requester}>"
    top: list[Block] = [SectionBlock(text=markdown(heading))]
    if said:
        top.append(SectionBlock(text=markdown(said)))
    bottom: list[Block] = []
    if notes := _notes(call, links):
        bottom.append(ContextBlock(elements=[markdown(note) for note in notes]))
    bottom.append(ActionsBlock(block_id="result", elements=_actions(call)))
    text = f"<@{call.requester}> {words}: call to {number}. {said}".strip()
    facts = [_fact(item.label, item.value) for item in [*result.answers, *result.context]]
    facts = [fact for fact in facts if fact]
    for kept in range(min(len(facts), _FACTS_MAX), 0, -1):
        blocks = [*top, *_facts(facts, kept), *bottom]
        if fits(blocks):
            return Message.of(text, blocks)
    return Message.of(text, [*top, *bottom])


def _notes(call: Call, links: Links) -> list[str]:
    """Return what there is to know beside the result, a sentence each."""
    notes = []
    if call.ending is EndReason.NO_RESULT:
        notes.append(_LATE)
    if call.canceled_by is not None:
        notes.append(f"Canceled by <@{call.canceled_by}>.")
    if call.ending is EndReason.RESULT and call.last_dial_at and call.ended_at:
        seconds = (call.ended_at - call.last_dial_at).total_seconds()
        notes.append(f"It took {duration(max(seconds, 0))} from dialing to the result.")
    if (url := links.to_status(call)) is not None:
        notes.append(f"<{url}|What was asked>")
    return notes


def _actions(call: Call) -> list[InteractiveElement]:
    number = format_international(call.recipient)
    again = button("Call again", CALL_AGAIN, call, f"Open the form for another call to {number}")
    if call.ending is not EndReason.RESULT:
        return [again]
    label = f"Show the conversation of the call to {number}"
    details = Option(value=f"details:{call.id}", text="All details")
    return [
        button("Transcript", TRANSCRIPT, call, label),
        again,
        OverflowMenuElement(action_id=MORE, options=[details]),
    ]


def _facts(facts: Sequence[str], kept: int) -> list[Block]:
    """Return what the AI collected and what the call's context says, as fields."""
    sections = [facts[at : min(at + _FIELDS_MAX, kept)] for at in range(0, kept, _FIELDS_MAX)]
    blocks: list[Block] = [
        SectionBlock(fields=[markdown(field) for field in section]) for section in sections
    ]
    if len(facts) > kept:
        more = f"… and {len(facts) - kept} more: choose “All details” in the menu below."
        blocks.append(ContextBlock(elements=[markdown(more)]))
    return blocks


def _fact(name: str, value: str) -> str:
    label = f"*{written}*\n" if (written := shown(name, 100)) else ""
    said = shown(value, _FACT_MAX - len(label))
    return label + said if said else ""
