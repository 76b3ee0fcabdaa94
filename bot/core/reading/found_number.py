"""Which number stands at a place in a text, and where it ends. Pure."""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from bot.core.doubt import Doubt, DoubtKind
from bot.core.phone import Identified, format_number, identify, is_dialable, shorter
from bot.core.reading.written import WrittenNumber, is_cased

# Of a long number only so many groups are looked at.
_GROUPS_MAX: Final = 20
# As many digits as number the entries of a list.
_MARKER_DIGITS: Final = 2
# In so many pairs a number ends.
_PAIRS: Final = 3
# What follows no count: a mark, an article, what is asked for.
_NOT_COUNTED: Final = re.compile(
    r"\s*(?:$|[,;:!?\n\"„“«(]|\.(?!\d)|[–—-]\s|(?:bitte|please|ask|book|tell|say|ein(?:e[mnrs]?)?|d(?:er|ie|as|en|em)|"
    r"frage?n?|sage?n?|reservieren?|anrufen|un|une|demander|réserver|reservar|preguntar|pedir|chiedere)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FoundNumber:
    """A number in a text: which it is, and where it ends."""

    written: WrittenNumber
    recipient: str | None
    shown: str
    end: int
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it could be dialed."""
        return self.recipient is not None

    @property
    def has_uncertain_end(self) -> bool:
        """Whether it could end elsewhere as well."""
        return any(doubt.kind is DoubtKind.UNCERTAIN_END for doubt in self.doubts)


def read_written(
    written: WrittenNumber, region: str, confirmed: str | None, *, is_alone: bool = False
) -> FoundNumber:
    """Return which number is written there: all of it, or what of it is one.

    A number whose end is uncertain is the longer one if much of it would be left, else the shorter.
    """
    whole = identify(written.digits, region, written.typed)
    if whole.number is None and (unglued := _unglued(written)) is not None:
        written, whole = unglued, identify(unglued.digits, region, unglued.typed)
    if whole.recipient is None and (without := written.without_trunk_zero):
        again = identify(without, region, written.typed)
        whole = again if again.recipient else whole
    if whole.number is not None and _parts_the_code(written, whole.number):
        return _found(written, _without_code(written, region), confirmed)
    if whole.number is not None and (within := _within(written, whole.number, region)) is not None:
        kind = DoubtKind.WRITE_INSTEAD if whole.doubt else DoubtKind.WHICH_COUNTRY
        instead = format_number(within if whole.doubt else whole.number)
        doubt = Doubt(kind, written.typed, region, instead)
        return FoundNumber(written, None, written.typed, written.end, (doubt,))
    if whole.number is not None and whole.doubt is None:
        if (abroad := _abroad(written, whole.number, region)) is not None:
            doubt = Doubt(DoubtKind.WHICH_COUNTRY, written.typed, region, format_number(abroad))
            return FoundNumber(written, None, written.typed, written.end, (doubt,))
        if _has_another_beginning(written, whole, region):
            return _found(written, whole, confirmed, Doubt(DoubtKind.UNCERTAIN_END, written.typed))
        ends = _shorter_ends(written, whole.number, is_alone=is_alone)
        is_usual = _is_written_as_usual(written, whole.number) or _is_in_pairs(written)
        if not ends or (not is_alone and is_usual):
            return _found(written, whole, confirmed)
        doubt = Doubt(DoubtKind.UNCERTAIN_END, written.typed)
        part = written.upto(ends[-1])
        # Three digits more are rarely what a prompt begins with.
        if is_alone or len(written.digits) - len(part.digits) > 2:
            return _found(written, whole, confirmed, doubt)
        return _found(part, identify(part.digits, region, part.typed), confirmed, doubt)
    for count in range(1, min(len(written.groups), _GROUPS_MAX)):
        part = written.upto(count)
        if not 7 <= len(part.digits) <= 16:
            continue
        first = identify(part.digits, region)
        if first.recipient is not None and first.doubt is None:
            doubt = Doubt(DoubtKind.UNCERTAIN_END, written.typed)
            return _found(part, first, confirmed, doubt)
    return _found(written, whole, confirmed)


def _found(
    written: WrittenNumber, identified: Identified, confirmed: str | None, *doubts: Doubt
) -> FoundNumber:
    own = identified.doubt
    if own and own.kind is DoubtKind.UNKNOWN_NUMBER and identified.recipient == confirmed:
        own = None
    number = identified.number
    shown = format_number(number) if number is not None else written.typed
    return FoundNumber(
        written,
        identified.recipient,
        shown,
        written.end,
        (*((own,) if own else ()), *doubts),
    )


def _unglued(written: WrittenNumber) -> WrittenNumber | None:
    """Return the number without a last group that is a word's: "7" in "+1 415 555 2671 7pm"."""
    after = written.text[written.end : written.end + 1]
    is_glued = is_cased(after) and len(written.groups) > 1
    return written.upto(len(written.groups) - 1) if is_glued else None


def _has_another_beginning(written: WrittenNumber, whole: Identified, region: str) -> bool:
    """Whether the number could begin after its first digits, a list's: "3. 312 345 6789"."""
    if written.has_plus or len(written.groups) < 2 or written.groups[0][0] > _MARKER_DIGITS:
        return False
    rest = identify(written.digits[written.groups[0][0] :], region)
    return rest.doubt is None and rest.recipient not in (None, whole.recipient)


def _parts_the_code(written: WrittenNumber, number: PhoneNumber) -> bool:
    """Whether what was taken for a country code is written as two things: "+8 495" is not +84."""
    sizes = [size for size, _ in written.groups]
    return written.has_plus and max(sizes) > 1 and sizes[0] < len(str(number.country_code))


def _without_code(written: WrittenNumber, region: str) -> Identified:
    """Return that a number has no country code, or what to write: Russia dials an 8 first."""
    within = identify(written.digits.removeprefix("+"), region)
    if within.number is not None and within.doubt is None:
        instead = format_number(within.number)
        return Identified(None, Doubt(DoubtKind.WRITE_INSTEAD, written.typed, region, instead))
    return Identified(None, Doubt(DoubtKind.NO_COUNTRY_CODE, written.typed))


def _within(written: WrittenNumber, number: PhoneNumber, region: str) -> PhoneNumber | None:
    """Return the number of this country that may be meant, in spite of a "+": "+646 253 0000".

    Its digits stand in the groups that this country writes, and not in those of the other.
    """
    if not written.has_plus or _is_written_as_usual(written, number):
        return None
    own = identify(written.digits.removeprefix("+"), region).number
    if own is None or own == number or not is_dialable(own):
        return None
    return own if [size for size, _ in written.groups] == _usual_groups(own)[1:] else None


def _abroad(written: WrittenNumber, number: PhoneNumber, region: str) -> PhoneNumber | None:
    """Return another country's number that may be meant, its "+" left out: "47 22 12 34 56".

    A country code stands apart there from what follows, and the country that is assumed would not
    write its own number so.
    """
    if written.has_plus:
        return None
    other = identify(f"+{written.digits}", region)
    if other.number is None or other.doubt:
        return None
    if written.follows_a_kind_of_plus:
        return None if other.number == number else other.number
    first = written.digits[: written.groups[0][0]]
    if len(written.groups) < 2 or first != str(other.number.country_code):
        return None
    own = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    is_own = other.number == number or first in re.findall(r"\d+", own)[:1]
    return None if is_own else other.number


def _shorter_ends(written: WrittenNumber, number: PhoneNumber, *, is_alone: bool) -> list[int]:
    """Return after how many groups the number could end as well, and still be one."""
    ends = []
    for count in range(1, min(len(written.groups), _GROUPS_MAX)):
        if is_alone and not _is_slashed(written, count):
            continue
        rest = sum(size for size, _ in written.groups[count:])
        part = shorter(number, rest)
        if part is not None and is_dialable(part):
            ends.append(count)
    return ends


def _is_slashed(written: WrittenNumber, count: int) -> bool:
    start = written.groups[count - 1][1]
    return any(slash in written.text[start : start + 3] for slash in "/／⁄∕")


def _is_written_as_usual(written: WrittenNumber, number: PhoneNumber) -> bool:
    """Whether the digits stand in the groups that the number's own country writes."""
    groups = _usual_groups(number)
    return written.has_plus and [size for size, _ in written.groups] == groups and groups[-1] > 2


def _is_in_pairs(written: WrittenNumber) -> bool:
    """Whether its digits stand in pairs to the end, which are no count of what follows.

    "030 90 18 20 einen Tisch" is one number; in "030 90 18 20 people" there may be twenty of them.
    """
    sizes = [size for size, _ in written.groups]
    return (
        sizes[-_PAIRS:] == [2] * _PAIRS
        and _NOT_COUNTED.match(written.text, written.end) is not None
    )


def _usual_groups(number: PhoneNumber) -> list[int]:
    """Return how many digits stand together in international format, its country code first."""
    usual = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return [len(group) for group in re.findall(r"\d+", usual)]
