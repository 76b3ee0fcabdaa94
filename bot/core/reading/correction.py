"""A number that is taken back in what follows it: "… 2671, sorry, 2672". Pure."""

import re
from typing import Final

# What begins a correction, in the languages that people mix into requests.
_MARK: Final = (
    r"(?:no|nope|nah|sorry|oops|whoops|ups|oh|wait|hold\s+on|correction|corrected|edit|"
    r"i\s+mean(?:t)?|rather|scratch\s+that|strike\s+that|make\s+(?:that|it)|actually|typo|"
    r"my\s+(?:bad|mistake)|mistyped|wrong\s+(?:number|digits?|one)|pardon|instead|"
    r"nein|quatsch|falsch|korrektur|stattdessen|non|erreur|correcti[oó]n|perd[oó]n|scusa|errata|"
    r"nee|desculpe?|nie|нет|ошибка|исправление)"
)
# What may stand between that and the digits.
_BETWEEN: Final = (
    r"(?:it['’]?s|that['’]?s|c['’]est|it|is|that|this|should|must|have|be|been|read|the|"
    r"a|an|my|his|her|their|number|phone|correct|right|new|real|actual|last|first|digits?|four|two|"
    r"ends?|ending|end|with|in|on|to|use|try|call|dial|mean|meant|for|of|one|was|"
    r"es|ist|sind|die|der|letzten|ziffern|nummer|le|numéro|est|el|número|son|il|numero)"
)
# As many digits as a number ends with, or fewer that are said to stand there; no time or amount.
_DIGITS: Final = (
    r"(?:(?:[+＋(]\s?)*\d(?:[\s().-]{0,2}\d){3,}(?![\d:]|[.,]\d|\s*(?:%|€|£|\$|uhr\b|"
    r"people\b|persons\b|guests\b|dollars?\b|euros?\b|usd\b|eur\b))|"
    r"\d(?:[\s().-]{0,2}\d){0,2}\W{1,3}(?:at|in)\s+the\s+end\b|"
    r"\d(?:[\s().-]{0,2}\d){0,2}\W{1,3}(?:am\s+ende|à\s+la\s+fin|al\s+final|alla\s+fine|no\s+fim)\b)"
)
_CORRECTION: Final = re.compile(
    rf"(?:^|[\n,.;:!?()–—-])[^\w\n]{{0,5}}+{_MARK}\b[^\w+＋(]{{1,5}}+"
    rf"(?:(?:{_MARK}|{_BETWEEN})\b[^\w+＋(]{{1,5}}+){{0,8}}+{_DIGITS}|"
    r"\blast\s+(?:\w{1,8}\s+)?digits?\s+(?:should|must)\b|"
    r"(?:不对|不對|错了|錯了|更正|訂正|間違え)[^\d\n]{0,12}\d{4,}",
    re.IGNORECASE,
)


def is_taken_back(after: str) -> bool:
    """Whether what follows a number corrects it."""
    return _CORRECTION.search(after) is not None
