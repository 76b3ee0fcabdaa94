"""Whom a visitor of the demo can call: example numbers from around the world. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from phonenumbers import (
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
)

from bot.core.policy.zones import principal_zone

_COUNTRIES: Final = {
    "AU": "Australia",
    "BR": "Brazil",
    "CA": "Canada",
    "FR": "France",
    "DE": "Germany",
    "IN": "India",
    "JP": "Japan",
    "GB": "United Kingdom",
}


@dataclass(frozen=True)
class Stranger:
    """Somebody to call; `zone` is None where nobody can tell the hour."""

    name: str
    number: str
    zone: str | None


def _strangers() -> Iterator[Stranger]:
    # Where the numbers are whose last digits decide how a call goes.
    yield Stranger("San Francisco", "+1 415-555-2600", "America/Los_Angeles")
    for region, name in _COUNTRIES.items():
        number = _example(region, PhoneNumberType.FIXED_LINE)
        yield Stranger(name, number, principal_zone(region).key)
    yield Stranger("A premium-rate line", _example("US", PhoneNumberType.PREMIUM_RATE), None)
    yield Stranger("An emergency number", "911", None)


def _example(region: str, number_type: int) -> str:
    number = example_number_for_type(region, number_type)
    if number is None:
        raise LookupError(f"no example of type {number_type} in {region}")
    return str(format_number(number, PhoneNumberFormat.INTERNATIONAL))


STRANGERS: Final = tuple(_strangers())
