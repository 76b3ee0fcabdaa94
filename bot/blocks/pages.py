"""A long text in a modal, page by page, so that none of it is left out."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.views import View

from bot.blocks.actions import PAGE
from bot.blocks.text import SECTION_MAX, escape, markdown, pieces, shown

# What one page takes: enough to read on, and well within what Slack takes in one view.
_PAGE_MAX: Final = 9_000
_BLOCKS_MAX: Final = 60
_LABEL_MAX: Final = 200
_NOTHING: Final = "There is nothing to show."


def paged(
    title: str, name: str, paragraphs: Iterable[tuple[str, str]], page: int
) -> dict[str, Any]:
    """Return the view that shows one page of `paragraphs`, each a label and a text, unescaped.

    `name` says what to show again when another page is asked for: "transcript:ID". A page that
    there is not becomes the nearest.
    """
    pages = list(_pages(paragraphs)) or [[_NOTHING]]
    page = min(max(page, 0), len(pages) - 1)
    blocks: list[Block] = [SectionBlock(text=markdown(text)) for text in pages[page]]
    if len(pages) > 1:
        blocks.append(ContextBlock(elements=[markdown(f"Page {page + 1} of {len(pages)}")]))
        blocks.append(ActionsBlock(elements=_buttons(name, page, len(pages))))
    return View(type="modal", title=title, close="Close", blocks=blocks).to_dict()


def _pages(paragraphs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    page: list[str] = []
    size = 0
    for text in _sections(paragraphs):
        if page and (size + len(text) > _PAGE_MAX or len(page) == _BLOCKS_MAX):
            yield page
            page, size = [], 0
        page.append(text)
        size += len(text)
    if page:
        yield page


def _sections(paragraphs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for label, text in paragraphs:
        heading = f"*{written}*\n" if (written := shown(label, _LABEL_MAX)) else ""
        # A label that a heading has no room for goes before the text, so that it is whole.
        whole = text if len(escape(label)) <= _LABEL_MAX else f"{label}\n{text}"
        for piece in pieces(whole, SECTION_MAX - len(heading)):
            yield heading + piece
            heading = ""


def _buttons(name: str, page: int, pages: int) -> list[ButtonElement]:
    buttons = []
    for text, to in (("◀ Previous", page - 1), ("Next ▶", page + 1)):
        if 0 <= to < pages:
            label = f"Show page {to + 1} of {pages}"
            buttons.append(
                ButtonElement(
                    text=text,
                    action_id=f"{PAGE}:{to}",
                    value=f"{name}:{to}",
                    accessibility_label=label,
                )
            )
    return buttons
