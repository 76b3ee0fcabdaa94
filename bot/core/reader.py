"""Reading what people type: whom to call and what for, and what of that is not certain. Pure.

Whatever surrounds, separates or writes a number's digits, the number is found or asked back, and
never another one taken for certain: digits that may still belong to it make its end uncertain.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from bot.core.doubt import CONFIRMABLE, Doubt, DoubtKind
from bot.core.phone import Identified, format_number, identify, is_dialable, shorter
from bot.core.prompt import doubt_about_prompt, tidy_prompt
from bot.core.words import AFTER_NUMBER, CALL_AGAIN, EXTENSION, JOINING, LABELS, POLITE, TO_CALL
from bot.core.written import IGNORED, NOT_BEFORE, Written, numbers_in, tidy

# So much of a text is searched for numbers; what stands behind it is only kept.
SEARCHED: Final = 4000
# A number field shows no more.
_FIELD_MAX: Final = 100
_CANDIDATES_MAX: Final = 12


class Position(StrEnum):
    """Where in a text the number stood."""

    NONE = "none"
    FIRST = "first"
    AFTER_CALL_WORD = "after_call_word"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Reading:
    """What was made of a text.

    `recipient` is the number in E.164, None if there is none that could be dialed; `number` is how
    it belongs into a form field: in international format, or as typed where it is no number yet,
    and never with a line break. `prompt` is what the call is for: what follows the number, or the
    whole text if the number stands elsewhere in it.
    """

    recipient: str | None
    number: str
    prompt: str
    position: Position
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_unambiguous(self) -> bool:
        """Whether it can be placed at once, without asking anybody."""
        return self.recipient is not None and not self.doubts

    @property
    def is_confirmable(self) -> bool:
        """Whether a plain yes would answer all that is doubtful."""
        kinds = {doubt.kind for doubt in self.doubts}
        return self.recipient is not None and kinds <= CONFIRMABLE

    @property
    def number_doubts(self) -> tuple[Doubt, ...]:
        """What is doubtful about the number."""
        return tuple(doubt for doubt in self.doubts if not doubt.is_about_prompt)

    @property
    def prompt_doubts(self) -> tuple[Doubt, ...]:
        """What is wrong with the prompt."""
        return tuple(doubt for doubt in self.doubts if doubt.is_about_prompt)


def read_request(text: str, region: str, *, confirmed: str | None = None) -> Reading:
    """Return how "NUMBER WHAT FOR" reads, as a command, a mention or a direct message has it.

    `region` is the country of a number without "+"; `confirmed` is a number in E.164 that the
    person has already been asked about.
    """
    text = tidy_prompt(text)
    searched = text[:SEARCHED]
    written = numbers_in(_without_addresses(searched))
    position = _position(searched, written[0]) if written else Position.NONE
    if position is Position.NONE:
        return _elsewhere(text, written, region, confirmed)
    found = _read(written[0], region, confirmed)
    prompt = _prompt_after(text, found.end)
    doubts = [*found.doubts, *_doubts_after(text, found, written, region)]
    return _reading(found, _without_extension(prompt, doubts), position, doubts)


def read_number(text: str, region: str, *, confirmed: str | None = None) -> Reading:
    """Return how a text reads in which nothing but a number should stand; it has no prompt."""
    text = tidy(text[:SEARCHED])
    written = numbers_in(text)
    if not written:
        kind = DoubtKind.NOT_ONLY_A_NUMBER if text else DoubtKind.NO_NUMBER
        return Reading(None, text[:_FIELD_MAX], "", Position.NONE, (Doubt(kind, text),))
    position = _position(text, written[0])
    found = _read(written[0], region, confirmed, is_alone=True)
    doubts = [*found.doubts, *_doubts_after(text, found, written, region)]
    after = text[found.end :]
    if not doubts and (position is Position.NONE or _has_words(after)):
        doubts.append(Doubt(DoubtKind.NOT_ONLY_A_NUMBER, text, instead=found.shown))
    return _reading(found, "", position, doubts, without_prompt=True)


def find_number(text: str, region: str) -> Reading:
    """Return the number that a whole message is about; its prompt is the message."""
    text = tidy_prompt(text)
    return _elsewhere(text, numbers_in(_without_addresses(text[:SEARCHED])), region, None)


@dataclass(frozen=True)
class _Found:
    """A number in a text: which it is, and where it ends."""

    written: Written
    recipient: str | None
    shown: str
    end: int
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.recipient is not None


def _read(
    written: Written, region: str, confirmed: str | None, *, is_alone: bool = False
) -> _Found:
    """Return which number is written there: all of it, or what of it is one.

    A number whose end is uncertain ends where its country writes it so, or else first could.
    """
    written = _unglued(written)
    whole = identify(written.digits, region, written.typed)
    if whole.recipient is None and (without := written.without_trunk_zero):
        again = identify(without, region, written.typed)
        whole = again if again.recipient else whole
    if whole.number is not None and whole.doubt is None:
        ends = _shorter_ends(written, whole.number, is_alone=is_alone)
        if not ends or (not is_alone and _is_written_as_usual(written, whole.number)):
            return _found(written, whole, confirmed)
        doubt = Doubt(DoubtKind.UNCERTAIN_END, written.typed)
        part = written.upto(ends[0])
        if is_alone:
            return _found(written, whole, confirmed, doubt)
        return _found(part, identify(part.digits, region, part.typed), confirmed, doubt)
    for count in range(1, min(len(written.groups), _CANDIDATES_MAX)):
        part = written.upto(count)
        if len(part.digits) < 7:
            continue
        shorter_number = identify(part.digits, region, part.typed)
        if shorter_number.recipient is not None and shorter_number.doubt is None:
            doubt = Doubt(DoubtKind.UNCERTAIN_END, written.typed)
            return _found(part, shorter_number, confirmed, doubt)
    return _found(written, whole, confirmed)


def _found(
    written: Written, identified: Identified, confirmed: str | None, *doubts: Doubt
) -> _Found:
    own = identified.doubt
    if own and own.kind is DoubtKind.UNKNOWN_NUMBER and identified.recipient == confirmed:
        own = None
    number = identified.number
    shown = format_number(number) if number is not None else written.typed
    return _Found(
        written,
        identified.recipient,
        shown,
        written.end,
        (*((own,) if own else ()), *doubts),
    )


def _unglued(written: Written) -> Written:
    """Return the number without a last group that is a word's: "7" in "+1 415 555 2671 7pm"."""
    after = written.text[written.end : written.end + 1]
    if _is_cased(after) and len(written.groups) > 1:
        return written.upto(len(written.groups) - 1)
    return written


def _shorter_ends(written: Written, number: PhoneNumber, *, is_alone: bool) -> list[int]:
    """Return after how many groups the number could end as well, and still be one."""
    ends = []
    for count in range(1, min(len(written.groups), _CANDIDATES_MAX)):
        if is_alone and not _is_slashed(written, count):
            continue
        rest = sum(size for size, _ in written.groups[count:])
        part = shorter(number, rest)
        if part is not None and is_dialable(part):
            ends.append(count)
    return ends


def _is_slashed(written: Written, count: int) -> bool:
    start = written.groups[count - 1][1]
    return any(slash in written.text[start : start + 3] for slash in "/／⁄∕")


def _is_written_as_usual(written: Written, number: PhoneNumber) -> bool:
    """Whether the digits stand in the groups that the number's own country writes."""
    usual = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    groups = [len(group) for group in re.findall(r"\d+", usual)]
    return written.has_plus and [size for size, _ in written.groups] == groups and groups[-1] > 2


def _position(text: str, written: Written) -> Position:
    """Return where the number stands if nothing but marks, labels or a call word is before it."""
    before = text[: written.start]
    if any(mark in NOT_BEFORE for mark in before):
        return Position.NONE
    words = re.findall(r"[^\W_]+", before.translate(_INVISIBLE).lower())
    if len(words) > 8 or re.search(r"\d", before):
        return Position.NONE
    while words and words[-1] in LABELS:
        words.pop()
    if not words:
        return Position.FIRST
    if words[-1] in AFTER_NUMBER and len(words) > 1:
        words.pop()
    if words[-1] in TO_CALL and all(word in POLITE for word in words[:-1]):
        return Position.AFTER_CALL_WORD
    return Position.NONE


_INVISIBLE: Final = dict.fromkeys(map(ord, IGNORED))
_JOINT: Final = re.compile(
    rf"[^\w]*(?:(?:{'|'.join(sorted(JOINING))})\b[\W_]*){{1,6}}(?=\d)", re.IGNORECASE
)
_MORE_DIGITS: Final = re.compile(r"[\W_]*\d")
_EXTENSION: Final = re.compile(EXTENSION, re.IGNORECASE)
_CALL_AGAIN: Final = re.compile(CALL_AGAIN, re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>|]+|[\w.+-]{1,64}@[\w.-]+", re.IGNORECASE)
_SEPARATORS: Final = f"{IGNORED} \t\r\n\u00a0\u3000,;:.!?–—-，、：；。．！？‧·*_~`"
_CLOSERS: Final = "\"'”’»›)]}>】」』〉》"
_AND: Final = re.compile(r"and\s+(?:then\s+)?", re.IGNORECASE)


def _doubts_after(text: str, found: _Found, written: list[Written], region: str) -> Iterable[Doubt]:
    """Return what makes the end of a number uncertain, in the text behind it."""
    after = text[found.end : SEARCHED]
    if any(doubt.kind is DoubtKind.UNCERTAIN_END for doubt in found.doubts):
        return
    if extension := _EXTENSION.match(after):
        digits = "".join(filter(str.isdecimal, extension[0]))
        yield Doubt(DoubtKind.EXTENSION, tidy(extension[0]).strip(" ,;("), instead=digits)
    elif _MORE_DIGITS.match(after) or _JOINT.match(after):
        following = [other for other in written if other.start >= found.end]
        is_number = following and len(following[0].digits) >= 7
        joined = _JOINT.match(after) is not None
        several = is_number or joined
        kind = DoubtKind.SEVERAL_NUMBERS if several else DoubtKind.UNCERTAIN_END
        yield Doubt(kind, tidy(after[:30]))
    elif _is_glued(after):
        yield Doubt(DoubtKind.UNCERTAIN_END, tidy(after[:30]))
    elif _is_called_again(after, found, region):
        yield Doubt(DoubtKind.SEVERAL_NUMBERS, found.written.typed)


def _is_glued(after: str) -> bool:
    """Whether a word follows at once or after a hyphen: "1-800-FLOWERS", "2671book"."""
    visible = after[:20].translate(_INVISIBLE)
    return _is_cased(visible[:1]) or (visible[:1] in "-‐‑−_" and _is_cased(visible[1:2]))


def _is_called_again(after: str, found: _Found, region: str) -> bool:
    """Whether a later sentence asks for a call to another number."""
    match = _CALL_AGAIN.search(after)
    if match is None:
        return False
    others = numbers_in(after[match.end() : match.end() + 60])
    if not others:
        return False
    other = identify(others[0].digits, region)
    return other.recipient not in (None, found.recipient)


def _prompt_after(text: str, end: int) -> str:
    after = text[end:]
    # What was opened before the number is closed behind it.
    if text[:end].lstrip(_SEPARATORS)[:1] in tuple("\"'“”„‘’«»‹›([{<【「『〈《"):
        after = after.lstrip(IGNORED).lstrip(_CLOSERS)
    after = after.lstrip(_SEPARATORS)
    return tidy_prompt(_AND.sub("", after, count=1) if _AND.match(after) else after)


def _without_extension(prompt: str, doubts: Iterable[Doubt]) -> str:
    if any(doubt.kind is DoubtKind.EXTENSION for doubt in doubts):
        match = _EXTENSION.match(" " + prompt)
        return prompt[match.end() - 1 :].lstrip(_SEPARATORS + _CLOSERS) if match else prompt
    return prompt


def _elsewhere(text: str, written: list[Written], region: str, confirmed: str | None) -> Reading:
    """Return the number that stands somewhere in a text; the whole text is what it is for."""
    candidates = [one for one in written[:50] if len(one.digits) >= 7 and not one.is_date]
    found = [_read(one, region, confirmed) for one in candidates[:_CANDIDATES_MAX]]
    numbers = {one.recipient: one for one in reversed(found) if one.is_number}
    if not numbers:
        return _no_number(text, found)
    best = max(_rank(text, one) for one in numbers.values())
    likely = [one for one in numbers.values() if _rank(text, one) == best]
    chosen = min(likely, key=lambda one: one.written.start)
    doubts = [Doubt(DoubtKind.ELSEWHERE, chosen.shown), *chosen.doubts]
    if len(likely) > 1:
        doubts.append(Doubt(DoubtKind.SEVERAL_NUMBERS, chosen.shown))
    elif _is_torn(text, chosen):
        doubts.append(Doubt(DoubtKind.UNCERTAIN_END, chosen.written.typed))
    else:
        doubts += _doubts_after(text, chosen, written, region)
    return _reading(chosen, text, Position.ELSEWHERE, doubts)


def _no_number(text: str, found: list[_Found]) -> Reading:
    """Return a text without a number that can be dialed, and why what looks like one is none."""
    likely = [one for one in found if one.written.has_plus] or found
    if not likely:
        doubts = [Doubt(DoubtKind.NO_NUMBER)]
        return Reading(None, "", text, Position.NONE, _with_prompt(doubts, text))
    typed = likely[0].written.typed[:_FIELD_MAX]
    return Reading(
        None, typed, text, Position.ELSEWHERE, _with_prompt(list(likely[0].doubts), text)
    )


def _rank(text: str, found: _Found) -> tuple[bool, bool]:
    """Return how likely a number is the one to call: after a call word, then with a "+"."""
    before = text[max(0, found.written.start - 40) : found.written.start]
    words = re.findall(r"[^\W_]+", before.lower())[-4:]
    return any(word in TO_CALL for word in words), found.written.has_plus


def _is_torn(text: str, found: _Found) -> bool:
    """Whether digits or signs stand so close before a number that they may be its beginning."""
    before = text[max(0, found.written.start - 20) : found.written.start]
    close = re.search(r"\S*$", before)
    return close is not None and re.search(rf"[\d{re.escape(NOT_BEFORE)}]", close[0]) is not None


def _reading(
    found: _Found,
    prompt: str,
    position: Position,
    doubts: list[Doubt],
    *,
    without_prompt: bool = False,
) -> Reading:
    number = tidy(found.shown)[:_FIELD_MAX]
    all_doubts = tuple(doubts) if without_prompt else _with_prompt(doubts, prompt)
    return Reading(found.recipient, number, prompt, position, all_doubts)


def _with_prompt(doubts: list[Doubt], prompt: str) -> tuple[Doubt, ...]:
    doubt = doubt_about_prompt(prompt)
    return (*doubts, doubt) if doubt else tuple(doubts)


def _without_addresses(text: str) -> str:
    """Return the text with every web and mail address blanked, no character moved."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text)


def _has_words(after: str) -> bool:
    return any(character.isalnum() for character in after)


def _is_cased(character: str) -> bool:
    return character.isalpha() and character.lower() != character.upper()
