"""The result: the reply in the thread that says how the call ended and what came of it."""

import json
from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock, SectionBlock

from bot.blocks.message import Message
from bot.blocks.text import SECTION_MAX, markdown, shown
from bot.call import Call, Ending
from bot.phone import spoken
from bot.result import Result, outcome_of

# What all blocks of one message may take together; Slack says about 13,200 characters.
_BLOCKS_MAX: Final = 13_000
_FACT_MAX: Final = 400
_FACTS_MAX: Final = 20
_FIELDS_MAX: Final = 10
_LATE: Final = (
    "If a result still comes, I will post it here. To be sure, ask the person you wanted to reach."
)


def result_message(call: Call) -> Message:
    """Return the report of an ended call, within Slack's limits however long its parts are."""
    outcome, result = outcome_of(call), Result.read(call.result or {})
    words, number = shown(outcome.words, 150), spoken(call.recipient)
    said = shown(result.summary or call.error or "", SECTION_MAX)
    heading = f"{outcome.icon} *{words}*: call to {number} for <@{call.requester}>"
    top: list[Block] = [SectionBlock(text=markdown(heading))]
    if said:
        top.append(SectionBlock(text=markdown(said)))
    bottom: list[Block] = []
    if call.ending is Ending.NO_RESULT:
        bottom.append(ContextBlock(elements=[markdown(_LATE)]))
    text = f"<@{call.requester}> {words}: call to {number}. {said}".strip()
    facts = [_fact(name, value) for name, value in [*result.form_fills, *result.context]]
    facts = [fact for fact in facts if fact]
    for kept in range(min(len(facts), _FACTS_MAX), 0, -1):
        blocks = [*top, *_facts(facts, kept), *bottom]
        if _size(blocks) <= _BLOCKS_MAX:
            return Message.of(text, blocks)
    return Message.of(text, [*top, *bottom])


def _facts(facts: Sequence[str], kept: int) -> list[Block]:
    """Return what the AI collected and what the call's context says, as fields."""
    sections = [facts[at : min(at + _FIELDS_MAX, kept)] for at in range(0, kept, _FIELDS_MAX)]
    blocks: list[Block] = [
        SectionBlock(fields=[markdown(field) for field in section]) for section in sections
    ]
    if len(facts) > kept:
        blocks.append(ContextBlock(elements=[markdown(f"… and {len(facts) - kept} more")]))
    return blocks


def _fact(name: str, value: str) -> str:
    label = f"*{written}*\n" if (written := shown(name, 100)) else ""
    said = shown(value, _FACT_MAX - len(label))
    return label + said if said else ""


def _size(blocks: Sequence[Block]) -> int:
    return len(json.dumps([block.to_dict() for block in blocks], ensure_ascii=False))
