"""A long text in a modal, page by page, so that none of it is left out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextQuoteElement,
    RichTextSectionElement,
)
from slack_sdk.models.views import View

from bot.blocks.actions import BOTTOM, PAGE
from bot.blocks.formatting.markup import rich_text
from bot.blocks.formatting.text import CONTEXT_MAX, SECTION_MAX, clean, pieces

# What one page takes: enough to read on, and well within what Slack takes in one view.
_PAGE_MAX: Final = 9_000
_BLOCKS_MAX: Final = 90
_LABEL_MAX: Final = 200
_PAGE_LABEL_MAX: Final = 40
_NOTHING: Final = "There is nothing to show."


class Style(Enum):
    """How a paragraph looks: as it stands, set off from those before it, or with its Markdown."""

    PLAIN = auto()
    QUOTED = auto()
    MARKDOWN = auto()


@dataclass(frozen=True)
class Paragraph:
    """A text, unescaped, and what it is or who says it; the label can be empty."""

    label: str
    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class _Piece:
    """So much of a paragraph as one block takes."""

    block: RichTextBlock
    size: int


def paged(
    title: str, name: str, heading: str, paragraphs: Iterable[Paragraph], page: int
) -> dict[str, Any]:
    """Return the view that shows one page of `paragraphs` below a line of `heading`.

    `name` says what to show again when another page is asked for: "transcript:ID". A page that
    there is not becomes the nearest.
    """
    pages = list(_pages(paragraphs)) or [[_piece(Paragraph("", _NOTHING), _NOTHING)]]
    page = min(max(page, 0), len(pages) - 1)
    which = f" · Page {page + 1} of {len(pages)}" if len(pages) > 1 else ""
    head = _cut(heading, CONTEXT_MAX - _PAGE_LABEL_MAX)
    blocks: list[Block] = [ContextBlock(elements=[PlainTextObject(text=f"{head}{which}")])]
    content = [piece.block for piece in pages[page]]
    if len(pages) == 1:
        blocks += content
    else:
        top, bottom = (_controls(name, page, len(pages), end) for end in ("", BOTTOM))
        blocks += [top, *content, bottom]
    return View(type="modal", title=title, close="Close", blocks=blocks).to_dict()


def _pages(paragraphs: Iterable[Paragraph]) -> Iterator[list[_Piece]]:
    page: list[_Piece] = []
    size = 0
    for piece in _pieces(paragraphs):
        if page and (size + piece.size > _PAGE_MAX or len(page) == _BLOCKS_MAX):
            yield page
            page, size = [], 0
        page.append(piece)
        size += piece.size
    if page:
        yield page


def _pieces(paragraphs: Iterable[Paragraph]) -> Iterator[_Piece]:
    for paragraph in paragraphs:
        label = " ".join(clean(paragraph.label).split())
        text = clean(paragraph.text)
        if len(label) > _LABEL_MAX:
            # What a heading has no room for goes before the text, so that it is whole.
            label, text = _cut(label, _LABEL_MAX), f"{label}\n{text}"
        for part in pieces(text, SECTION_MAX):
            yield _piece(Paragraph(label, "", paragraph.style), part)
            label = ""


def _piece(paragraph: Paragraph, text: str) -> _Piece:
    elements: list[RichTextElement] = []
    if paragraph.label:
        label = RichTextElementParts.Text(text=paragraph.label, style={"bold": True})
        elements.append(RichTextSectionElement(elements=[label]))
    said = RichTextElementParts.Text(text=text)
    match paragraph.style:
        case Style.MARKDOWN:
            # Its markup may be longer as it is shown: a link's address stands beside its words.
            marked_up = rich_text(text, 2 * SECTION_MAX)
            elements += marked_up or [RichTextSectionElement(elements=[said])]
        case Style.QUOTED:
            elements.append(RichTextQuoteElement(elements=[said]))
        case Style.PLAIN:
            elements.append(RichTextSectionElement(elements=[said]))
    return _Piece(RichTextBlock(elements=elements), len(paragraph.label) + len(text))


def _controls(name: str, page: int, pages: int, end: str) -> ActionsBlock:
    buttons: Sequence[ButtonElement] = [
        ButtonElement(
            text=text,
            action_id=f"{PAGE}:{to}{end}",
            value=f"{name}:{to}",
            accessibility_label=f"{text.strip('◀▶ ')}: page {to + 1} of {pages}",
        )
        for text, to in (("◀ Previous", page - 1), ("Next ▶", page + 1))
        if 0 <= to < pages
    ]
    return ActionsBlock(block_id=f"pages{end}", elements=buttons)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
