"""The result: the reply in the thread that says what came of a call, and mentions who asked."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ContextBlock,
    InteractiveElement,
    RichTextElement,
    RichTextSectionElement,
    TextObject,
)

from bot.blocks.actions import CALL_AGAIN, DETAILS, TRANSCRIPT, block_button, button
from bot.blocks.formatting.inline import one_line, person, rich, section, words
from bot.blocks.formatting.markup import plain_text
from bot.blocks.formatting.text import duration, escape, markdown, plain
from bot.blocks.messages.answers import answers_of
from bot.blocks.messages.message import Message
from bot.blocks.words.call_again import call_again_text, can_be_blocked
from bot.blocks.words.erased import ERASED, number_of
from bot.blocks.words.outcomes import how_it_ended
from bot.blocks.words.policy import Plain
from bot.blocks.words.reasons import reason_sentence
from bot.blocks.words.summary import caution_about, formatted, summary_of
from bot.core.calls.call import Call
from bot.core.calls.outcome import Outcome, may_have_been_made, outcome_of, result_of
from bot.core.calls.states import EndReason
from bot.core.links import NO_LINKS, Links

_OUTCOME_MAX: Final = 100
# A summary of up to so many characters is the headline; a longer one is read below it.
_HEADLINE_MAX: Final = 300
_SUMMARY_MAX: Final = 3000
_REASON_MAX: Final = 1000
_TEXT_MAX: Final = 500
# Outcomes in which somebody or something took the call, so that its length means something.
_ANSWERED: Final = frozenset((Outcome.COMPLETED, Outcome.VOICEMAIL))
_LATE: Final = (
    "If a result still comes, I'll post it here. To be sure, ask the person you wanted to reach."
)


def result_message(
    call: Call,
    links: Links = NO_LINKS,
    names: Mapping[str, str] | None = None,
    *,
    is_elsewhere: bool = False,
) -> Message:
    """Return the report of an ended call, within Slack's limits however long its parts are.

    One that stands elsewhere than in the call's thread leads to it. `names` are what people are
    called, by their ids.
    """
    reason = reason_sentence(call.reason, Plain(names=names or {}))
    ended, number = how_it_ended(call), number_of(call)
    how, answers = one_line(ended.words, _OUTCOME_MAX), answers_of(result_of(call))
    said = summary_of(call)
    elements, is_headline = _headline(call, how, said)
    facts = [number, *([how] if is_headline else []), *_measures(call)]
    notes: list[TextObject] = [plain(" · ".join(facts))]
    if is_elsewhere and (url := links.to_status(call)) is not None:
        notes.append(markdown(f"<{url}|What was asked>"))
    blocks: list[Block] = [
        rich([*elements, *_sentences(call, reason), *answers.elements]),
        ContextBlock(elements=notes),
    ]
    if call.erased_at is None:
        actions = _actions(call, answers.in_all)
        blocks.append(ActionsBlock(block_id="result", elements=actions))
    told = plain_text(said, _TEXT_MAX) or reason
    whose = f"<@{call.requester}> " if call.requester else ""
    text = f"{whose}{ended.icon} {escape(how)} · {number}"
    return Message.of(f"{text}: {escape(told)}" if told else text, blocks)


def _headline(call: Call, how: str, said: str) -> tuple[list[RichTextElement], bool]:
    """Return what came of the call, and whether that is its headline, in place of the outcome."""
    if 0 < len(plain_text(said, 2 * _HEADLINE_MAX)) <= _HEADLINE_MAX:
        summary = formatted(said, _HEADLINE_MAX, bold=True)
        if isinstance(summary[0], RichTextSectionElement):
            return _led(call, summary), True
    outcome = section([words(how, "bold")])
    return [*_led(call, [outcome]), *formatted(said, _SUMMARY_MAX)], False


def _led(call: Call, elements: Sequence[RichTextElement]) -> list[RichTextElement]:
    """Return rich text, which begins with a line, behind the mention and the icon.

    A requester who was forgotten is not mentioned.
    """
    icon = words(f" {how_it_ended(call).icon} ")
    lead = [person(call.requester), icon] if call.requester else [icon]
    line = cast("RichTextSectionElement", elements[0])
    return [section([*lead, *cast("list[RichTextElement]", line.elements)]), *elements[1:]]


def _sentences(call: Call, reason: str) -> list[RichTextElement]:
    """Return what there is to know beside the summary, a line each."""
    said = [
        ERASED if call.erased_at is not None else "",
        one_line(reason, _REASON_MAX),
        _LATE if may_have_been_made(call) else "",
        caution_about(call),
    ]
    return [section([words(sentence)]) for sentence in said if sentence]


def _measures(call: Call) -> list[str]:
    """Return how often it was tried and how long it took, where that means something."""
    result, measures = result_of(call), list[str]()
    if call.ending is EndReason.RESULT and call.attempt_number > 1:
        measures.append(f"attempt {call.attempt_number} of {call.retry_plan.attempts}")
    was_answered = result.has_conversation or outcome_of(call) in _ANSWERED
    if was_answered and result.duration is not None and result.duration >= 1:
        measures.append(duration(result.duration))
    return measures


def _actions(call: Call, answers: int) -> list[InteractiveElement]:
    """Return what can be done next; `answers` is how many the message does not show all of."""
    number = number_of(call)
    text = call_again_text(call)
    again = [button(text, CALL_AGAIN, call, f"{text}: open the form for {number}")] if text else []
    text = f"All {answers} answers" if answers else "Details"
    details = button(text, DETAILS, call, f"{text} of the call to {number}")
    if not result_of(call).has_conversation:
        is_placed = outcome_of(call) is not Outcome.NOT_PLACED
        buttons = [details, *again] if is_placed else [*again, details]
        return [*buttons, *([block_button(call)] if can_be_blocked(call) else [])]
    label = f"Transcript of the call to {number}"
    return [button("Transcript", TRANSCRIPT, call, label), *again, details, block_button(call)]
