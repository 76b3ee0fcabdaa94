"""A long text, page by page: nothing of it is left out, and no page is too long for Slack."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.pages import paged
from bot.blocks.text import escape
from bot.demo.slack.limits import problems_of_view

NAME: Final = "transcript:5a4a1c6e-9b1d-4a53-9a53-0c8a2f1c7e11"
texts = st.text(st.sampled_from('ab &<>😀\n"\\'), max_size=4000)
paragraphs = st.lists(st.tuples(st.text(st.sampled_from("Aé&<"), max_size=300), texts), max_size=12)


def view_of(given_paragraphs: list[tuple[str, str]], page: int = 0) -> dict[str, Any]:
    """Return the view with one page."""
    return paged("Transcript", NAME, given_paragraphs, page)


def sections(view: dict[str, Any]) -> list[str]:
    """Return the texts of a view's sections."""
    return [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]


def buttons(view: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the text, the action id and the value of each button of a view."""
    return [
        (element["text"]["text"], element["action_id"], element["value"])
        for block in view["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def all_pages_of(show: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every page of a view, by following the button that leads to the next."""
    views = [show(0)]
    while following := [value for text, _, value in buttons(views[-1]) if text == "Next ▶"]:
        views.append(show(int(following[0].split(":")[-1])))
    return views


def all_pages(given_paragraphs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return every page of those paragraphs."""
    return all_pages_of(lambda page: view_of(given_paragraphs, page))


def test_what_fits_has_one_page_and_no_buttons() -> None:
    view = view_of([("AI", "Hello."), ("", "Bye.")])

    assert sections(view) == ["*AI*\nHello.", "Bye."]
    assert buttons(view) == []


def test_the_first_page_leads_on_and_the_last_one_back() -> None:
    long = [("AI", "x" * 2900)] * 4

    first, last = all_pages(long)

    assert buttons(first) == [("Next ▶", "page:1", f"{NAME}:1")]
    assert buttons(last) == [("◀ Previous", "page:0", f"{NAME}:0")]
    assert "Page 2 of 2" in str(last)


@pytest.mark.parametrize(("page", "becomes"), [(-1, 0), (2, 1), (99_999, 1)])
def test_a_page_that_there_is_not_becomes_the_nearest(page: int, becomes: int) -> None:
    long = [("AI", "x" * 2900)] * 4

    assert view_of(long, page) == view_of(long, becomes)


def test_nothing_at_all_is_a_view_that_slack_takes() -> None:
    assert sections(view_of([("AI", "\x00")])) == ["There is nothing to show."]


def test_a_label_that_a_heading_has_no_room_for_is_whole_before_its_text() -> None:
    view = view_of([("L" * 250, "yes")])

    assert "L" * 250 + "\nyes" in "\n".join(sections(view))


@given(paragraphs)
@settings(deadline=None, max_examples=15)
def test_every_page_stays_within_slacks_limits(given_paragraphs: list[tuple[str, str]]) -> None:
    for view in all_pages(given_paragraphs):
        assert problems_of_view(view) == []


@given(paragraphs)
@settings(deadline=None, max_examples=15)
def test_nothing_but_space_is_left_out(given_paragraphs: list[tuple[str, str]]) -> None:
    shown = "".join(text for view in all_pages(given_paragraphs) for text in sections(view))

    said = "".join(escape(text) for _, text in given_paragraphs)
    for character in ("b", "😀", "&amp;", "&lt;", "&gt;"):
        assert shown.count(character) >= said.count(character)
