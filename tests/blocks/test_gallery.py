"""The gallery: every surface in every state, its text in one file to be read from top to bottom.

`RINGBACK_GALLERY=write` renews the file.
"""

import ast
import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest

import bot.blocks
from bot.blocks.formatting.text import escape
from bot.blocks.install_pages import InstallProblem, install_page, installed_page, problem_page
from bot.blocks.messages.message import Message
from bot.demo.slack.limits import problems_of_view
from tests.blocks.surfaces.every import surfaces
from tests.blocks.surfaces.examples import Surface
from tests.blocks.surfaces.longest import CHARACTERS, longest
from tests.builders import problems_of
from tests.rendered import rendered
from tests.slack_types import type_problems_of_message, type_problems_of_view

FILE: Final = Path(__file__).parent / "gallery.txt"
SURFACES: Final = surfaces()
# What the style guide replaces, as far as a person could read it.
FORBIDDEN: Final = re.compile(
    r"\b(ring|rings|rung|rang|ringing|anew|any more|doors?|deeds?|course|breath|patience|stumbles?"
    r"|apart by|one way only|know this call|all is well|proved|march|place closed|no news)\b",
    re.IGNORECASE,
)
BLOCKS: Final = Path(bot.blocks.__file__).parent
SENTENCE: Final = re.compile(r"[a-zA-Z’']+ [a-zA-Z’']+ [a-zA-Z’']+")
# Regular expressions, HTML, and formats that are filled in.
CODE: Final = re.compile(r"[\\^]|</|\{\}|%[A-Za-z]")
LIVE: Final = re.compile(r"<(!here|!channel|!everyone|!subteam|@U1\b)")


def problems_in(surface: Surface) -> list[str]:
    """Return what Slack would refuse in a surface, by its limits and by its types."""
    if isinstance(surface, Message):
        types = type_problems_of_message(surface.text, surface.blocks)
        return [*problems_of(surface), *types]
    return [*problems_of_view(surface), *type_problems_of_view(surface)]


def sentences_in_code() -> Iterator[str]:
    """Return what the modules of `bot.blocks` can say in three words or more, in pieces."""
    for path in sorted(BLOCKS.rglob("*.py")):
        tree = ast.parse(path.read_text())
        comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = " ".join(node.value.split())
                if SENTENCE.search(words) and not CODE.search(words) and id(node) not in comments:
                    yield words


def labels_in(surface: Surface) -> list[tuple[str, str]]:
    """Return each button's text and what a screen reader says of it, where that is more."""
    blocks = surface.blocks if isinstance(surface, Message) else surface["blocks"]
    elements = [one for block in blocks for one in block.get("elements", ())]
    elements += [block["accessory"] for block in blocks if "accessory" in block]
    return [
        (one["text"]["text"], one["accessibility_label"])
        for one in elements
        if "accessibility_label" in one
    ]


def written(surfaces: dict[str, Surface]) -> str:
    """Return the texts of surfaces, one below the other."""
    parts = []
    for name, surface in surfaces.items():
        if isinstance(surface, Message):
            shown = f"{rendered(surface.blocks)}\nnotification: {surface.text}"
        else:
            title = surface.get("title", {"text": "Home"})["text"]
            shown = f"[{title}]\n{rendered(surface['blocks'])}"
        parts.append(f"== {name}\n\n{shown.strip()}\n")
    beside = {
        "dialogs that ask once more": _dialogs(surfaces),
        "what a screen reader says of a button": _labels(surfaces),
        "pages of the installation": _install_pages(),
    }
    parts += [f"== {name}\n\n" + "\n".join(lines) + "\n" for name, lines in beside.items()]
    return "\n".join(parts)


def _elements(surfaces: dict[str, Surface]) -> Iterator[dict[str, Any]]:
    for surface in surfaces.values():
        blocks = surface.blocks if isinstance(surface, Message) else surface["blocks"]
        yield from (one for block in blocks for one in block.get("elements", ()))
        yield from (block["accessory"] for block in blocks if "accessory" in block)


def _dialogs(surfaces: dict[str, Surface]) -> list[str]:
    """Return each dialog once: title, text and both buttons."""
    asked = [one["confirm"] for one in _elements(surfaces) if "confirm" in one]
    return list(
        dict.fromkeys(
            f"{each['title']['text']}\n{each['text']['text']}\n"
            f"[{each['confirm']['text']}] [{each['deny']['text']}]"
            for each in asked
        )
    )


def _labels(surfaces: dict[str, Surface]) -> list[str]:
    labels = [label for surface in surfaces.values() for _, label in labels_in(surface)]
    return list(dict.fromkeys(labels))


def _install_pages() -> list[str]:
    pages = [
        install_page("https://slack.com/oauth"),
        installed_page("Acme", slack="https://slack.com/", app="A1", team="T1"),
        *map(problem_page, InstallProblem),
    ]
    return [_text_of_page(page) for page in pages]


def _text_of_page(page: str) -> str:
    return unescape(" | ".join(re.findall(r">([^<>]+)</(?:h1|p|a)>", page)))


def test_every_surface_says_what_the_gallery_shows() -> None:
    text = written(SURFACES)
    if os.environ.get("RINGBACK_GALLERY") == "write":
        FILE.write_text(text)

    assert text.splitlines() == FILE.read_text().splitlines()


def test_every_sentence_that_people_read_stands_in_it() -> None:
    text = " ".join(FILE.read_text().split())

    assert [words for words in sentences_in_code() if words not in text] == []


def test_none_of_the_words_that_the_style_guide_replaces_is_in_it() -> None:
    found = [line for line in FILE.read_text().splitlines() if FORBIDDEN.search(line)]

    assert found == []


@pytest.mark.parametrize("name", SURFACES)
def test_every_surface_is_valid_by_slacks_limits_and_types(name: str) -> None:
    assert problems_in(SURFACES[name]) == []


@pytest.mark.parametrize("name", SURFACES)
def test_every_button_is_called_by_its_text_first(name: str) -> None:
    for text, label in labels_in(SURFACES[name]):
        assert label.startswith(text.strip("◀▶ ")), (text, label)


@pytest.mark.parametrize("characters", CHARACTERS)
def test_the_longest_of_everything_is_within_slacks_limits_and_nothing_of_it_is_live(
    characters: str,
) -> None:
    surfaces_by_name = longest(characters)

    problems = {name: problems_in(surface) for name, surface in surfaces_by_name.items()}
    assert {name: found for name, found in problems.items() if found} == {}
    outside = escape(CHARACTERS[characters] * 2)[:8]
    parsed = {name: _parsed(surface) for name, surface in surfaces_by_name.items()}
    assert [name for name, text in parsed.items() if outside in text or LIVE.search(text)] == []


def _parsed(surface: Surface) -> str:
    """Return all text of the blocks in which Slack makes mentions, links and formatting live."""
    blocks = surface.blocks if isinstance(surface, Message) else surface["blocks"]
    return "\n".join(_mrkdwn_in(blocks))


def _mrkdwn_in(part: object) -> list[str]:
    """Return every text that Slack parses."""
    if isinstance(part, dict):
        own = [str(part["text"])] if part.get("type") == "mrkdwn" else []
        return own + [text for value in part.values() for text in _mrkdwn_in(value)]
    return [text for item in part for text in _mrkdwn_in(item)] if isinstance(part, list) else []


def test_a_block_that_slacks_types_do_not_know_is_found() -> None:
    odd = {"type": "section", "text": {"type": "mrkdwn", "text": "x", "colour": "red"}}

    assert type_problems_of_message("x", [odd]) != []
