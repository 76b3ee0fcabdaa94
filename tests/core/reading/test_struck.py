"""What is struck through or quoted asks for no call by itself."""

import pytest

from bot.core.reading.reader import read_request


@pytest.mark.parametrize(
    "text",
    [
        "~+1 415 555 2671 book a table for two~",
        "~call +1 415 555 2671 and book a table for two~",
        "~call +1 415 555 2671~ book a table for two",
        "> +1 415 555 2671 book a table for two",
        "> +1 415 555 2671 book a table for two\nwhat do you think",
        ">>> Hello\n+1 415 555 2671 book a table for two",
    ],
)
def test_words_that_are_not_meant_as_they_stand_need_a_yes(text: str) -> None:
    reading = read_request(text, "US")

    assert (reading.is_unambiguous, reading.is_confirmable) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "~+1 415 555 2671~ book a table for two",
        "+1 415 555 2671 book a ~small~ large table",
        "+1 415 555 2671 book a table for ~5 people",
        "+1 415 555 2671 ask them:\n> is it ready?",
        "<+1 415 555 2671> book a table for two",
    ],
)
def test_other_strikes_and_quotes_leave_the_number(text: str) -> None:
    assert read_request(text, "US").is_unambiguous
