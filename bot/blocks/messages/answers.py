"""What was found out on a call: the first answers in a message, labels as people write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import RichTextElement

from bot.blocks.formatting.inline import Inline, one_line, section, words
from bot.blocks.formatting.text import shown
from bot.core.calls.result import Answer, CallResult

_SHOWN_MAX: Final = 6
_LABEL_MAX: Final = 80
_VALUE_MAX: Final = 200
# Answers that take no more room than this, in characters, share a line.
_LINE_MAX: Final = 80
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINTS: Final = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class Answers:
    """What a message shows; `in_all` is how many there are where it does not show them all."""

    elements: list[RichTextElement]
    in_all: int


def answers_of(result: CallResult) -> Answers:
    """Return what a message shows of the answers, and of what the call's context says."""
    items, first = [*result.answers, *result.context], _first(result)
    is_whole = len(first) == len(items) and not any(value.endswith("…") for _, value in first)
    return Answers(_elements(first), 0 if is_whole else len(items))


def some_answers(result: CallResult, room: int) -> list[RichTextElement]:
    """Return the first answers that `room` characters have room for."""
    shown_here = list[tuple[str, str]]()
    for label, value in _first(result):
        room -= len(label) + len(value)
        if room < 0:
            break
        shown_here.append((label, value))
    return _elements(shown_here)


def _first(result: CallResult) -> list[tuple[str, str]]:
    items = [*result.answers, *result.context]
    given = [(label_of(item), item.value) for item in items if shown(item.value, 1)]
    return [
        (one_line(label, _LABEL_MAX), one_line(value, _VALUE_MAX))
        for label, value in given[:_SHOWN_MAX]
    ]


def label_of(answer: Answer) -> str:
    """Return what an answer is the value of, in words: "Party size" for "party_size"."""
    return in_words(answer.label)


def in_words(name: str) -> str:
    """Return a field's name as people write it: "Party size" for "party_size" or "partySize"."""
    label = name.strip()
    if not any(character.isspace() for character in label):
        label = _HUMPS.sub(" ", label)
        parts = [part if part.isupper() else part.lower() for part in _JOINTS.split(label) if part]
        label = " ".join(parts)
    return label[:1].upper() + label[1:]


def _elements(answers: Sequence[tuple[str, str]]) -> list[RichTextElement]:
    if not answers:
        return []
    length = sum(len(label) + len(value) for label, value in answers)
    between = "   |   " if length <= _LINE_MAX else "\n"
    line = list[Inline]()
    for label, value in answers:
        line += [words(between)] if line else []
        line += [words(label, "bold"), words(" ")] if label else []
        line.append(words(value))
    return [section(line)]
