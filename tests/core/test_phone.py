"""Numbers: which one some digits are, and how a number is shown."""

import re

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from bot.core.doubt import DoubtKind
from bot.core.phone import format_international, identify, is_e164, masked

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def number_of(region: str, form: int = PhoneNumberFormat.E164) -> str:
    """Return the example number of a country."""
    number = phonenumbers.example_number(region)
    assert number is not None
    return phonenumbers.format_number(number, form)


@pytest.mark.parametrize("region", REGIONS)
def test_a_countrys_number_stays_the_same_when_it_is_read_back_as_shown(region: str) -> None:
    number = number_of(region)

    dialed = identify(number, "US")

    assert (dialed.recipient, dialed.doubt) == (number, None)
    assert identify(format_international(number), "US").recipient == number


@pytest.mark.parametrize("region", REGIONS)
def test_a_countrys_number_is_known_as_it_is_dialed_there(region: str) -> None:
    national = re.sub(r"\D", "", number_of(region, PhoneNumberFormat.NATIONAL))

    assert identify(national, region).recipient == number_of(region)


@given(
    text=st.text("+0123456789", max_size=40) | st.text(max_size=30), region=st.sampled_from(REGIONS)
)
@example(text="9" * 300, region="US")
@example(text="+4946345029250584", region="US")
@example(text="+8121664562818461", region="US")
@example(text="080659634102172", region="DE")
@settings(max_examples=300, deadline=None)
def test_any_digits_are_a_number_in_e164_or_in_doubt(text: str, region: str) -> None:
    identified = identify(text, region)

    assert identified.recipient or identified.doubt
    assert identified.recipient is None or is_e164(identified.recipient)


@pytest.mark.parametrize(
    ("digits", "region"),
    [
        ("+4946345029250584", "US"),
        ("080659634102172", "DE"),
        ("+8121664562818461", "US"),
        ("+626712529950254756", "US"),
    ],
)
def test_a_number_longer_than_can_be_dialed_to_is_too_long(digits: str, region: str) -> None:
    identified = identify(digits, region)

    assert identified.recipient is None
    assert identified.doubt is not None
    assert identified.doubt.kind is DoubtKind.TOO_LONG


# format_international and masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+14155552671", "+1 415-555-2671"),
        ("+442079460018", "+44 20 7946 0018"),
        ("+4930123456", "+49 30 123456"),
    ],
)
def test_a_number_is_shown_in_international_format(number: str, shown: str) -> None:
    assert format_international(number) == shown


def test_a_masked_number_is_its_last_two_digits() -> None:
    assert masked("+14155552671") == "…71"


@pytest.mark.parametrize("region", REGIONS)
def test_a_masked_number_shows_nothing_but_two_digits(region: str) -> None:
    number = number_of(region)

    assert re.sub(r"\D", "", masked(number)) == number[-2:]


@pytest.mark.parametrize("odd", ["x", "", "+", "12", "#a-b c!"])
def test_what_is_no_number_is_shown_as_it_stands(odd: str) -> None:
    assert format_international(odd) == odd


def test_what_is_no_number_is_never_markup() -> None:
    assert format_international("<!channel> *x* `y`") == "?!channel? ?x? ?y?"


def test_no_more_is_shown_of_what_is_no_number_than_a_number_has_room() -> None:
    assert len(format_international("9" * 1000)) == 40
