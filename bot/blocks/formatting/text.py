"""Slack's text: escaping, unescaping, and cutting to length."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from slack_sdk.models.blocks import MarkdownTextObject, PlainTextObject

from bot.core.reading.slack_references import in_words

# Slack's reference of limits.
SECTION_MAX: Final = 3000
CONTEXT_MAX: Final = 2000
BUTTON_MAX: Final = 75
# chat.update takes about 4,000 bytes of text after escaping; 4 bytes is the longest character.
TEXT_MAX: Final = 900

# Slack's format of dates: "today at 7:00 PM".
DATE_FORMAT: Final = "{date_short_pretty} at {time}"

# The ampersand first: it stands in the others.
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_UNDISPLAYABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt);")
_MARKUP: Final = re.compile(rf"{_ENTITY.pattern}|<[^<>]*>")
_UNESCAPED: Final = {entity: char for char, entity in _ENTITIES.items()}
_PARTIAL_ENTITY: Final = re.compile(r"&\w{0,3}$")


def clean(text: str) -> str:
    """Return `text` without what no database and no screen can take: controls, lone surrogates."""
    return _UNDISPLAYABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> str:
    """Return `text` so that Slack shows it as it stands: no mention and no link in it is live."""
    escaped = clean(text)
    for character, entity in _ENTITIES.items():
        escaped = escaped.replace(character, entity)
    return escaped


def unescape(text: str) -> str:
    """Return what a person typed, from the text of a Slack command or message.

    Escaped characters and Slack's links are undone in one pass, once: `<tel:+1…|+1 415…>` is
    "+1 415…", `<#C1|general>` is "#general", `<https://a.example|menu>` is
    "menu (https://a.example)". People stay as `<@U1>`.
    """
    return clean(_MARKUP.sub(lambda match: _typed(match[0]), text))


def cut(escaped: str, limit: int) -> str:
    """Return `escaped` in at most `limit` characters, an ellipsis at the end where it was cut.

    Text is cut after it was escaped, so an entity at the edge is dropped whole.
    """
    if len(escaped) <= limit:
        return escaped
    return _PARTIAL_ENTITY.sub("", escaped[: limit - 1]).rstrip() + "…"


def shown(text: str, limit: int) -> str:
    """Return `text` from outside, escaped and cut to `limit` characters; empty for nothing."""
    return cut(escape(text).strip(), limit)


def quoted(text: str, limit: int) -> str:
    """Return `text` from outside as a quotation of at most `limit` characters."""
    lines = "\n".join(f">{line}" for line in escape(text).splitlines())
    return cut(lines, limit)


def markdown(text: str) -> MarkdownTextObject:
    """Return mrkdwn in which Slack makes nothing live by itself: no #channel, no address."""
    return MarkdownTextObject(text=text, verbatim=True)


def plain(text: str) -> PlainTextObject:
    """Return text from outside, unescaped: nothing in it is live, and no `*` and `:` is read."""
    return PlainTextObject(text=text, emoji=False)


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield all of `text` from outside, unescaped, in pieces of at most `limit` characters.

    It is parted at a line's or a word's end where there is one near.
    """
    rest = clean(text).strip()
    while len(rest) > limit:
        head = rest[:limit]
        for separator in ("\n", " "):
            at = head.rfind(separator)
            if at > limit // 2:
                head = head[:at]
                break
        yield head.rstrip()
        rest = rest[len(head) :].lstrip()
    if rest:
        yield rest


def date(time: datetime, form: str = DATE_FORMAT) -> str:
    """Return mrkdwn for a time, which Slack shows in each reader's own zone: "today at 7:00 PM"."""
    return f"<!date^{int(time.timestamp())}^{form}|{date_in_utc(time)}>"


def date_in_utc(time: datetime) -> str:
    """Return a time as it is shown where Slack's format is not known."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def duration(seconds: float) -> str:
    """Return a time in words: 40 s, 2 min 13 s, 1 h 5 min."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _typed(markup: str) -> str:
    if markup.startswith("&"):
        return _UNESCAPED[markup]
    return in_words(*map(_undone, markup[1:-1].partition("|")[::2]))


def _undone(text: str) -> str:
    return _ENTITY.sub(lambda match: _UNESCAPED[match[0]], text)
