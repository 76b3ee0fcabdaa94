"""A language model's Markdown and HTML as Slack's rich text: bold, italics, lists; nothing live.

CallCow's summaries are written by a language model, so they may hold either. Links, mentions and
pictures are shown as words with their address beside them; what is no markup that we know is text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final, Literal

from markdown_it import MarkdownIt
from slack_sdk.models.blocks import (
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from bot.blocks.text import clean

# Markup takes room that is not shown, though seldom more than this. No more of a text is read,
# since the time that a parser takes may grow faster than the text.
_MARKUP_MAX: Final = 1500
# Slack nests lists up to this deep (its reference of `rich_text_list`).
_INDENT_MAX: Final = 8
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_WHITE_SPACE: Final = re.compile(r"[ \t\n]+")
_DECLARATION: Final = re.compile(r"<(?=[!?])")
_STYLES: Final = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("s", "del", "strike"), "strike"),
    **dict.fromkeys(("code", "kbd", "samp"), "code"),
}
_PARAGRAPHS: Final = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "div", "blockquote", "ul", "ol", "pre")
)
_CELLS: Final = frozenset(("td", "th"))
_UNSHOWN: Final = frozenset(("script", "style"))
_OTHERS: Final = frozenset(("a", "img", "br", "hr", "li", "span", "u", "tr", "thead", "tbody"))
_KNOWN: Final = _PARAGRAPHS | _CELLS | _UNSHOWN | _OTHERS | frozenset(_STYLES)


@dataclass(frozen=True)
class _Run:
    """Text in one style."""

    text: str
    styles: frozenset[str] = frozenset()


@dataclass
class _Part:
    """Runs that belong together: a paragraph, a quote, a code block, or one item of a list."""

    kind: Literal["section", "quote", "preformatted", "bullet", "ordered"]
    indent: int = 0
    runs: list[_Run] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    def append(self, run: _Run) -> None:
        """Add a run, to the one before if they are of one style."""
        self.length += len(run.text)
        if self.runs and self.runs[-1].styles == run.styles:
            self.runs[-1] = _Run(self.runs[-1].text + run.text, run.styles)
        else:
            self.runs.append(run)


def rich_text(text: str, limit: int, *, bold: bool = False) -> list[RichTextElement]:
    """Return `text` as elements of a rich text block, at most `limit` characters in all.

    It ends in an ellipsis where it was cut. With `bold` all of it is. Empty for a text that says
    nothing.
    """
    most = limit + min(limit, _MARKUP_MAX)
    parts = _cut(_parts(text[:most]), limit, is_cut=len(text) > most)
    if bold:
        for part in parts:
            part.runs = [replace(run, styles=run.styles | {"bold"}) for run in part.runs]
    return _elements(parts)


def plain_text(text: str, limit: int) -> str:
    """Return what `text` says without its markup, in one line of at most `limit` characters.

    It is not escaped.
    """
    most = limit + min(limit, _MARKUP_MAX)
    parts = _cut(_parts(text[:most]), limit, is_cut=len(text) > most)
    return " ".join(" ".join(part.text for part in parts).split())


def _parts(text: str) -> list[_Part]:
    reader = _Reader()
    rendered = _MARKDOWN.render(clean(text))
    # What looks like a comment or a declaration, as `<!channel>` does, is shown as it stands.
    reader.feed(_DECLARATION.sub("&lt;", rendered))
    reader.close()
    return reader.finished()


def _cut(parts: Sequence[_Part], limit: int, *, is_cut: bool) -> list[_Part]:
    """Return the parts up to `limit` characters, an ellipsis at their end if there was more."""
    if sum(len(part.text) for part in parts) <= limit - is_cut:
        if is_cut and parts:
            parts[-1].runs.append(_Run("…"))
        return list(parts)
    left, kept = limit - 1, list[_Part]()
    for part in parts:
        runs = list[_Run]()
        for run in part.runs:
            runs.append(replace(run, text=run.text[:left]))
            left -= len(runs[-1].text)
            if left <= 0:
                runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip() + "…")
                return [*kept, replace(part, runs=runs)]
        kept.append(replace(part, runs=runs))
    return kept


def _elements(parts: Sequence[_Part]) -> list[RichTextElement]:
    elements = list[RichTextElement]()
    at = 0
    while at < len(parts):
        part = parts[at]
        # Items of one list follow each other in the same kind at the same depth.
        end = at + 1
        if part.kind in ("bullet", "ordered"):
            while end < len(parts) and _is_same_list(part, parts[end]):
                end += 1
            items = [RichTextSectionElement(elements=_texts(item)) for item in parts[at:end]]
            elements.append(
                RichTextListElement(elements=items, style=part.kind, indent=part.indent)
            )
        elif part.kind == "section":
            elements.append(RichTextSectionElement(elements=_texts(part)))
        elif part.kind == "quote":
            elements.append(RichTextQuoteElement(elements=_texts(part)))
        else:
            code = RichTextElementParts.Text(text=part.text)
            elements.append(RichTextPreformattedElement(elements=[code]))
        at = end
    return elements


def _is_same_list(one: _Part, other: _Part) -> bool:
    return (one.kind, one.indent) == (other.kind, other.indent)


def _texts(part: _Part) -> list[RichTextElement]:
    return [
        RichTextElementParts.Text(
            text=run.text, style=dict.fromkeys(sorted(run.styles), True) if run.styles else None
        )
        for run in part.runs
    ]


class _Reader(HTMLParser):
    """Reads the HTML that Markdown was rendered to, or that stood in it, into parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done = list[_Part]()
        self._part: _Part | None = None
        self._styles = list[str]()
        self._lists = list[Literal["bullet", "ordered"]]()
        self._quotes = 0
        self._code_blocks = 0
        self._unshown = 0
        self._addresses = list[tuple[str, int]]()

    def finished(self) -> list[_Part]:
        """Return the parts that say something, those side by side parted by a blank line."""
        self._end_part()
        parts = list[_Part]()
        for part in self._done:
            last = parts[-1] if parts else None
            if last is not None and last.kind == part.kind and part.kind in ("section", "quote"):
                for run in (_Run("\n\n"), *part.runs):
                    last.append(run)
            else:
                parts.append(part)
        return parts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a style or a part; a tag that we do not know is text."""
        given = dict(attrs)
        if tag not in _KNOWN:
            self._add(self.get_starttag_text() or "")
            return
        if tag in _PARAGRAPHS and not (tag == "p" and self._lists):
            self._end_part()
        match tag:
            case "br" | "tr" if self._length():
                self._break()
            case "hr":
                self._end_part()
            case "ul" | "ol":
                self._lists.append("ordered" if tag == "ol" else "bullet")
            case "li":
                self._end_part()
            case "blockquote":
                self._quotes += 1
            case "pre":
                self._code_blocks += 1
            case "script" | "style":
                self._unshown += 1
            case "a":
                self._addresses.append((given.get("href") or "", self._length()))
            case "img":
                words, address = given.get("alt") or "picture", given.get("src") or ""
                self._add(f"{words} ({address})" if address else words)
            case "td" | "th" if self._last_character() not in ("", "\n"):
                self._add(" | ")
        if tag in _STYLES and not self._code_blocks:
            self._styles.append(_STYLES[tag])

    def handle_endtag(self, tag: str) -> None:
        """End what its beginning began; an end without one says nothing."""
        if tag not in _KNOWN:
            self._add(f"</{tag}>")
            return
        if tag in _STYLES and _STYLES[tag] in self._styles:
            self._styles.remove(_STYLES[tag])
        match tag:
            case "a" if self._addresses:
                self._end_link(*self._addresses.pop())
            case "script" | "style":
                self._unshown = max(0, self._unshown - 1)
        if (tag in _PARAGRAPHS and not (tag == "p" and self._lists)) or tag == "li":
            self._end_part()
        match tag:
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "blockquote":
                self._quotes = max(0, self._quotes - 1)
            case "pre":
                self._code_blocks = max(0, self._code_blocks - 1)

    def handle_data(self, data: str) -> None:
        """Add text as it stands."""
        self._add(data)

    def _end_link(self, address: str, begin: int) -> None:
        """Put the address beside the words of a link, unless they are the address."""
        words = self._part.text[begin:].strip() if self._part else ""
        shown = address.removeprefix("mailto:").removeprefix("tel:")
        if shown and words not in (shown, address):
            self._add(f" ({shown})" if words else shown)

    def _length(self) -> int:
        return self._part.length if self._part else 0

    def _last_character(self) -> str:
        return self._part.runs[-1].text[-1:] if self._part else ""

    def _add(self, text: str) -> None:
        if not self._code_blocks:
            # Of HTML's white space no more than one space is seen, and none where a line begins.
            text = _WHITE_SPACE.sub(" ", text)
            if self._last_character() in ("", "\n", " "):
                text = text.lstrip(" ")
        if self._unshown or not text:
            return
        # A space alone needs no style.
        self._append(_Run(text, frozenset(self._styles if text.strip() else ())))

    def _break(self) -> None:
        if self._part is not None:
            self._append(_Run("\n"))

    def _append(self, run: _Run) -> None:
        self._part = self._part or self._new_part()
        self._part.append(run)

    def _new_part(self) -> _Part:
        if self._code_blocks:
            return _Part("preformatted")
        if self._lists:
            return _Part(self._lists[-1], min(len(self._lists) - 1, _INDENT_MAX))
        return _Part("quote" if self._quotes else "section")

    def _end_part(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        while part.runs and not (text := part.runs[-1].text.rstrip()):
            part.runs.pop()
        if part.runs:
            part.runs[-1] = replace(part.runs[-1], text=text)
            self._done.append(part)
