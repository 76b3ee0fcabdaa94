"""Reading what people type: whom to call and what for, and what of that is not certain. Pure.

Whatever surrounds, separates or writes a number's digits, the number is found or asked back, and
never another one taken for certain: digits that may still belong to it make its end uncertain.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.core.doubt import CONFIRMABLE, Doubt, DoubtKind
from bot.core.prompt import doubt_about_prompt, tidy_prompt
from bot.core.reading.call_time import call_time
from bot.core.reading.found_number import FoundNumber, read_written
from bot.core.reading.go_ahead import awaited_word
from bot.core.reading.later_number import names_another_later
from bot.core.reading.negation import asks_for_no_call, is_negated
from bot.core.reading.odd_numbers import read_odd
from bot.core.reading.surroundings import (
    Position,
    doubts_about,
    doubts_after,
    is_likely,
    is_torn,
    likelihood,
    position_of,
    prompt_after,
    without_addresses,
)
from bot.core.reading.written import SEARCHED, WrittenNumber, numbers_in, tidy

__all__ = [
    "Position",
    "Reading",
    "find_number",
    "has_number",
    "read_message",
    "read_number",
    "read_request",
]

# Right-to-left override: what stands behind it is shown in reverse, digits too.
_REVERSING: Final = "\u202e"
# A number field shows no more.
_FIELD_MAX: Final = 100
# Of a longer text only so many numbers are looked at.
_CANDIDATES_MAX: Final = 6


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
    def asked_about(self) -> str | None:
        """The number to which a yes is needed because the metadata does not know it."""
        is_unknown = any(doubt.kind is DoubtKind.UNKNOWN_NUMBER for doubt in self.doubts)
        return self.recipient if is_unknown else None

    @property
    def asks_for_no_call(self) -> bool:
        """Whether it asks that a number is not called, or that a call does not go."""
        return any(doubt.kind is DoubtKind.NOT_TO_CALL for doubt in self.doubts)

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
    reading = _as_shown(text, _read_request(tidy_prompt(text), region, confirmed))
    if reading.recipient is None or reading.asks_for_no_call:
        return reading
    time = call_time(reading.prompt) or awaited_word(reading.prompt)
    if time is None:
        return reading
    return replace(reading, doubts=(*reading.doubts, Doubt(DoubtKind.CALL_TIME, time)))


def _read_request(text: str, region: str, confirmed: str | None) -> Reading:
    searched = text[:SEARCHED]
    written = numbers_in(without_addresses(searched))
    position = position_of(searched, written[0]) if written else Position.NONE
    if position is Position.NONE or _is_count(searched, written):
        return _elsewhere(text, written, region, confirmed)
    found = read_written(written[0], region, confirmed)
    if _is_negated(text, found):
        return _not_to_call(text, found, position)
    if not found.is_number and (odd := read_odd(found, region)) is not None:
        return _reading(odd, prompt_after(text, odd.end, []), position, list(odd.doubts))
    if not found.is_number and _is_something_else(written):
        return _elsewhere(text, written, region, confirmed)
    doubts = [*doubts_about(found), *doubts_after(text, found, written, region)]
    if not doubts and names_another_later(searched, found, written, region):
        doubts.append(Doubt(DoubtKind.SEVERAL_NUMBERS, found.written.typed))
    return _reading(found, prompt_after(text, found.end, doubts), position, doubts)


def read_message(text: str, attached: str, region: str) -> Reading:
    """Return how a request reads that others' words came with: a forwarded message.

    What the call is for may stand there; a number that only stands there is asked back.
    """
    own = read_request(text, region)
    if not attached:
        return own
    whole = read_request(f"{text}\n{attached}", region)
    if not whole.is_unambiguous or whole.recipient == own.recipient:
        return whole
    return replace(whole, doubts=(Doubt(DoubtKind.ELSEWHERE, whole.number),))


def read_number(text: str, region: str, *, confirmed: str | None = None) -> Reading:
    """Return how a text reads in which nothing but a number should stand; it has no prompt."""
    return _as_shown(text, _read_number(tidy(text[:SEARCHED]), region, confirmed))


def _read_number(text: str, region: str, confirmed: str | None) -> Reading:
    written = numbers_in(text)
    if not written:
        kind = DoubtKind.NOT_ONLY_A_NUMBER if text else DoubtKind.NO_NUMBER
        return Reading(None, text[:_FIELD_MAX], "", Position.NONE, (Doubt(kind, text),))
    position = position_of(text, written[0])
    found = read_written(written[0], region, confirmed, is_alone=True)
    if not found.is_number and (odd := read_odd(found, region)) is not None:
        return _reading(odd, "", position, list(odd.doubts), without_prompt=True)
    doubts = [*doubts_about(found), *doubts_after(text, found, written, region)]
    after = text[found.end :]
    if not doubts and (position is Position.NONE or _has_words(after)):
        doubts.append(Doubt(DoubtKind.NOT_ONLY_A_NUMBER, text, instead=found.shown))
    return _reading(found, "", position, doubts, without_prompt=True)


def find_number(text: str, region: str) -> Reading:
    """Return the number that a whole message is about; its prompt is the message."""
    text = tidy_prompt(text)
    return _elsewhere(text, numbers_in(without_addresses(text[:SEARCHED])), region, None)


def has_number(text: str) -> bool:
    """Return whether something stands in a text that may be a phone number."""
    searched = text[:SEARCHED]
    return any(is_likely(searched, one) for one in numbers_in(without_addresses(searched)))


def _as_shown(text: str, reading: Reading) -> Reading:
    """Return a reading, in doubt if its person sees the digits in another order than we do."""
    if reading.recipient is None or _REVERSING not in text[:SEARCHED]:
        return reading
    return replace(reading, doubts=(*reading.doubts, Doubt(DoubtKind.UNCERTAIN_END)))


def _is_count(text: str, written: list[WrittenNumber]) -> bool:
    """Whether a text begins with digits that are no number: "2 tickets, …", "12/24/2026 …"."""
    first, *others = written
    if first.is_moment:
        return True
    length = len(first.digits)
    has_another = any(is_likely(text, other) for other in others)
    return not first.has_plus and (length < 3 or (length < 7 and has_another))


def _is_something_else(written: list[WrittenNumber]) -> bool:
    """Whether what a text begins with is no number, and one follows: a postal code."""
    first, *others = written
    has_another = any(other.has_plus and len(other.digits) > 7 for other in others[:1])
    return has_another and not first.has_plus and len(first.digits) != 7


def _elsewhere(
    text: str, written: list[WrittenNumber], region: str, confirmed: str | None
) -> Reading:
    """Return the number that stands somewhere in a text; the whole text is what it is for."""
    candidates = [one for one in written if is_likely(text, one)]
    found = [read_written(one, region, confirmed) for one in candidates[:_CANDIDATES_MAX]]
    all_numbers = {one.recipient: one for one in reversed(found) if one.is_number}
    if not all_numbers:
        return _no_number(text, found)
    numbers = {key: one for key, one in all_numbers.items() if not _is_negated(text, one)}
    if not numbers:
        first = min(all_numbers.values(), key=lambda one: one.written.start)
        return _not_to_call(text, first, Position.ELSEWHERE)
    best = max(likelihood(text, one) for one in numbers.values())
    likely = [one for one in numbers.values() if likelihood(text, one) == best]
    chosen = min(likely, key=lambda one: one.written.start)
    doubts = [Doubt(DoubtKind.ELSEWHERE, chosen.shown), *chosen.doubts]
    if len(likely) > 1:
        doubts.append(Doubt(DoubtKind.SEVERAL_NUMBERS, chosen.shown))
    elif is_torn(text, chosen):
        doubts.append(Doubt(DoubtKind.UNCERTAIN_END, chosen.written.typed))
    else:
        doubts += doubts_after(text, chosen, written, region)
    return _reading(chosen, text, Position.ELSEWHERE, doubts)


def _is_negated(text: str, found: FoundNumber) -> bool:
    is_asked_for = likelihood(text, found)[0]
    return is_negated(text, found.written.start, found.end, is_asked_for=is_asked_for)


def _not_to_call(text: str, found: FoundNumber, position: Position) -> Reading:
    """Return a text as it asks that a number is not called, which is all that counts then."""
    doubt = Doubt(DoubtKind.NOT_TO_CALL, found.shown)
    number = tidy(found.shown)[:_FIELD_MAX]
    return Reading(found.recipient, number, text, position, (doubt,))


def _no_number(text: str, found: list[FoundNumber]) -> Reading:
    """Return a text without a number that can be dialed, and why what looks like one is none."""
    if asks_for_no_call(text):
        return Reading(None, "", text, Position.NONE, (Doubt(DoubtKind.NOT_TO_CALL),))
    likely = [one for one in found if any(likelihood(text, one)) or _can_be_mended(one)]
    if not likely:
        doubts = [Doubt(DoubtKind.NO_NUMBER)]
        return Reading(None, "", text, Position.NONE, _with_prompt(doubts, text))
    typed = likely[0].written.typed[:_FIELD_MAX]
    return Reading(
        None, typed, text, Position.ELSEWHERE, _with_prompt(list(likely[0].doubts), text)
    )


def _can_be_mended(found: FoundNumber) -> bool:
    """Whether it is not just some digits: what to write instead is known, or it is grouped."""
    return found.written.is_grouped or any(doubt.instead for doubt in found.doubts)


def _reading(
    found: FoundNumber,
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


def _has_words(after: str) -> bool:
    return any(character.isalnum() for character in after)
