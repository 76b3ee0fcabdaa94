"""A summary's Markdown and HTML become rich text, in which nothing is live."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.formatting.markup import plain_text, rich_text


def elements(text: str, limit: int = 1000, *, bold: bool = False) -> list[dict[str, Any]]:
    return [element.to_dict() for element in rich_text(text, limit, bold=bold)]


def section(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(parts)}


def text(words: str, *styles: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "text", "text": words}
    return {**part, "style": dict.fromkeys(styles, True)} if styles else part


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Booked.", [text("Booked.")]),
        (
            "**Booked** at *7:30*.",
            [text("Booked", "bold"), text(" at "), text("7:30", "italic"), text(".")],
        ),
        ("__Booked__ _now_", [text("Booked", "bold"), text(" "), text("now", "italic")]),
        ("***both***", [text("both", "bold", "italic")]),
        (
            "<b>Booked</b><br>for <i>two</i>",
            [text("Booked", "bold"), text("\nfor "), text("two", "italic")],
        ),
        ("<strong>Booked</strong> &amp; paid", [text("Booked", "bold"), text(" & paid")]),
        ("~~Friday~~ Saturday", [text("Friday", "strike"), text(" Saturday")]),
        ("Code `A1`", [text("Code "), text("A1", "code")]),
        ("# Result\nBooked", [text("Result", "bold"), text("\n\nBooked")]),
        ("one\ntwo", [text("one\ntwo")]),
        ("one\n\n\n\ntwo", [text("one\n\ntwo")]),
        ("<p>one</p><p>two</p>", [text("one\n\ntwo")]),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            [text("a", "bold"), text(" | "), text("b", "bold"), text(" \n1 | 2")],
        ),
    ],
)
def test_bold_italics_and_paragraphs_are_shown_as_such(
    written: str, expected: list[dict[str, Any]]
) -> None:
    assert elements(written) == [section(*expected)]


@pytest.mark.parametrize(
    "written",
    [
        "2 * 3 * 4 = 24",
        "a_b_c",
        "5 < 6 & 7 > 2",
        "Ask for <name> there",
        "</b",
        "price: 5*",
        "\\o/",
        "[x",
        "#5",
    ],
)
def test_what_is_no_markup_is_shown_as_it_stands(written: str) -> None:
    assert elements(written) == [section(text(written))]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[menu](https://a.example/m)", "menu (https://a.example/m)"),
        ("[https://a.example](https://evil.example)", "https://a.example (https://evil.example)"),
        ("<a href='https://evil.example'>our bank</a>", "our bank (https://evil.example)"),
        ("<https://a.example>", "https://a.example"),
        ("https://a.example", "https://a.example"),
        ("[+1 415](tel:+14155552671)", "+1 415 (+14155552671)"),
        ("![map](https://a.example/p.png)", "map (https://a.example/p.png)"),
        ("[](https://a.example)", "https://a.example"),
        ("<!channel> <@U1> <#C1|x> <!subteam^S1>", "<!channel> <@U1> <#C1|x> <!subteam^S1>"),
        ("<!-- hidden -->", "<!-- hidden -->"),
    ],
)
def test_no_link_or_mention_is_live_and_none_hides_its_address(written: str, shown: str) -> None:
    assert elements(written) == [section(text(shown))]


def test_lists_nest_and_keep_their_kind() -> None:
    def listed(style: str, indent: int, *items: str) -> dict[str, Any]:
        sections = [section(text(item)) for item in items]
        return {"type": "rich_text_list", "style": style, "indent": indent, "elements": sections}

    assert elements("Agreed:\n\n- one\n- two\n  - half\n\n1. first\n2. second") == [
        section(text("Agreed:")),
        listed("bullet", 0, "one", "two"),
        listed("bullet", 1, "half"),
        listed("ordered", 0, "first", "second"),
    ]


def test_a_quotation_and_a_listing_that_never_closes_keep_what_follows_apart() -> None:
    assert elements("> said\n\n```\n**as typed**\n  x") == [
        {"type": "rich_text_quote", "elements": [text("said")]},
        {"type": "rich_text_preformatted", "elements": [text("**as typed**\n  x")]},
    ]


def test_a_script_is_not_shown() -> None:
    assert elements("<script>alert(1)</script>Done") == [section(text("Done"))]


@pytest.mark.parametrize("written", ["", "  \n ", "-", "---", "<br>", "<b></b>"])
def test_what_says_nothing_is_empty(written: str) -> None:
    assert elements(written) == []


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert elements("**Booked** for Friday", 10) == [section(text("Booked", "bold"), text(" fo…"))]


def test_all_of_it_is_bold_where_that_is_asked_for() -> None:
    assert elements("Booked *now*", bold=True) == [
        section(text("Booked ", "bold"), text("now", "bold", "italic"))
    ]


def test_the_plain_text_is_one_line_without_marks() -> None:
    assert plain_text("# Result\n\n- **Booked**\n- paid", 100) == "Result Booked paid"


def test_an_endless_text_of_marks_is_read_in_part() -> None:
    shown = json.dumps(elements("*a " * 8000 + "end", 300), ensure_ascii=False)

    assert "…" in shown
    assert "end" not in shown


@given(st.text(alphabet="ab*_`[]()<>!&#-|~\\\n 1./\"'=", max_size=200), st.integers(5, 60))
def test_whatever_the_text_it_is_within_the_limit_and_has_nothing_but_text(
    written: str, limit: int
) -> None:
    def texts(element: dict[str, Any]) -> list[str]:
        if element["type"] == "text":
            return [element["text"]]
        assert element["type"] in {
            "rich_text_section",
            "rich_text_list",
            "rich_text_quote",
            "rich_text_preformatted",
        }
        return [words for part in element["elements"] for words in texts(part)]

    found = [words for element in elements(written, limit) for words in texts(element)]

    assert all(found)
    assert sum(map(len, found)) <= limit
