"""Finding, checking and formatting phone numbers. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from babel import Locale
from phonenumbers import PhoneNumberFormat, ValidationResult

from bot.core.errors import InvalidNumber

# Digits of every script, and what people write between them.
_WRITTEN: Final = re.compile(r"[+＋]?[\d\s().\-‐‑‒–—/\u2060\u200b]*\d[\s.]*")
# In "+14155552671 7pm" the 7 is not the number's.
_LEADING: Final = re.compile(r"[+＋]?[\d\s().\-‐‑‒–—/\u2060\u200b]*\d(?!\w)")
_SEPARATORS: Final = " \t\r\n,;:.–—-"
_EXAMPLE: Final = "for example +1 415 555 2671"
_WITH_ARTICLE: Final = {"AE", "BS", "CF", "CG", "DO", "FK", "FO", "GB", "GM", "KM", "KY", "MH",
                        "MP", "MV", "NL", "PH", "SB", "SC", "TC", "US", "VG", "VI"}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What was made of "NUMBER PROMPT": both as typed, and whether it is sure."""

    number: str
    prompt: str
    sure: bool = False


# One call asks for the same number several times within seconds.
@lru_cache(maxsize=1024)
def parse(text: str, region: str) -> str:
    """Return `text`'s number in E.164; `region` is the country of a number without +.

    Raises `InvalidNumber`, which says what is wrong. Letters are refused rather than turned into
    digits: "030 123456 ask" must not ring 030 123456 275.
    """
    written = text.strip().removeprefix("tel:")
    if not written:
        raise InvalidNumber(f"Enter the number to ring, {_EXAMPLE}.")
    if not _WRITTEN.fullmatch(written):
        raise InvalidNumber(
            f"“{_short(written)}” is not only a number. Leave out letters and extensions, "
            f"{_EXAMPLE}; what the call is for belongs in the other field."
        )
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidNumber(_unparsed(error, written)) from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidNumber(_invalid(number, written, region))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def read(text: str, region: str) -> Reading:
    """Return how "NUMBER PROMPT" reads; `region` is the country of a number without +.

    It is sure if there is one way to read it: a valid number, then a prompt that does not begin
    with a digit. "+4930123456 2 tickets" is not: both +4930123456 and +49301234562 exist.
    """
    text = text.strip()
    match = _LEADING.match(text)
    if match is None:
        return Reading("", text)
    number, prompt = match[0], text[match.end() :].lstrip(_SEPARATORS)
    shorter = [number[: end.start()] for end in re.finditer(r"(?<=\d)(?=\D)", number)]
    if shorter and _is_valid(shorter[0], region):
        return Reading(shorter[0], text[len(shorter[0]) :].lstrip(_SEPARATORS))
    ambiguous = any(_is_valid(written, region) for written in shorter)
    sure = bool(prompt) and not prompt[0].isdigit() and not ambiguous and _is_valid(number, region)
    return Reading(number, prompt, sure=sure)


def find(text: str, region: str) -> str:
    """Return the first number in `text` that can be dialed, as it stands there; empty for none."""
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        if _is_valid(match.raw_string, region):
            return str(match.raw_string)
    return ""


@lru_cache(maxsize=1024)
def format_international(number: str) -> str:
    """Return an E.164 number in international format: +1 415-555-2671."""
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def masked(number: str) -> str:
    """Return the number as logs may show it: its last two digits."""
    return f"…{number[-2:]}"


def _is_valid(text: str, region: str) -> bool:
    try:
        return bool(parse(text, region))
    except InvalidNumber:
        return False


def _unparsed(error: phonenumbers.NumberParseException, written: str) -> str:
    match error.error_type:
        case phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            return (
                f"“{_short(written)}” does not begin with a country code that exists, {_EXAMPLE}."
            )
        case phonenumbers.NumberParseException.TOO_LONG:
            return f"“{_short(written)}” is too long for a phone number, {_EXAMPLE}."
        case _:
            return f"“{_short(written)}” is too short for a phone number, {_EXAMPLE}."


def _invalid(number: phonenumbers.PhoneNumber, written: str, default: str) -> str:
    country = _country(number.country_code or 0, default)
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT:
            trouble = f"is too short for {country}"
        case ValidationResult.TOO_LONG:
            trouble = f"is too long for {country}"
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            trouble = f"is too short for {country}: its area code is missing"
        case ValidationResult.INVALID_LENGTH:
            trouble = f"has a length that no number in {country} has"
        case _:
            trouble = f"is not a number in use in {country}"
    return f"“{_short(written)}” {trouble}. Check the digits, and the country code, {_EXAMPLE}."


def _country(code: int, default: str) -> str:
    regions = phonenumbers.region_codes_for_country_code(code)
    region = default if default in regions else phonenumbers.region_code_for_country_code(code)
    name = Locale("en").territories.get(region)
    if region in {"001", "ZZ"} or name is None:
        return f"country code +{code}"
    return f"the {name}" if region in _WITH_ARTICLE else name


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:29] + "…"
