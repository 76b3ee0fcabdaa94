"""HTML as the parts of Slack's rich text: Markdown is rendered to it, and summaries hold some.

Links, mentions and pictures become words with their address beside them.
"""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final, Literal

# Slack nests lists up to this deep (its reference of `rich_text_list`).
_INDENT_MAX: Final = 8
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
class Run:
    """Text in one style."""

    text: str
    styles: frozenset[str] = frozenset()


@dataclass
class Part:
    """Runs that belong together: a paragraph, a quote, a code block, or one item of a list."""

    kind: Literal["section", "quote", "preformatted", "bullet", "ordered"]
    indent: int = 0
    runs: list[Run] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        """What the part says, without its styles."""
        return "".join(run.text for run in self.runs)

    def append(self, run: Run) -> None:
        """Add a run, to the one before if they are of one style."""
        self.length += len(run.text)
        if self.runs and self.runs[-1].styles == run.styles:
            self.runs[-1] = Run(self.runs[-1].text + run.text, run.styles)
        else:
            self.runs.append(run)


def read_html(html: str) -> list[Part]:
    """Return the parts of `html` that say something; a tag that we do not know is text."""
    reader = _Reader()
    # What looks like a comment or a declaration, as `<!channel>` does, is shown as it stands.
    reader.feed(_DECLARATION.sub("&lt;", html))
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    """Reads the HTML that Markdown was rendered to, or that stood in it, into parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done = list[Part]()
        self._part: Part | None = None
        self._styles = list[str]()
        self._lists = list[Literal["bullet", "ordered"]]()
        self._quotes = 0
        self._code_blocks = 0
        self._unshown = 0
        self._addresses = list[tuple[str, int]]()

    def finished(self) -> list[Part]:
        """Return the parts that say something, those side by side parted by a blank line."""
        self._end_part()
        parts = list[Part]()
        for part in self._done:
            last = parts[-1] if parts else None
            if last is not None and last.kind == part.kind and part.kind in ("section", "quote"):
                for run in (Run("\n\n"), *part.runs):
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
        self._append(Run(text, frozenset(self._styles if text.strip() else ())))

    def _break(self) -> None:
        if self._part is not None:
            self._append(Run("\n"))

    def _append(self, run: Run) -> None:
        self._part = self._part or self._new_part()
        self._part.append(run)

    def _new_part(self) -> Part:
        if self._code_blocks:
            return Part("preformatted")
        if self._lists:
            return Part(self._lists[-1], min(len(self._lists) - 1, _INDENT_MAX))
        return Part("quote" if self._quotes else "section")

    def _end_part(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        while part.runs and not (text := part.runs[-1].text.rstrip()):
            part.runs.pop()
        if part.runs:
            part.runs[-1] = replace(part.runs[-1], text=text)
            self._done.append(part)
