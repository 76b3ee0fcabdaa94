"""What libphonenumber's metadata tell of a number: its kind, its region, its calling code. Pure."""

from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from bot.core.phone import parse_number
from bot.core.policy.decision import NumberType
from bot.core.remembered import remembered

# libphonenumber's region of the calling codes that belong to no country (ITU-T E.164, annex A).
_NO_REGION: Final = "001"
_TYPES: Final = {
    PhoneNumberType.FIXED_LINE: NumberType.FIXED_LINE,
    PhoneNumberType.MOBILE: NumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: NumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST: NumberType.SHARED_COST,
    PhoneNumberType.VOIP: NumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: NumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER: NumberType.PAGER,
    PhoneNumberType.UAN: NumberType.COMPANY_WIDE,
    PhoneNumberType.VOICEMAIL: NumberType.VOICEMAIL,
}


@dataclass(frozen=True)
class NumberFacts:
    """A number's kind and home; `region` is None for no country and for what cannot be told."""

    parsed: PhoneNumber
    number_type: NumberType
    region: str | None
    calling_code: int
    is_of_no_country: bool

    @property
    def possible_regions(self) -> tuple[str, ...]:
        """The regions of its calling code, the main one first; empty if of no country."""
        if self.is_of_no_country:
            return ()
        return tuple(phonenumbers.region_codes_for_country_code(self.calling_code))


def facts_of(number: str) -> NumberFacts | None:
    """Return what is known about a number, None for what is none; it may be any text."""
    try:
        return number_facts(number)
    except NumberParseException:
        return None


# One call asks several times within seconds, and a number that is called once is called again.
@remembered(4096)
def number_facts(number: str) -> NumberFacts:
    """Return what is known about an E.164 number."""
    parsed = parse_number(number)
    code = parsed.country_code or 0
    of_no_country = phonenumbers.region_code_for_country_code(code) == _NO_REGION
    return NumberFacts(
        parsed=parsed,
        number_type=_TYPES.get(phonenumbers.number_type(parsed), NumberType.UNKNOWN),
        region=None if of_no_country else phonenumbers.region_code_for_number(parsed),
        calling_code=code,
        is_of_no_country=of_no_country,
    )
