"""The result: the reply in the thread that says how the call ended and what came of it."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock, SectionBlock

from bot.blocks.message import Message
from bot.blocks.text import SECTION_MAX, markdown, shown
from bot.call import Call, Ending
from bot.phone import spoken
from bot.result import Result, outcome_of

# One message takes about 13,200 characters of blocks: 3,000 of summary and 20 facts of 400 fit.
_FACT_MAX: Final = 400
_FACTS_MAX: Final = 20
_FIELDS_MAX: Final = 10
_LATE: Final = (
    "If a result still comes, I will post it here. To be sure, ask the person you wanted to reach."
)


def result_message(call: Call) -> Message:
    """Return the report of an ended call."""
    outcome = outcome_of(call)
    result = Result.read(call.result or {})
    words, number = shown(outcome.words, 150), spoken(call.recipient)
    said = result.summary or call.error or ""
    heading = f"{outcome.icon} *{words}*: call to {number} for <@{call.requester}>"
    blocks: list[Block] = [SectionBlock(text=markdown(heading))]
    if said:
        blocks.append(SectionBlock(text=markdown(shown(said, SECTION_MAX))))
    blocks += _facts([*result.form_fills, *result.context])
    if call.ending is Ending.NO_RESULT:
        blocks.append(ContextBlock(elements=[markdown(_LATE)]))
    text = f"<@{call.requester}> {words}: call to {number}."
    return Message.of(f"{text} {shown(said, SECTION_MAX)}".strip(), blocks)


def _facts(facts: Sequence[tuple[str, str]]) -> list[Block]:
    """Return what the AI collected and what the call's context says, as fields."""
    fields = [_fact(name, value) for name, value in facts if value]
    kept, left = fields[:_FACTS_MAX], len(fields[_FACTS_MAX:])
    sections = [kept[at : at + _FIELDS_MAX] for at in range(0, len(kept), _FIELDS_MAX)]
    blocks: list[Block] = [
        SectionBlock(fields=[markdown(field) for field in section]) for section in sections
    ]
    if left:
        blocks.append(ContextBlock(elements=[markdown(f"… and {left} more")]))
    return blocks


def _fact(name: str, value: str) -> str:
    label = f"*{shown(name, 100)}*\n" if name else ""
    return label + shown(value, _FACT_MAX - len(label))
