"""What is said to whoever blocks a number, stops all calls, or lets somebody be forgotten."""

import pytest

from bot.blocks.words.rules import blocked, forgotten, paused, resumed, unblocked
from bot.core.forget import Forgotten
from tests.builders import NUMBER


def test_blocking_says_how_it_is_undone_and_only_once() -> None:
    assert blocked(NUMBER, "/call", is_new=True) == (
        "I won't call +1 415-555-2671 again. An admin can undo that: "
        "`/call unblock +1 415-555-2671`."
    )
    assert blocked(NUMBER, "/call", is_new=False) == (
        "+1 415-555-2671 is already on the do-not-call list."
    )


def test_unblocking_says_whether_it_changed_anything() -> None:
    assert unblocked(NUMBER, was_blocked=True) == "+1 415-555-2671 can be called again."
    assert unblocked(NUMBER, was_blocked=False) == "+1 415-555-2671 wasn't blocked."


def test_stopping_and_going_on_say_whether_they_changed_anything() -> None:
    assert paused("/call", is_new=True) == (
        "Calls are paused. Nothing is dialed until an admin types `/call resume`."
    )
    assert paused("/call", is_new=False).startswith("Calls were already paused. ")
    assert resumed(were_paused=True) == "Calls are on again. The ones that were waiting go first."
    assert resumed(were_paused=False) == "Calls weren't paused."


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (Forgotten(), "of 0 calls and 0 messages to me. I can't erase messages"),
        (Forgotten(calls=1, questions=1), "of 1 call and 1 message to me. I can't erase messages"),
        (Forgotten(calls=2, questions=2, under_way=1), "One of the calls wasn't over. Nothing"),
        (
            Forgotten(calls=3, under_way=2),
            "of 3 calls and 0 messages to me. 2 of the calls weren't over. Nothing",
        ),
        (
            Forgotten(calls=900, is_all=False),
            "so far. There is more: type the same `/call f",
        ),
    ],
)
def test_forgetting_says_how_much_was_erased(gone: Forgotten, words: str) -> None:
    assert words in forgotten(gone, "/call")
