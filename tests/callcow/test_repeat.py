"""How long a dial may be repeated with the same key."""

from datetime import timedelta
from typing import Final

import pytest

from bot.callcow.repeat import is_repeatable, too_old_to_repeat
from tests.builders import NOON

MOMENT: Final = timedelta(microseconds=1)


def test_a_dial_that_was_never_sent_is_not_repeated() -> None:
    assert not is_repeatable(None, NOON)


@pytest.mark.parametrize(
    ("age", "repeatable"),
    [
        (timedelta(minutes=-5), False),
        (-MOMENT, False),
        (timedelta(0), True),
        (timedelta(minutes=4) - MOMENT, True),
        (timedelta(minutes=4), False),
        (timedelta(days=1), False),
    ],
)
def test_a_dial_is_repeatable_from_its_sending_to_just_before_4_minutes(
    age: timedelta, repeatable: bool
) -> None:
    assert is_repeatable(NOON, NOON + age) is repeatable


def test_the_database_finds_too_old_just_what_is_not_repeatable() -> None:
    assert too_old_to_repeat(NOON) == NOON - timedelta(minutes=4)
