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


def test_each_countrys_number_stays_the_same_when_it_is_read_back_as_shown() -> None:
    numbers = [number_of(region) for region in REGIONS]

    dialed = {number: identify(number, "US") for number in numbers}
    shown = {number: identify(format_international(number), "US") for number in numbers}

    assert {number: (read.recipient, read.doubt) for number, read in dialed.items()} == {
        number: (number, None) for number in numbers
    }
    assert {number: read.recipient for number, read in shown.items()} == {
        number: number for number in numbers
    }


def test_each_countrys_number_is_known_as_it_is_dialed_there() -> None:
    national = {
        region: re.sub(r"\D", "", number_of(region, PhoneNumberFormat.NATIONAL))
        for region in REGIONS
    }

    assert {region: identify(digits, region).recipient for region, digits in national.items()} == {
        region: number_of(region) for region in REGIONS
    }


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


def test_a_masked_number_shows_nothing_but_two_digits() -> None:
    numbers = [number_of(region) for region in REGIONS]

    assert {number: re.sub(r"\D", "", masked(number)) for number in numbers} == {
        number: number[-2:] for number in numbers
    }


@pytest.mark.parametrize("odd", ["x", "", "+", "12", "#a-b c!"])
def test_what_is_no_number_is_shown_as_it_stands(odd: str) -> None:
    assert format_international(odd) == odd


def test_what_is_no_number_is_never_markup() -> None:
    assert format_international("<!channel> *x* `y`") == "?!channel? ?x? ?y?"


def test_no_more_is_shown_of_what_is_no_number_than_a_number_has_room() -> None:
    assert len(format_international("9" * 1000)) == 40
