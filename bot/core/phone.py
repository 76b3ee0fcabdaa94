"""Phone numbers: which one some digits are, whether it can be dialed, how it is shown. Pure."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import FrozenPhoneNumber, PhoneNumber, PhoneNumberFormat, ValidationResult

from bot.core.doubt import Doubt, DoubtKind
from bot.core.reading.written import western
from bot.core.remembered import remembered

# A number of North America: area code and exchange begin with 2 to 9, and neither is 911.
_NORTH_AMERICAN: Final = re.compile(r"(?!.11)[2-9]\d\d(?!.11)[2-9]\d{6}")
_NORTH_AMERICA: Final = 1
_E164: Final = re.compile(r"\+[1-9][0-9]{4,14}")
_E164_DIGITS: Final = 15
_LONGEST: Final = 20
# No number is longer in international format.
_SHOWN_MAX: Final = 40
_MARKUP: Final = re.compile(r"[<>&`*_~]")


@dataclass(frozen=True)
class Identified:
    """Which number some digits are, in E.164, and what is doubtful about it; either or both."""

    recipient: str | None
    doubt: Doubt | None = None
    number: PhoneNumber | None = None


def identify(digits: str, region: str, typed: str = "") -> Identified:
    """Return which number `digits` are; `region` is the country of one without a "+".

    A number that is possible and unknown to the metadata is returned with the doubt
    `UNKNOWN_NUMBER` if it was typed with a "+".
    """
    typed = typed or digits
    if len(digits) > _LONGEST:
        return Identified(None, Doubt(DoubtKind.TOO_LONG, typed))
    try:
        number = _parse(digits, region)
    except phonenumbers.NumberParseException as error:
        return _instead(digits, region, typed, Doubt(_unparsed(error), typed))
    has_plus = digits.startswith("+")
    if has_plus and not western(digits).endswith(_national(number)):
        # The metadata's rules for dialing within a country have made another number of it.
        instead = format_number(number) if is_dialable(number) else ""
        kind = DoubtKind.WRITE_INSTEAD if instead else DoubtKind.NOT_IN_USE
        country = _country(number.country_code or 0, region)
        return Identified(None, Doubt(kind, typed, country, instead))
    if is_dialable(number):
        if not has_plus and _lacks_trunk_prefix(number, digits, region):
            instead = format_number(number)
            return Identified(None, Doubt(DoubtKind.AREA_CODE_MISSING, typed, region, instead))
        return Identified(e164(number), None, number)
    doubt = Doubt(_reason(number), typed, _country(number.country_code or 0, region))
    if doubt.kind is DoubtKind.NOT_IN_USE and has_plus and not _cannot_exist(number):
        return Identified(
            e164(number), Doubt(DoubtKind.UNKNOWN_NUMBER, typed, doubt.country), number
        )
    return _instead(digits, region, typed, doubt)


# One call asks for the same number several times within seconds, as it was typed and in E.164.
@remembered(4096)
def parse_number(digits: str, region: str = "") -> FrozenPhoneNumber:
    """Return which number digits are, in that region; raises `NumberParseException`."""
    return FrozenPhoneNumber(phonenumbers.parse(digits, region or None))


def _parse(digits: str, region: str) -> FrozenPhoneNumber:
    if digits.startswith("+"):
        # The region tells nothing of it, unless it is no number otherwise.
        with suppress(phonenumbers.NumberParseException):
            return parse_number(digits)
    return parse_number(digits, region)


def is_dialable(number: PhoneNumber) -> bool:
    """Whether it is a number that can be dialed from another country."""
    return (
        phonenumbers.is_valid_number(number)
        # Germany's, Japan's and others' own plans have longer numbers than can be dialed to.
        and is_e164(e164(number))
        # "310-1234" is a number within Canada alone.
        and not (number.country_code == _NORTH_AMERICA and len(_national(number)) != 10)
    )


def is_e164(text: str) -> bool:
    """Whether a text is a number in E.164."""
    return _E164.fullmatch(text) is not None


def e164(number: PhoneNumber) -> str:
    """Return a number in E.164."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shorter(number: PhoneNumber, by: int) -> PhoneNumber | None:
    """Return the number without its last `by` digits, None if nothing is left of it."""
    national = _national(number)[:-by]
    if not national.strip("0"):
        return None
    zeros = len(national) - len(national.lstrip("0"))
    return PhoneNumber(
        country_code=number.country_code,
        national_number=int(national),
        italian_leading_zero=bool(zeros) or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def format_international(number: str) -> str:
    """Return an E.164 number in international format: +1 415-555-2671; else what it is."""
    try:
        return format_number(parse_number(number))
    except phonenumbers.NumberParseException:
        # A row may hold anything, and what stands beside it in a list is to be shown; as Slack's
        # markup it would be live.
        return _MARKUP.sub("?", number[:_SHOWN_MAX])


def masked(number: str) -> str:
    """Return the number as logs may show it: its last two digits."""
    return f"…{number[-2:]}"


def format_number(number: PhoneNumber) -> str:
    """Return a number in international format: +1 415-555-2671."""
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _national(number: PhoneNumber) -> str:
    return phonenumbers.national_significant_number(number)


def _lacks_trunk_prefix(number: PhoneNumber, digits: str, region: str) -> bool:
    """Whether it was typed as people dial within a town, where others would dial a 0 first."""
    if not digits.startswith(_national(number)):
        return False
    matcher = phonenumbers.PhoneNumberMatcher(digits, region)
    return not any(match.raw_string == digits for match in matcher)


def _reason(number: PhoneNumber) -> DoubtKind:
    length = len(_national(number))
    if len(e164(number)) > len("+") + _E164_DIGITS:
        return DoubtKind.TOO_LONG
    if number.country_code == _NORTH_AMERICA and length == 7:
        return DoubtKind.AREA_CODE_MISSING
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT:
            return DoubtKind.TOO_SHORT
        case ValidationResult.TOO_LONG:
            return DoubtKind.TOO_LONG
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return DoubtKind.AREA_CODE_MISSING
        case ValidationResult.INVALID_LENGTH:
            return DoubtKind.WRONG_LENGTH
        case _:
            return DoubtKind.NOT_IN_USE


def _cannot_exist(number: PhoneNumber) -> bool:
    return not is_e164(e164(number)) or (
        number.country_code == _NORTH_AMERICA
        and _NORTH_AMERICAN.fullmatch(_national(number)) is None
    )


def _unparsed(error: phonenumbers.NumberParseException) -> DoubtKind:
    match error.error_type:
        case phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            return DoubtKind.NO_COUNTRY_CODE
        case phonenumbers.NumberParseException.TOO_LONG:
            return DoubtKind.TOO_LONG
        case _:
            return DoubtKind.TOO_SHORT


def _instead(digits: str, region: str, typed: str, doubt: Doubt) -> Identified:
    """Return the doubt about a number, or what to write instead where that is clear."""
    for guess in _guesses(digits):
        try:
            number = phonenumbers.parse(guess, region)
        except phonenumbers.NumberParseException:
            continue
        if is_dialable(number):
            instead = format_number(number)
            return Identified(None, Doubt(DoubtKind.WRITE_INSTEAD, typed, doubt.country, instead))
    return Identified(None, doubt)


def _guesses(digits: str) -> list[str]:
    """Return what may have been meant: "0044 20 …", "44 20 …", "+52 1 55 …"."""
    plain = digits.lstrip("+")
    guesses = [
        "+" + plain.removeprefix(prefix)
        for prefix in ("00", "011", "0011", "010")
        if plain.startswith(prefix)
    ]
    if not digits.startswith("+"):
        # An 8 is dialed first within Russia.
        guesses += ["+7" + plain[1:]] if len(plain) == 11 and plain.startswith("8") else []
        return guesses + (["+" + plain] if len(plain) > 10 else [])
    for length in (1, 2, 3):
        rest = plain[length:]
        # Mexico dialed a 1 before mobile numbers until 2019; other countries have a 0 or an 8.
        if rest.startswith(("1", "0", "8")):
            guesses.append(f"+{plain[:length]}{rest[1:]}")
    return guesses


def _country(code: int, default: str) -> str:
    """Return the region that has the country code, or the code if it belongs to none alone."""
    regions = phonenumbers.region_codes_for_country_code(code)
    region = default if default in regions else phonenumbers.region_code_for_country_code(code)
    return f"+{code}" if region in {"001", "ZZ"} else region
