"""What Slack refers to by ids and addresses, in the words that a person sees of it. Pure."""

import re
from typing import Final

from bot.core.phone import format_international
from bot.core.reading.written import belongs_to_more, western

# Slack escapes what people type, so that these are its own; in a form they were pasted.
_REFERENCE: Final = re.compile(
    r"<((?:#[A-Z0-9]{2,30}|!subteam\^[A-Z0-9]{2,30}|!(?:here|channel|everyone)|!date\^[^<>|]*|"
    r"(?:https?://|mailto:|tel:)[^<>|\s]+))(?:\|([^<>]*))?>"
)


def without_references(text: str) -> str:
    """Return a text with words in place of Slack's channels, groups, dates and links."""
    return _REFERENCE.sub(lambda match: in_words(match[1], match[2] or ""), text)


def in_words(target: str, label: str) -> str:
    """Return what a person sees of `<target|label>`; people stay as they are.

    They are asked for by name before a call is announced.
    """
    if target.startswith("@"):
        return f"<{target}>"
    if target.startswith("#"):
        return f"#{label}" if label else "a Slack channel"
    if target.startswith("!subteam^"):
        return label or "a Slack group"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return link_in_words(target, label)


def link_in_words(url: str, label: str) -> str:
    """Return a link's words with its address behind them, where they do not show it."""
    address, is_number = url.removeprefix("tel:").removeprefix("mailto:"), url.startswith("tel:")
    if is_number and _lacks_country(label, address):
        return format_international(address)
    if not label or _is_shown_by(label, address, is_number=is_number):
        return label or address
    return f"{label} ({address})"


def _lacks_country(label: str, address: str) -> bool:
    """Whether words are a number within a country that only the address names: "02 234 5678"."""
    national = western(label).lstrip("0")
    is_within = len(national) > 6 and address.endswith(national)
    return is_within and address.startswith("+") and not any(map(belongs_to_more, label))


def _is_shown_by(label: str, address: str, *, is_number: bool) -> bool:
    """Whether words say what an address does: a number otherwise written, "example.com"."""
    if is_number:
        digits, written = western(address), western(label)
        # In the words there may be an extension behind it.
        return written != "" and (digits[-7:] in written or digits.endswith(written[-7:]))
    bare = address.split("://")[-1].rstrip("/").lower()
    return bare == label.split("://")[-1].rstrip("/").lower()
