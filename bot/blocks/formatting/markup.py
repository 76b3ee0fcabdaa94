"""A language model's Markdown and HTML as Slack's rich text: bold, italics, lists; nothing live.

CallCow's summaries are written by a language model, so they may hold either.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from slack_sdk.models.blocks import (
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from bot.blocks.formatting.html_parts import Part, Run, read_html
from bot.blocks.formatting.text import clean

# Markup takes room that is not shown, though seldom more than this. No more of a text is read,
# since the time that a parser takes may grow faster than the text.
_MARKUP_MAX: Final = 1500
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(
    ["table", "strikethrough"]
)


def rich_text(text: str, limit: int, *, bold: bool = False) -> list[RichTextElement]:
    """Return `text` as elements of a rich text block, at most `limit` characters in all.

    It ends in an ellipsis where it was cut. With `bold` all of it is. Empty for a text that says
    nothing.
    """
    return _elements(_parts(text, limit), frozenset(["bold"] if bold else []))


def plain_text(text: str, limit: int) -> str:
    """Return what `text` says without its markup, in one line of at most `limit` characters.

    It is not escaped.
    """
    return " ".join(" ".join(part.text for part in _parts(text, limit)).split())


def _parts(text: str, limit: int) -> list[Part]:
    most = limit + min(limit, _MARKUP_MAX)
    parts = read_html(_MARKDOWN.render(clean(text[:most])))
    return _cut(parts, limit, is_cut=len(text) > most)


def _cut(parts: Sequence[Part], limit: int, *, is_cut: bool) -> list[Part]:
    """Return the parts up to `limit` characters, an ellipsis at their end if there was more."""
    if sum(len(part.text) for part in parts) <= limit - is_cut:
        if is_cut and parts:
            parts[-1].runs.append(Run("…"))
        return list(parts)
    left, kept = limit - 1, list[Part]()
    for part in parts:
        runs = list[Run]()
        for run in part.runs:
            runs.append(replace(run, text=run.text[:left]))
            left -= len(runs[-1].text)
            if left <= 0:
                runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip() + "…")
                return [*kept, replace(part, runs=runs)]
        kept.append(replace(part, runs=runs))
    return kept


def _elements(parts: Sequence[Part], styles: frozenset[str]) -> list[RichTextElement]:
    """Return the parts as Slack's elements; items of one kind and depth are one list."""
    elements = list[RichTextElement]()
    for (kind, indent), group in groupby(parts, lambda part: (part.kind, part.indent)):
        match kind:
            case "bullet" | "ordered":
                items = [RichTextSectionElement(elements=_texts(item, styles)) for item in group]
                elements.append(RichTextListElement(elements=items, style=kind, indent=indent))
            case "section":
                elements += [
                    RichTextSectionElement(elements=_texts(part, styles)) for part in group
                ]
            case "quote":
                elements += [RichTextQuoteElement(elements=_texts(part, styles)) for part in group]
            case "preformatted":
                codes = [RichTextElementParts.Text(text=part.text) for part in group]
                elements += [RichTextPreformattedElement(elements=[code]) for code in codes]
    return elements


def _texts(part: Part, styles: frozenset[str]) -> list[RichTextElement]:
    return [_text(run.text, run.styles | styles) for run in part.runs]


def _text(text: str, styles: frozenset[str]) -> RichTextElement:
    style = dict.fromkeys(sorted(styles), True) if styles else None
    return RichTextElementParts.Text(text=text, style=style)
