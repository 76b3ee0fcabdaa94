"""Prompts: measured in what they say, and kept within what Slack and CallCow take."""

import pytest

from bot.core.doubt import DoubtKind
from bot.core.prompt import doubt_about_prompt, tidy_prompt


@pytest.mark.parametrize(
    "prompt",
    [
        "Book now 7p", "x" * 10, "x" * 3000, "订两位七点", "予約して", "예약해줘", "订周五晚七点",
        "Ресторан 7", "ask Bob if",
    ],
)  # fmt: skip
def test_a_prompt_that_says_enough_is_taken(prompt: str) -> None:
    assert doubt_about_prompt(prompt) is None


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("", DoubtKind.PROMPT_MISSING),
        ("🍕🍕🍕🍕", DoubtKind.PROMPT_TOO_SHORT),
        ("book it", DoubtKind.PROMPT_TOO_SHORT),
        ("x" * 9, DoubtKind.PROMPT_TOO_SHORT),
        ("订两位", DoubtKind.PROMPT_TOO_SHORT),
        ("book it" + "\u200b" * 10, DoubtKind.PROMPT_TOO_SHORT),
        ("book      it", DoubtKind.PROMPT_TOO_SHORT),
        ("x" * 3001, DoubtKind.PROMPT_TOO_LONG),
    ],
)
def test_a_prompt_of_no_use_is_told_apart(prompt: str, kind: DoubtKind) -> None:
    doubt = doubt_about_prompt(prompt)

    assert doubt is not None
    assert doubt.kind is kind


def test_what_surrounds_a_prompt_unseen_is_taken_off() -> None:
    assert tidy_prompt("\u200b \n book a table\u00a0\ufeff\n") == "book a table"


@pytest.mark.parametrize("prompt", ["now please", "right now!!", "asap, thanks", "for me, please"])
def test_words_of_how_a_call_is_asked_for_say_nothing_of_what_for(prompt: str) -> None:
    doubt = doubt_about_prompt(prompt)

    assert doubt is not None
    assert doubt.kind is DoubtKind.PROMPT_MISSING


def test_a_prompt_of_something_more_is_taken_however_urgent() -> None:
    assert doubt_about_prompt("asap: is it open now?") is None
