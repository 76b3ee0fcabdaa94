"""The reader: whom to call and what for, out of what people type, and what is not certain."""

import pytest

from bot.core.reader import read_request


@pytest.mark.parametrize(
    "text",
    [
        "*+1 415 555 2671* book a table for two",
        "“+1 415 555 2671” book a table for two",
        "TEL: +14155552671 book a table for two",
        "please call +1 (415) 555-2671 and book a table for two",
    ],
)
def test_a_number_first_or_after_a_call_word_is_placed(text: str) -> None:
    reading = read_request(text, "US")

    assert reading.is_unambiguous
    assert reading.recipient == "+14155552671"
    assert reading.prompt == "book a table for two"
