"""Another number behind a number: an alternative, or one that is to be called as well. Pure."""

import re
from typing import Final

from bot.core.phone import identify
from bot.core.reading.found_number import FoundNumber
from bot.core.reading.telling import is_of_something_else, is_told
from bot.core.reading.words import CALL_AGAIN, TELLING
from bot.core.reading.written import WrittenNumber, numbers_in

# Whoever begins so names another number to call, whatever stands between.
_OTHERWISE: Final = re.compile(
    r"[\W_]{0,5}(?:or|else|otherwise|alternatively|oder|sonst|ou|sinon|o|oppure|eller|или)\b",
    re.IGNORECASE,
)
# "…, if nobody answers within a minute: +1 …": that one is to be called then.
_IF_UNANSWERED: Final = re.compile(
    r"[\W_]{0,5}(?:(?:and|but)\b\W{1,3})?(?:if|in\s+case)\s+(?:no(?:body|\s+one|\s+answer|t)?|busy|"
    r"(?:it|that)['’]?s\s+busy|(?:they|he|she|it)\s+(?:do(?:es)?\s+not|do(?:es)?n['’]?t)|"
    r"(?:they|he|she|it)(?:['’](?:re|s)|\s+(?:are|is))\s+(?:fully\s+)?"
    r"(?:closed|busy|full|booked|out|away|shut|gone|not|un\w+)|un(?:available|reachable))\b"
    r"(?:(?!\b(?:leave|message|text|sms|my|our|us|me|back|tell|say|give|ask)\b)[^.!?\n\d+＋(]){0,60}[+＋(]?\d",
    re.IGNORECASE,
)
# "… and Mario at +1 …": both are to be called.
_AND_SOMEBODY: Final = re.compile(
    r"\W{0,3}(?:and|or|then|&)\s{1,5}(?:[A-Z]\w{0,30}(?:['’]\w{0,10})?\W{1,5}){1,3}(?:at\b|on\b)?"
    r"\W{0,5}(?=\d)"
)
_CALL_AGAIN: Final = re.compile(CALL_AGAIN, re.IGNORECASE)


def is_next_to_another(text: str, found: FoundNumber, written: list[WrittenNumber]) -> bool:
    """Whether another number follows within two words that tell nobody anything."""
    following = following_number(found, written)
    if following is None or len(following.digits) < 7 or not following.is_grouped:
        return False
    if _OTHERWISE.match(text, found.end) and following.start - found.end < 80:
        return True
    if (joint := _IF_UNANSWERED.match(text, found.end)) and joint.end() > following.start:
        return True
    if (joint := _AND_SOMEBODY.match(text, found.end)) and joint.end() >= following.start:
        return True
    between = text[found.end : following.start][:100].lower()
    words = re.findall(r"[^\W_]+", between)
    is_other = is_of_something_else(text, following.start)
    if len(words) > 2 or TELLING.intersection(words) or is_other:
        return False
    # A sentence of Chinese or Japanese is one such word.
    return (
        len(between) < 8 or between.isascii() or not is_told(text, following.start, following.end)
    )


def following_number(found: FoundNumber, written: list[WrittenNumber]) -> WrittenNumber | None:
    """Return the next that is written like a number, and not like a date or a time of day."""
    after = (other for other in written if other.start >= found.end and not other.is_moment)
    return next(after, None)


def is_called_again(after: str, found: FoundNumber, region: str) -> bool:
    """Whether a later sentence asks for a call to another number."""
    match = _CALL_AGAIN.search(after)
    if match is None:
        return False
    named = numbers_in(after[match.end() : match.end() + 60])
    others = [one for one in named if not one.is_moment]
    if not others:
        return False
    other = identify(others[0].digits, region)
    return other.recipient not in (None, found.recipient)
