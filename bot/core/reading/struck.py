"""A number in words that do not ask for a call by themselves: struck through, or quoted. Pure."""

import re
from typing import Final

from bot.core.reading.found_number import FoundNumber

_STRIKE_OPENS: Final = re.compile(r"~{1,2}(?=[^\s~]|$)[^~]*$")
_STRIKE_CLOSES: Final = re.compile(r"[^~]*[^\s~]~(?!\w)")
# Slack's ">>>" quotes all that follows; Outlook and mail begin each line with ">".
_QUOTED: Final = re.compile(r"(?:^|\n)[^\S\n]*(?:>>>[^\n]*(?:\n[^\n]*)*|>[^\n]*)\Z")


def is_struck(text: str, found: FoundNumber) -> bool:
    """Whether the number is struck through, alone or with the words before it."""
    return "~" in text[: found.written.start] and text[found.end :].lstrip()[:1] == "~"


def is_struck_with_words(text: str, found: FoundNumber) -> bool:
    """Whether it is struck through with what it is to be called for, or with the wish to call."""
    opened = _STRIKE_OPENS.search(text, 0, found.written.start)
    if opened is None or _STRIKE_CLOSES.match(text, found.end - 1) is None:
        return False
    is_alone = re.fullmatch(r"~+[\W_]*", opened[0]) is not None and is_struck(text, found)
    return not is_alone


def is_quoted(text: str, found: FoundNumber) -> bool:
    """Whether it stands in a quotation, as a message has it: in somebody else's words."""
    before = text[: found.written.start]
    return ">" in before and _QUOTED.search(before) is not None
