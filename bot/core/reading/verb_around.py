"""A call that is asked for in other languages, around its number: "Ruf … an und frag". Pure.

Only what says at once what for is meant: behind "Ruf … morgen an" stands when.
"""

import re
from typing import Final

_GERMAN: Final = r"(?:hallo|hi|hey|bitte|mal|doch|kannst|könntest|können|könnten|würdest|du|sie)"
_FRENCH: Final = (
    r"(?:bonjour|salut|peux|pourrais|pouvez|pourriez|tu|vous|veuillez|merci\s+d['’]|"
    r"s['’]il\s+(?:te|vous)\s+pla[iî]t|stp|svp)"
)
_SPANISH: Final = r"(?:hola|por\s+favor|puedes?|podrías?|favor\s+de)"
_PORTUGUESE: Final = r"(?:olá|oi|por\s+favor|pode|podes|poderia|você)"
_ITALIAN: Final = r"(?:ciao|per\s+favore|puoi|può|potresti|potrebbe)"
# "… and I will tell you when".
_MYSELF: Final = r"(?:ich|wir|je|j['’]|nous|yo|eu|io|noi|nosotros|nós)\b"
_NUMBER: Final = r"(?:(?:die|das|le|el|il|o|numm?er|num[eé]ro|número|numero)\s+){0,2}"


def _around(polite: str, verb: str, behind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"\W*(?:{polite}[\s,-]+){{0,4}}{verb}{_NUMBER}\W*", re.IGNORECASE),
        re.compile(rf"[^\w\n+＋]{{0,3}}{behind}\s+(?!{_MYSELF})(?=[^\W\d])", re.IGNORECASE),
    )


_AROUND: Final = (
    _around(
        _GERMAN,
        rf"ruf(?:e|en)?\s+(?:{_GERMAN}\s+){{0,3}}(?:unter\s+)?",
        r"an(?:[\s,]+(?:und|um))",
    ),
    _around(_GERMAN, rf"{_GERMAN}\s+(?:unter\s+)?", r"anrufen(?:[\s,]+(?:und|um))"),
    _around(
        _FRENCH,
        rf"(?:appel(?:le|er|ez)|téléphone[rz]?)\s+(?:{_FRENCH}\s+)?(?:(?:au|le|à)\s+)?",
        r"(?:et|pour|afin)",
    ),
    _around(
        _SPANISH, rf"llam(?:a|e|ar|en)\s+(?:{_SPANISH}\s+)?(?:(?:al?|para)\s+)?", r"(?:y|para)"
    ),
    _around(
        _PORTUGUESE,
        rf"(?:lig(?:a|ue|ar)|telefon(?:e|ar))\s+(?:{_PORTUGUESE}\s+)?(?:(?:para|ao?)\s+)?",
        r"(?:e|para)",
    ),
    _around(
        _ITALIAN,
        rf"(?:chiam(?:a|i|are)|telefon(?:a|i|are))\s+(?:{_ITALIAN}\s+)?(?:(?:al?|il)\s+)?",
        r"(?:e|per)",
    ),
)
# In front of a call that is asked for so nothing longer stands.
_BEFORE: Final = 80


def is_verb_around(text: str, start: int, end: int) -> bool:
    """Whether the number that stands there is asked to be called, and at once what for."""
    if start > _BEFORE:
        return False
    return any(
        before.fullmatch(text, 0, start) and behind.match(text, end) for before, behind in _AROUND
    )
