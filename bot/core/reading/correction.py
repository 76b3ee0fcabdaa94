"""A number that what follows it takes back: "… 2671, sorry, 2672", "…, wrong number". Pure."""

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
    r"(?:it['’]?s|that['’]?s|c['’]est|it|is|not|that|this|should|must|have|be|been|read|the|"
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
_BEGINNING: Final = r"(?:^|[\n,.;:!?()–—-])[^\w\n]{0,5}+"
# What is hardly said of anything else: a whole number in the same sentence is then another one.
_STRONG_MARK: Final = (
    r"(?:no\s+wait|wait|oops|whoops|ups|sorry|hold\s+on|correction|corrected|i\s+mean(?:t)?|rather|"
    r"scratch\s+that|strike\s+that|actually|typo|my\s+(?:bad|mistake)|mistyped|"
    r"wrong\s+(?:number|digits?|one)|instead|better|moment|quatsch|falsche?|korrektur|richtig\s+ist|"
    r"(?:hab(?:e)?\s+)?mich\s+ver(?:tan|tippt|schrieben)|stattdessen|besser|pardon|plut[oô]t|digo|erreur|"
    r"je\s+me\s+suis\s+trompée?|perd[oó]n|me\s+equivoqu[eé]|mejor|scusa|anzi|ho\s+sbagliato|"
    r"desculpe?|errei|aliás|ik\s+bedoel|liever|pomyłka|przepraszam|ошиб\w+|вернее|точнее|извините)"
)
# Behind so much that is said of the call nobody corrects its number any more.
_SOON: Final = 1000
_NAMES_DIGITS: Final = re.compile(r"\d|digits?\b", re.IGNORECASE)
# What such a number is in what the call is for.
_TOLD: Final = (
    r"\b(?:ask|tell|give|say|let|about|back|callback|order|invoice|ref|reference|ticket|account|"
    r"booking|reservation|my\s+(?:own\s+|cell\s+|mobile\s+|phone\s+|direct\s+)?(?:number|phone|cell|mobile))\b"
)
_WHOLE: Final = r"(?!(?:19|20)\d\d[-./]\d)(?:[+＋]\s?)?\(?\d(?:[\s().-]{0,2}\d){6,}(?![\d:%€£$])"
_CORRECTION: Final = re.compile(
    rf"{_BEGINNING}{_MARK}\b[^\w+＋(]{{1,5}}+"
    rf"(?:(?:{_MARK}|{_BETWEEN})\b[^\w+＋(]{{1,5}}+){{0,8}}{_DIGITS}|"
    rf"{_BEGINNING}{_MARK}\b\W{{1,5}}(?:(?:{_MARK}|{_BETWEEN})\b\W{{1,5}}){{0,6}}?digits?\b|"
    rf"{_BEGINNING}{_STRONG_MARK}\b(?:(?!{_TOLD})[^.!?\n\d+＋(]){{1,60}}{_WHOLE}|"
    rf"\s(?:edit|update|correction|corrected|typo|korrektur|errata)\s?:\s{{0,3}}"
    rf"(?:{_BETWEEN}\b[^\w+＋(]{{1,5}}+){{0,8}}{_DIGITS}|"
    # As people correct what they wrote just before: "*2672".
    rf"\n[^\S\n]{{0,3}}\*[^\S\n]?{_DIGITS}\W{{0,5}}$|"
    r"\blast\s+(?:\w{1,8}\s+)?digits?\s+(?:should|must)\b|"
    rf"{_BEGINNING}(?:(?:with|the|scratch|change|fix|make|correct|my|its|it|has|should|have)\s+){{0,4}}last\s+"
    r"(?:\w{1,8}\s+)?digits?\b(?!\s+(?:of|on)\b)|\b(?:with|has|have|having)\s+(?:an?\s+)?\d{1,4}\s+at\s+the\s+end\b|"
    r"(?:不对|不對|错了|錯了|更正|訂正|間違え)[^\d\n]{0,12}\d{4,}",
    re.IGNORECASE,
)


def is_taken_back(after: str) -> bool:
    """Whether what follows a number corrects it."""
    soon = after[:_SOON]
    # Most of what is said names none; looking for a correction takes longest.
    return _NAMES_DIGITS.search(soon) is not None and _CORRECTION.search(soon) is not None
