"""What is remembered of many is bounded, and the newest of it is kept."""

from bot.core.bounded import Bounded


def test_the_oldest_makes_room() -> None:
    kept: Bounded[str, int] = Bounded(2)
    for number, name in enumerate("abc"):
        kept[name] = number

    assert kept == {"b": 1, "c": 2}


def test_what_is_set_again_is_the_newest() -> None:
    kept: Bounded[str, int] = Bounded(2)
    for number, name in enumerate("abac"):
        kept[name] = number

    assert kept == {"a": 2, "c": 3}
