"""When to call: asked about where a request says so, and left alone where others are to call."""

import pytest

from bot.core.reading.call_time import call_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("call them tomorrow at 9am and ask for prices", "tomorrow at 9am"),
        ("please call on Monday, ask whether it is ready", "on Monday"),
        ("call Friday 7pm and book a table", "Friday 7pm"),
        ("phone her after 5pm about the invoice", "after 5pm"),
        ("call back in 20 minutes and ask again", "in 20 minutes"),
        ("call them at 14:30, ask for Bob", "at 14:30"),
        ("ask for prices. Please call them tomorrow", "tomorrow"),
        ("ask for prices, but call them later", "later"),
        ("ask for prices, call them later", "later"),
        ("ask for prices\ncall March 3rd", "March 3rd"),
        ("tomorrow, ask for prices", "tomorrow"),
        ("ask for prices (call tomorrow at 9am)", "tomorrow at 9am"),
        ("schedule this call for 5pm, ask for prices", "5pm"),
    ],
)
def test_when_to_call_is_found(text: str, time: str) -> None:
    assert call_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "ask them to call me tomorrow at 9am",
        "ask them to check the price and call back by Friday",
        "say that I'll call them on Monday",
        "call Friday's manager about the invoice",
        "call it off, I can't come on Friday",
        "call a taxi for tomorrow at 9am",
        "leave a message: call back tomorrow",
        "ask whether they call on Sundays",
        "book a table for Friday 7pm, two people, under Josh",
        "call about the bike, is it ready tomorrow",
        "call them Sunny Motors, not Sunny's",
    ],
)
def test_a_time_that_is_what_the_call_is_for_is_left_alone(text: str) -> None:
    assert call_time(text) is None
