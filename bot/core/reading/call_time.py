"""A time that a request begins with, or asks to call at: it may be part of what it is for. Pure."""

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
_DAY: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b(?!-)\.?)"
)
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ORDINAL: Final = r"\d{1,2}(?:st|nd|rd|th)"
_DATE: Final = (
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?|(?:the\s+)?(?:{_ORDINAL}|\d{{1,2}}\.?)\s+(?:of\s+)?{_MONTH}|"
    rf"the\s+{_ORDINAL}(?!\s+floor)|\d{{1,2}}[./]\d{{1,2}}\b|\d{{4}}-\d{{2}}-\d{{2}})"
)
_SPELLED: Final = (
    r"(?:half\s+past\s+|(?:a\s+)?quarter\s+(?:to|past)\s+)?"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?:\s+(?:fifteen|thirty|forty[\s-]?five|o['’]?clock))?"
    r"(?=\s*(?:$|[,:;]|and\b|to\b|today\b|tomorrow\b|tonight\b))"
)
_PART: Final = r"(?:morning|afternoon|evening|night)"
# In other languages: what is hardly anything but when to call.
_OTHER_LANGUAGES: Final = (
    r"(?:in|dans|en|tra|fra|em|over|через|za)\s+(?:\d{1,3}|ein(?:er|em)?|une?|un[ao]?|uma?|een)\s+"
    r"(?:minuten?|minutes|minut[iy]|minutos?|минут\w?|stunden?|heures?|horas?|or[ae]|uur|час\w*|godzin\w?)\b|"
    r"(?:später|plus\s+tard|más\s+tarde|più\s+tardi|mais\s+tarde|straks|позже|później)\b|"
    r"(?:morgen|übermorgen|heute\s+abend|später|am\s+\w{5,10}tag|um\s+\d{1,2}(?:[:.]\d{2})?(?:\s+uhr)?)"
    r"(?:\s+(?:früh|vormittag|nachmittag|abend|(?:um|gegen|nach|ab)\s+\d{1,2}(?:[:.]\d{2})?(?:\s+uhr)?)){0,2}\s+anrufen\b"
)
# "in 20 min", "tomorrow at noon", "at 14:30 CET", "later", "on Monday"; by itself "Friday 7pm" is
# what the call is for.
# No time that is read is longer.
_LONGEST: Final = 200
# How much of what a call is for is looked through for when to make it.
_SEARCHED: Final = 1000
_WHEN: Final = (
    r"(?:"
    rf"in\s+(?:about\s+)?{_COUNT}\s*{_UNIT}\b|"
    rf"(?:at|by|after|around|before|not\s+before|not\s+until)\s+(?:{_CLOCK}|{_SPELLED})|"
    rf"in\s+the\s+{_PART}\b|first\s+thing\b|(?:at\s+the\s+)?end\s+of\s+(?:the\s+)?day\b|"
    r"(?:over|during|at)\s+(?:the\s+)?(?:weekend|lunch(?:time)?|break|holidays)\b|when\s+(?:i|we)\b|"
    r"(?:every|each)\s+\d{1,3}\s+(?:minutes?|mins?|hours?|days?)\b|only\s+(?:after|once|when)\b|"
    r"once\s+\w+\s+(?:has|have|is|are|confirms?|says?|agrees?|approves?|repl(?:y|ies)|answers?)\b|"
    rf"(?:on|this|next|every)\s+(?:{_DAY}|{_PART}|week|month)(?!\w)|(?:every|each)\s+(?:day|hour)\b|"
    rf"(?:not\s+)?(?:after|before|until)\s+(?:{_DAY}|{_DATE})|on\s+{_DATE}|"
    r"(?:after|before)\s+(?:lunch|work|noon|midnight|dinner|breakfast|hours|school)\b|"
    r"not\s+(?:now|yet|today)\b|(?:once|as\s+soon\s+as)\s+(?:it|they|he|she|we)\b|eod\b|only\s+if\b|unless\b|"
    # By itself a day is part of what the call is for; "Tuesday at 9 and ask" is when to do that.
    rf"{_DAY}(?:\s+{_PART})?(?:\s+(?:at|around)\s+{_CLOCK})?(?=\s+and\s+(?:ask|tell|say|find|check|leave)\b)|"
    rf"{_OTHER_LANGUAGES}|"
    rf"(?:tomorrow|tmrw?|tonight|later)(?![\w'’])(?:\s+(?:{_PART}|today)\b)?"
    rf")(?:\s+(?:at|around)\s+{_CLOCK})?"
)
_TIME: Final = re.compile(rf"\W{{0,5}}(?:(?:please|but|only)\s+){{0,2}}{_WHEN}", re.IGNORECASE)
# "call them tomorrow at 9am and …", "… . Call back on Monday": there a day alone will do, too.
# Within a sentence somebody else may be meant to call: "ask them to check, and call him on Monday".
_THEM: Final = r"(?:them|him|her|it|this(?:\s+number)?|that)\s+"
_POLITE: Final = r"(?:(?:please|just|only|but|not)\s+){0,2}"
_CALL_WHEN: Final = re.compile(
    rf"(?:(?:^\W{{0,5}}|[.;!?\n(]\s*){_POLITE}(?:(?:call|phone|dial)\s+(?:{_THEM})?|schedule\s+this\s+call\s+(?:for\s+)?)|"
    rf",\s*{_POLITE}(?:call|phone|dial)\s+{_THEM})(?:back\s+)?{_POLITE}"
    rf"(?P<time>{_WHEN}|{_DAY}(?:\s+{_PART})?(?:\s+(?:at\s+)?{_CLOCK})?(?![\w'’])|"
    rf"{_DATE}(?!\w)|{_CLOCK}(?!\w))",
    re.IGNORECASE,
)


def call_time(text: str) -> str | None:
    """Return the time that a text begins with, or at which it asks to call; None without one."""
    match = _TIME.match(text[:_LONGEST])
    if match is not None:
        return match[0].strip()
    asked = _CALL_WHEN.search(text[:_SEARCHED])
    return asked["time"].strip() if asked else None
