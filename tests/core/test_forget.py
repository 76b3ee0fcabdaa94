"""Whom `forget` is about: a number in any way of writing, or a person."""

import pytest

from bot.core.forget import NumberToForget, PersonToForget, read_whom_to_forget


@pytest.mark.parametrize(
    "text", ["+14155552671", "+1 415-555-2671", " (415) 555-2671 ", "tel:+14155552671"]
)
def test_a_number_is_meant_however_it_is_written(text: str) -> None:
    assert read_whom_to_forget(text, "US") == NumberToForget("+14155552671")


@pytest.mark.parametrize(
    "text", ["U012AB3CD", "<@U012AB3CD>", "<@U012AB3CD|ada>", "@U012AB3CD", " U012AB3CD\n"]
)
def test_a_person_is_meant_by_their_id_or_a_mention(text: str) -> None:
    assert read_whom_to_forget(text, "US") == PersonToForget("U012AB3CD")


@pytest.mark.parametrize("text", ["", "Ada", "12", "+1 415", "u012ab3cd", "+14155552671 U012AB3CD"])
def test_what_is_neither_is_nobody(text: str) -> None:
    assert read_whom_to_forget(text, "US") is None
