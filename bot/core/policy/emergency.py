"""Rule: emergency numbers and crisis lines are never called, whatever the settings say. Pure.

Source: 47 CFR 64.1200(a)(1)(i) forbids artificial voices on emergency lines; libphonenumber's
short-number metadata name the emergency numbers of each region, and `crisis_lines` the others.
A number is refused if it is an emergency number anywhere, as a whole or after a country code.
`connects_to_emergency_number` is no help: it takes LK 0112 345 678 for a call to 112.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata
from phonenumbers.shortnumberinfo import SUPPORTED_SHORT_REGIONS

from bot.core.policy.crisis_lines import LINES, Helpline
from bot.core.policy.decision import CrisisLine, EmergencyNumber
from bot.core.remembered import remembered

# The longest emergency number in the metadata; most of what is asked about is longer.
LONGEST: Final = 6
# With a prefix, a country code and a trunk prefix.
_LONGEST_WRITTEN: Final = LONGEST + 4 + 3 + 2
_PLUS: Final = "+＋"
# What stands before a country code, where it is not a plus: see ITU's list of dialing procedures.
_INTERNATIONAL_PREFIXES: Final = ("00", "011", "0011", "010", "810", "119", "009", "001")
_TRUNK_PREFIXES: Final = ("0", "1", "8", "01", "06")
_LABEL: Final = re.compile(r"\s*tel\s*:?", re.IGNORECASE)
# An extension, a pause or a parameter of a tel: address ends the number (RFC 3966).
_NUMBER: Final = re.compile(r"[^A-Za-z;,]*")

# A number that a text is nothing but, or asks to call. Two digits before a word count something:
# "call 15 people".
_ASKED: Final = re.compile(
    r"(?:^\W*|\b(?:call|dial|phone|ring)(?:\s+the)?\W+)(?:(?:tel|phone)\W+)?"
    r"(\d(?:[ .-]?\d){2,5}(?!\w)|\d[ .-]?\d(?=\W*$|[^\w\s]*[.,;:!?]|\s+(?:now|please|for me)\b))",
    re.IGNORECASE,
)


class _National(NamedTuple):
    """What may be meant; if it is not certain, an ordinary number of the same digits goes first."""

    calling_code: int | None
    number: str
    is_certain: bool


def _lines_by_number() -> dict[str, tuple[Helpline, ...]]:
    lines: dict[str, tuple[Helpline, ...]] = {}
    for line in LINES:
        lines[line.national] = (*lines.get(line.national, ()), line)
    return lines


_LINES: Final = _lines_by_number()


# One call asks for the same number several times within seconds.
@remembered(4096)
def emergency(written: str, region: str = "ZZ") -> EmergencyNumber | CrisisLine | None:
    """Return what the number, in any way of writing it, must never be called for, or None.

    `region` is where a number without a country code is dialed, as when numbers are read.
    """
    number = _NUMBER.match(_LABEL.sub("", written, count=1))
    text = number[0].strip() if number else ""
    digits = phonenumbers.normalize_digits_only(text)
    if not digits:
        return None
    if is_emergency_digits(digits):
        return EmergencyNumber(digits)
    if len(digits) <= _LONGEST_WRITTEN:
        return _short(text, digits, region)
    return _full_length(text, digits, region)


def emergency_asked_for(text: str, region: str) -> EmergencyNumber | CrisisLine | None:
    """Return what a text in which no number was found asks to call all the same, or None."""
    found = (emergency(match[1], region) for match in _ASKED.finditer(text))
    return next((fact for fact in found if fact is not None), None)


def _short(text: str, digits: str, region: str) -> EmergencyNumber | CrisisLine | None:
    for code, national, is_certain in _nationals(digits, text[0] in _PLUS, region):
        if not is_emergency_digits(national) and _line(code, national) is None:
            continue
        if not is_certain and _is_valid(text, region):
            continue
        if is_emergency_digits(national):
            return EmergencyNumber(national)
        return _line(code, national)
    return _full_length(text, digits, region)


def _full_length(text: str, digits: str, region: str) -> CrisisLine | None:
    if text[0] in _PLUS:
        return _line(*_split(digits))
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return _line(parsed.country_code, phonenumbers.national_significant_number(parsed))


def _line(code: int | None, national: str) -> CrisisLine | None:
    """Return the crisis line of that number; without a code, that of any country."""
    for line in _LINES.get(national, ()):
        if code in line.calling_codes or code is None:
            return CrisisLine(national, line.name)
    return None


def is_emergency_digits(digits: str) -> bool:
    """Whether `is_emergency_number` holds for these digits, alone, in some region."""
    return len(digits) <= LONGEST and _every_region()(digits) is not None


@lru_cache(maxsize=1)
def _every_region() -> Callable[[str], re.Match[str] | None]:
    """Return what `is_emergency_number` asks of each region, as one question."""
    patterns = {
        metadata.emergency.national_number_pattern or ""
        for region in SUPPORTED_SHORT_REGIONS
        if (metadata := PhoneMetadata.short_metadata_for_region(region)) and metadata.emergency
    }
    return re.compile("|".join(sorted(patterns - {""}))).fullmatch


def _nationals(digits: str, has_plus: bool, region: str) -> Iterator[_National]:
    """Yield the national numbers that the digits may stand for."""
    own_code = phonenumbers.country_code_for_region(region) or None
    if has_plus:
        yield from _after_code(digits, is_certain=True)
        return
    if len(digits) <= LONGEST:
        # Where it is not a number of the region, people mean what it is elsewhere.
        yield _National(None, digits, is_certain=False)
    yield _National(own_code, digits, is_certain=True)
    for prefix in _TRUNK_PREFIXES:
        if digits.startswith(prefix):
            yield _National(own_code, digits.removeprefix(prefix), is_certain=False)
    for prefix in _INTERNATIONAL_PREFIXES:
        if digits.startswith(prefix):
            yield from _after_code(digits.removeprefix(prefix), is_certain=prefix == "00")
    if digits.startswith(str(own_code)):
        yield _National(own_code, digits.removeprefix(str(own_code)), is_certain=False)


def _after_code(digits: str, *, is_certain: bool) -> Iterator[_National]:
    code, national = _split(digits)
    if code is None:
        return
    yield _National(code, national, is_certain)
    for prefix in _TRUNK_PREFIXES:
        if national.startswith(prefix):
            yield _National(code, national.removeprefix(prefix), is_certain=False)


def _split(digits: str) -> tuple[int | None, str]:
    """Return the calling code at the beginning, and what follows it; no code begins another."""
    for length in (1, 2, 3):
        code = digits[:length]
        if len(code) == length and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return int(code), digits[length:]
    return None, digits


def _is_valid(text: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False
