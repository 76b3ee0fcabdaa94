"""No emergency number gets past the reader, in any way of writing it, and each is told."""

from typing import Final

import pytest

from bot.core.policy.decision import EmergencyNumber
from bot.core.policy.emergency import emergency, emergency_asked_for
from bot.core.reading.reader import Reading, read_number, read_request
from tests.core.policy.test_emergency import NUMBERS

_WAYS: Final = [
    *("{}", "+{}", "tel:{}", "({})", "*{}*", "`{}`", "“{}”", "phone: {}", "{}!", "0{}", "1-{}"),
    *("call {}", "please call {}", "can you phone {} for me", "dial {}, somebody broke in"),
    *("call {}: there is a fire in the kitchen", "there is a fire, call {}"),
]
# What stands between the digits, and where the number is dialed.
_BETWEEN: Final = [("", "US"), (" ", "DE"), ("-", "AU"), (".", "US")]


def _is_told(reading: Reading, region: str) -> bool:
    """Whether nothing is dialed and the person is told why, as `CallService.check_number` does."""
    if reading.recipient is not None:
        return isinstance(emergency(reading.recipient), EmergencyNumber)
    fact = emergency(reading.number, region)
    return (fact or emergency_asked_for(reading.prompt, region)) is not None


@pytest.mark.parametrize("way", _WAYS)
def test_a_command_or_mention_with_an_emergency_number_is_told_so(way: str) -> None:
    missed = [
        (region, typed)
        for number in NUMBERS
        for between, region in _BETWEEN
        if not _is_told(read_request(typed := way.format(between.join(number)), region), region)
    ]
    assert missed == []


@pytest.mark.parametrize("way", ["{}", "+{}", "tel:{}", "({})", "*{}*", "phone: {}", "0{}", "1-{}"])
def test_a_forms_number_that_is_an_emergency_number_is_told_so(way: str) -> None:
    missed = [
        (region, typed)
        for number in NUMBERS
        for between, region in _BETWEEN
        if not _is_told(read_number(typed := way.format(between.join(number)), region), region)
    ]
    assert missed == []


def test_behind_two_digits_words_make_a_count_which_is_asked_about_and_never_dialed() -> None:
    for number in ("15", "17", "18"):
        reading = read_request(f"{number} my house burns, come at once", "FR")
        assert reading.recipient is None
        assert not _is_told(reading, "FR")


@pytest.mark.parametrize(
    "text",
    [
        "call 15 people about the party",
        "phone 18 florists for me",
        "book a table for 17",
        "my order is 911",
        "call me at 110 Main Street",
        "",
    ],
)
def test_a_count_in_a_text_without_a_number_is_no_emergency(text: str) -> None:
    assert emergency_asked_for(text, "US") is None


@pytest.mark.parametrize("number", ["0112 345 678", "011 2 345 678", "tel:0112345678"])
def test_an_ordinary_number_of_sri_lanka_that_begins_with_112_is_read(number: str) -> None:
    reading = read_request(f"{number}, ask whether they are open on Friday", "LK")
    assert reading.recipient == "+94112345678"
    assert reading.is_unambiguous
    assert emergency(reading.recipient) is None
