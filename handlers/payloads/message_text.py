"""What a person sees in a message, wherever Slack put it: text, blocks, attachments, forwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from bot.blocks.formatting.text import clean, unescape
from bot.core.reading.slack_references import link_in_words

# So much of a message is read: more than the form takes, or is searched for a number.
_TEXT_MAX: Final = 40_000
_PARTS_MAX: Final = 2000
# Slack takes 40,000 characters for a text, each a few more once it is escaped.
_VALUE_MAX: Final = 100_000
_DEPTH_MAX: Final = 12

Part = Mapping[str, Any]


def message_text(message: Part) -> str:
    """Return a message's text as it was typed, the number of characters and of parts bounded.

    Blocks are what a person sees of a message that has them; its `text` then only notifies.
    Attachments, among them forwarded messages, stand below it.
    """
    return _joined(_lines_of_message(message, _Budget(), 0))


def own_text(message: Part) -> str:
    """Return the part of that text which its author wrote; quotes and what is struck are marked."""
    return _joined(_lines_of_body(message, _Budget(shows_marks=True), 0))


def attached_text(message: Part) -> str:
    """Return the part which came with it: forwarded messages, but no previews of links."""
    budget = _Budget()
    attached = [one for one in _parts(message.get("attachments")) if not _is_preview(one)]
    return _joined(line for one in attached for line in _lines_of_attachment(one, budget, 1))


class _Budget:
    """How many parts of a message are still read.

    With `shows_marks`, what rich text quotes or strikes through is marked as people type it.
    """

    def __init__(self, *, shows_marks: bool = False) -> None:
        self._left = _PARTS_MAX
        self.shows_marks = shows_marks

    def takes(self, depth: int) -> bool:
        """Count a part; return whether it is still read."""
        self._left -= 1
        return self._left >= 0 and depth < _DEPTH_MAX


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line.strip()).strip()[:_TEXT_MAX]


def _is_preview(attachment: Part) -> bool:
    """Whether Slack or an app has added it for a link in the text."""
    if any(attachment.get(name) for name in ("is_share", "is_msg_unfurl", "message_blocks")):
        return False
    return any(attachment.get(name) for name in ("from_url", "original_url", "app_unfurl_url"))


def _lines_of_body(message: Part, budget: _Budget, depth: int) -> list[str]:
    lines = list(_lines_of_blocks(message.get("blocks"), budget, depth))
    if not any(line.strip() for line in lines):
        lines = [_typed(message.get("text"))]
    return lines


def _lines_of_message(message: Part, budget: _Budget, depth: int) -> list[str]:
    if not budget.takes(depth):
        return []
    lines = _lines_of_body(message, budget, depth)
    for attachment in _parts(message.get("attachments")):
        lines += _lines_of_attachment(attachment, budget, depth + 1)
    return lines


def _lines_of_attachment(attachment: Part, budget: _Budget, depth: int) -> list[str]:
    """Return the lines of an attachment; a forwarded message is one that carries a message."""
    if not budget.takes(depth):
        return []
    inner = list(_lines_of_blocks(attachment.get("blocks"), budget, depth))
    for forwarded in _parts(attachment.get("message_blocks")):
        message = forwarded.get("message")
        if isinstance(message, Mapping):
            inner += _lines_of_message(message, budget, depth + 1)
    if not any(line.strip() for line in inner):
        inner = [_typed(attachment.get("text"))]
    lines = [_typed(attachment.get(name)) for name in ("pretext", "title")] + inner
    for field in _parts(attachment.get("fields")):
        title, value = _typed(field.get("title")), _typed(field.get("value"))
        lines.append(f"{title}: {value}" if title and value else title or value)
    if not any(line.strip() for line in lines):
        lines = [_typed(attachment.get("fallback"))]
    return lines


def _lines_of_blocks(blocks: object, budget: _Budget, depth: int) -> Iterator[str]:
    for block in _parts(blocks):
        if budget.takes(depth):
            read = _BLOCKS.get(str(block.get("type")))
            yield from read(block, budget, depth + 1) if read else ()


def _section(block: Part, budget: _Budget, depth: int) -> Iterator[str]:
    yield _object(block.get("text"))
    for field in _parts(block.get("fields")):
        if budget.takes(depth):
            yield _object(field)


def _context(block: Part, budget: _Budget, depth: int) -> Iterator[str]:
    elements = [part for part in _parts(block.get("elements")) if budget.takes(depth)]
    yield " ".join(filter(None, map(_object, elements)))


def _titled(block: Part, _budget: _Budget, _depth: int) -> Iterator[str]:
    yield _object(block.get("title"))
    yield _object(block.get("description"))


def _plain(block: Part, _budget: _Budget, _depth: int) -> Iterator[str]:
    yield _object(block.get("text"))


def _markdown(block: Part, _budget: _Budget, _depth: int) -> Iterator[str]:
    yield _raw(block.get("text"))


def _table(block: Part, budget: _Budget, depth: int) -> Iterator[str]:
    rows = block.get("rows")
    for row in rows if isinstance(rows, list) else ():
        cells = [_cell(cell, budget, depth + 1) for cell in _parts(row) if budget.takes(depth)]
        yield " | ".join(filter(None, cells))


def _cell(cell: Part, budget: _Budget, depth: int) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(filter(None, _rich_text(cell, budget, depth)))
    return _raw(cell.get("text"))


def _rich_text(block: Part, budget: _Budget, depth: int) -> Iterator[str]:
    """Return the lines of rich text: a line for each section, quote and item of a list."""
    for element in _parts(block.get("elements")):
        if not budget.takes(depth):
            return
        if element.get("type") == "rich_text_list":
            yield from _rich_text(element, budget, depth + 1)
            continue
        parts = [part for part in _parts(element.get("elements")) if budget.takes(depth)]
        if not budget.shows_marks:
            yield "".join(map(_rich_text_element, parts))
        elif element.get("type") == "rich_text_quote":
            yield "> " + _with_strikes(parts).replace("\n", "\n> ")
        else:
            yield _with_strikes(parts)


def _with_strikes(parts: Iterable[Part]) -> str:
    """Return rich text with "~" around what is struck through."""
    said = ""
    for is_struck, struck in groupby(parts, key=_is_struck):
        text = "".join(map(_rich_text_element, struck))
        words = text.strip()
        said += text.replace(words, f"~{words}~", 1) if is_struck and words else text
    return said


def _is_struck(part: Part) -> bool:
    style = part.get("style")
    return isinstance(style, Mapping) and style.get("strike") is True


def _rich_text_element(part: Part) -> str:
    match part.get("type"):
        case "link":
            return link_in_words(_raw(part.get("url")), _raw(part.get("text")))
        case "user":
            return f"<@{_raw(part.get('user_id'))}>"
        case "channel":
            return unescape(f"<#{_raw(part.get('channel_id'))}>")
        case "usergroup":
            return unescape(f"<!subteam^{_raw(part.get('usergroup_id'))}>")
        case "broadcast":
            return f"@{_raw(part.get('range'))}"
        case "emoji":
            return _emoji(part)
        case "date":
            return _raw(part.get("fallback"))
        case _:
            return _raw(part.get("text"))


def _emoji(part: Part) -> str:
    try:
        codes = _raw(part.get("unicode")).split("-")
        return clean("".join(chr(int(code, 16)) for code in codes if code))
    except (ValueError, OverflowError):
        return ""


def _object(value: object) -> str:
    """Return a text object's text: mrkdwn is escaped, plain text is not."""
    if not isinstance(value, Mapping):
        return ""
    text = value.get("text")
    return _typed(text) if value.get("type") == "mrkdwn" else _raw(text)


def _typed(value: object) -> str:
    return unescape(value[:_VALUE_MAX]) if isinstance(value, str) else ""


def _raw(value: object) -> str:
    return clean(value[:_TEXT_MAX]) if isinstance(value, str) else ""


def _parts(value: object) -> Iterator[Part]:
    if isinstance(value, list):
        yield from (part for part in value if isinstance(part, Mapping))


_BLOCKS: Final[Mapping[str, Callable[[Part, _Budget, int], Iterator[str]]]] = {
    "section": _section,
    "header": _plain,
    "context": _context,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "image": _titled,
    "video": _titled,
    "table": _table,
}
