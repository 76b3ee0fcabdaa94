"""A long text, page by page: nothing of it is left out, and no page is too long for Slack."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.views.pages import Paragraph, Style, paged
from bot.demo.slack.limits import problems_of_view
from tests.rendered import rendered_block

NAME: Final = "transcript:5a4a1c6e-9b1d-4a53-9a53-0c8a2f1c7e11"
texts = st.text(st.sampled_from('ab &<>😀\n"\\'), max_size=4000)
paragraphs = st.lists(st.tuples(st.text(st.sampled_from("Aé&<"), max_size=300), texts), max_size=12)


def view_of(given_paragraphs: list[tuple[str, str]], page: int = 0) -> dict[str, Any]:
    """Return the view with one page."""
    content = [Paragraph(label, text) for label, text in given_paragraphs]
    return paged("Transcript", NAME, "+1 415-555-2671 · ✅ Completed", content, page)


def sections(view: dict[str, Any]) -> list[str]:
    """Return the paragraphs of a view."""
    return [rendered_block(block) for block in view["blocks"] if block["type"] == "rich_text"]


def heading_of(view: dict[str, Any]) -> str:
    """Return what stands under a view's title."""
    text: str = view["blocks"][0]["elements"][0]["text"]
    return text


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

    assert heading_of(view) == "+1 415-555-2671 · ✅ Completed"
    assert sections(view) == ["*AI*\nHello.", "Bye."]
    assert buttons(view) == []


def test_the_first_page_leads_on_and_the_last_one_back_from_its_top_and_its_bottom() -> None:
    long = [("AI", "x" * 2900)] * 4

    first, last = all_pages(long)

    assert buttons(first) == [
        ("Next ▶", "page:1", f"{NAME}:1"),
        ("Next ▶", "page:1:bottom", f"{NAME}:1"),
    ]
    assert buttons(last) == [
        ("◀ Previous", "page:0", f"{NAME}:0"),
        ("◀ Previous", "page:0:bottom", f"{NAME}:0"),
    ]
    assert [first["blocks"][at]["type"] for at in (1, -1)] == ["actions", "actions"]
    assert heading_of(last) == "+1 415-555-2671 · ✅ Completed · Page 2 of 2"


@pytest.mark.parametrize("character", ["x", "&", "😀"])
def test_the_longest_heading_is_cut_and_the_page_still_named(character: str) -> None:
    paragraphs = [Paragraph("AI", "x" * 2900)] * 4

    view = paged("Transcript", NAME, character * 5000, paragraphs, 0)

    assert heading_of(view).endswith("… · Page 1 of 2")
    assert problems_of_view(view) == []


def test_markdown_is_read_only_where_it_is_meant() -> None:
    said = "I *never* said <b>that</b>"
    paragraphs = [
        Paragraph("Summary", "**Booked**", Style.MARKDOWN),
        Paragraph("", "---", Style.MARKDOWN),
        Paragraph("Person", said, Style.QUOTED),
    ]

    view = paged("Transcript", NAME, "x", paragraphs, 0)

    assert sections(view) == ["*Summary*\n*Booked*", "---", f"*Person*\n> {said}"]
    assert problems_of_view(view) == []


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

    said = "".join(text for _, text in given_paragraphs)
    for character in ("b", "😀", "&", "<", ">"):
        assert shown.count(character) >= said.count(character)
