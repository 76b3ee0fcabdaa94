"""A time that a request begins with, which may be when to call or part of what it is for. Pure."""

import re
from typing import Final

_COUNT: Final = r"(?:\d{1,3}|an?|one|two|three|five|ten|fifteen|twenty|thirty|half\s+an|a\s+few)"
_UNIT: Final = r"(?:minutes?|mins?|hours?|hrs?|h|days?|weeks?)"
# An hour alone is one before a joint: not the house of "at 24 Main Street".
_CLOCK: Final = (
    r"(?:noon\b|midnight\b|\d{1,2}[:.]\d{2}(?!\d)(?:\s?[ap]\.?m\b\.?)?|"
    r"\d{1,2}\s?(?:[ap]\.?m\b\.?|o['’]?clock\b|h\b|uhr\b)|"
    r"\d{1,2}(?=\s*(?:$|[,:;]|and\b|to\b|today\b|tomorrow\b|tonight\b)))"
)
_DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PART: Final = r"(?:morning|afternoon|evening|night)"
# "in 20 min", "tomorrow at noon", "at 14:30 CET", "later", "on Monday"; by itself "Friday 7pm" is
# what the call is for.
_TIME: Final = re.compile(
    rf"\W{{0,5}}(?:(?:please|but|only)\s+)?(?:"
    rf"in\s+(?:about\s+)?{_COUNT}\s*{_UNIT}\b|"
    rf"(?:at|after|around|before|not\s+before)\s+{_CLOCK}|"
    rf"(?:on|this|next|every)\s+(?:{_DAY}|{_PART}|week|month)\b|"
    rf"(?:tomorrow|tonight|later)(?![\w'’])(?:\s+(?:{_PART}|today)\b)?"
    rf")(?:\s+(?:at|around)\s+{_CLOCK})?",
    re.IGNORECASE,
)


def time_first(text: str) -> str | None:
    """Return the time that a text begins with, None if it begins with something else."""
    match = _TIME.match(text)
    return match[0].strip() if match else None
