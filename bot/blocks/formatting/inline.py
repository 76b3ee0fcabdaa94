"""Rich text of our own: what stands in one line, and the same as the text of a notification.

Text in rich text is never parsed: words from outside stand in it as they are.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from slack_sdk.models.blocks import (
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from bot.blocks.formatting.text import DATE_FORMAT, clean, date, date_in_utc, escape, unescape

_SEPARATOR: Final = " · "
# Slack's markup of a person and of a time.
_TOKEN: Final = re.compile(r"<@(\w+)>|<!date\^(\d+)\^([^|>]+)\|([^>]*)>")

Inline = RichTextElement


def words(text: str, *styles: str) -> Inline:
    """Return text, which must say something, in the given styles."""
    style = dict.fromkeys(styles, True) if styles else None
    return RichTextElementParts.Text(text=clean(text), style=style)


def person(user: str) -> Inline:
    """Return a mention, which notifies that person."""
    return RichTextElementParts.User(user_id=user)


def moment(time: datetime) -> Inline:
    """Return a time, which Slack shows in each reader's own zone: "today at 7:00 PM"."""
    return RichTextElementParts.Date(
        timestamp=int(time.timestamp()), format=DATE_FORMAT, fallback=date_in_utc(time)
    )


def inline_of(mrkdwn: str) -> list[Inline]:
    """Return a sentence of ours as rich text: no name in it is read as markup."""
    line, end = list[Inline](), 0
    for found in _TOKEN.finditer(mrkdwn):
        if before := mrkdwn[end : found.start()]:
            line.append(words(unescape(before)))
        user, seconds, form, fallback = found.groups()
        if user:
            line.append(person(user))
        else:
            date_of = RichTextElementParts.Date
            line.append(date_of(timestamp=int(seconds), format=form, fallback=fallback))
        end = found.end()
    rest = mrkdwn[end:]
    return [*line, words(unescape(rest))] if rest else line


def one_line(text: str, limit: int) -> str:
    """Return text from outside, unescaped, in one line of at most `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def isolated(name: str) -> str:
    """Return a name that leaves the order of the words around it alone, whatever its script."""
    return name if name.isascii() else f"\u2068{name}\u2069"


def for_whom(name: str) -> Inline:
    """Return for whom a call is made; its two words stay in one line."""
    return words(f"for\u00a0{isolated(name)}")


def apart(groups: Iterable[Sequence[Inline]]) -> list[Inline]:
    """Return groups of words with a dot between one and the next."""
    line = list[Inline]()
    for group in groups:
        line += [words(_SEPARATOR), *group] if line else group
    return line


def as_text(line: Iterable[Inline]) -> str:
    """Return the same as escaped mrkdwn without styles, for a message's text."""
    return "".join(map(_as_text, line))


def section(line: Sequence[RichTextElement]) -> RichTextSectionElement:
    """Return a line of rich text, or the first of several."""
    return RichTextSectionElement(elements=list(line))


def quote(text: str) -> RichTextQuoteElement:
    """Return a quotation."""
    return RichTextQuoteElement(elements=[words(text)])


def rich(elements: Sequence[RichTextElement]) -> RichTextBlock:
    """Return a block of rich text."""
    return RichTextBlock(elements=list(elements))


def _as_text(part: Inline) -> str:
    match part:
        case RichTextElementParts.Text():
            return escape(part.text)
        case RichTextElementParts.Date():
            return date(datetime.fromtimestamp(part.timestamp, UTC))
        case _:
            return ""
