"""A message that answers an earlier question: the two read as one request. Pure."""

import re
from dataclasses import replace
from typing import Final

from bot.core.doubt import Doubt, DoubtKind
from bot.core.draft import Draft, DraftKind
from bot.core.prompt import doubt_about_prompt
from bot.core.reading.reader import Position, Reading
from bot.core.reading.words import ABOUT_A_NUMBER

# Few letters of other words than those may be a name: "Luigi's: …".
_LETTERS_MAX: Final = 8
# What the yes that is needed in any case answers.
_ASKED_ANYWAY: Final = {DoubtKind.ELSEWHERE, DoubtKind.CALL_TIME}
_LITTLE: Final = {DoubtKind.PROMPT_MISSING, DoubtKind.PROMPT_TOO_SHORT}


def answered(question: Draft, reading: Reading, *, is_reply: bool) -> Reading | None:
    """Return how a message reads as the answer to a draft's question, None if it is none.

    `is_reply` tells that it was written in the question's thread; elsewhere only a number alone,
    or what a call is for without one, can be meant as an answer.
    """
    lacks = {doubt.kind for doubt in question.doubts} - _ASKED_ANYWAY
    if any(doubt.kind is DoubtKind.NOT_TO_CALL for doubt in question.doubts):
        return None
    if question.kind is DraftKind.CONFIRM and question.can_be_called:
        return _with_prompt(question, reading, is_reply=is_reply)
    if question.kind not in (DraftKind.NO_NUMBER, DraftKind.UNCLEAR) or question.prompt is None:
        return None
    if question.recipient is not None and lacks and lacks <= _LITTLE:
        return _with_prompt(question, reading, is_reply=is_reply)
    is_number = reading.recipient is not None and _says_little(reading)
    return _with_number(question, reading) if is_reply or is_number else None


def _with_number(question: Draft, reading: Reading) -> Reading:
    """Return the number of the answer, with what the call is for from both."""
    said = [question.prompt or "", "" if _says_little(reading) else reading.prompt]
    prompt = "\n".join(filter(None, said))
    return _read(reading, prompt, reading.number_doubts)


def _with_prompt(question: Draft, reading: Reading, *, is_reply: bool) -> Reading | None:
    """Return the question's number with what the answer says: a yes is still needed."""
    if not is_reply or not any(doubt.kind is DoubtKind.NO_NUMBER for doubt in reading.doubts):
        return None
    known = replace(reading, recipient=question.recipient, number=question.number or "")
    prompt = "\n".join(filter(None, [question.prompt or "", reading.prompt]))
    return _read(known, prompt, (Doubt(DoubtKind.ELSEWHERE, known.number),))


def _read(reading: Reading, prompt: str, doubts: tuple[Doubt, ...]) -> Reading:
    about_prompt = doubt_about_prompt(prompt)
    return replace(
        reading, prompt=prompt, doubts=(*doubts, about_prompt) if about_prompt else doubts
    )


def _says_little(reading: Reading) -> bool:
    """Whether there is hardly more than a number."""
    if reading.position is Position.ELSEWHERE:
        words = re.findall(r"[^\W\d_]+", reading.prompt[:1000].lower())
        return sum(len(word) for word in words if word not in ABOUT_A_NUMBER) < _LETTERS_MAX
    return any(doubt.kind in _LITTLE for doubt in reading.doubts)
