"""What a call is for: how much a text says, and whether it fits. Pure."""

import re
import unicodedata
from typing import Final

from bot.core.doubt import Doubt, DoubtKind
from bot.core.reading.words import SAYING_NOTHING
from bot.core.reading.written import IGNORED

# What a prompt must say, in Latin letters; and Slack's longest field, in characters.
PROMPT_MIN: Final = 10
PROMPT_MAX: Final = 3000
# Four characters of Chinese, Japanese or Korean say as much as ten letters.
_WIDE: Final = PROMPT_MIN / 4
_WORD: Final = re.compile(r"[^\W_]+")
# What people wrap a whole request in.
_WRAPS: Final = (
    ("```", "```"),
    ("`", "`"),
    ("*", "*"),
    ("_", "_"),
    ("~", "~"),
    ("(", ")"),
    ("[", "]"),
    ("“", "”"),
    ("„", "“"),
    ("‘", "’"),
    ("«", "»"),
    ('"', '"'),
)


def tidy_prompt(text: str) -> str:
    """Return a prompt without surrounding space and invisible characters."""
    return text.strip(f"{IGNORED} \t\r\n\f\v\u00a0\u3000")


def unwrapped(prompt: str, before: str) -> str:
    """Return a prompt without the mark at its end that closes one which stands before it."""
    for opener, closer in _WRAPS:
        own = prompt.count(opener) if opener != closer else 0
        if opener in before and prompt.endswith(closer) and prompt.count(closer) == own + 1:
            return tidy_prompt(prompt.removesuffix(closer))
    return prompt


def with_house_rules(prompt: str, rules: str) -> str:
    """Return what is sent for a prompt: what its person wrote, then the rules of the house."""
    return f"{prompt}\n\n{rules}" if rules else prompt


def doubt_about_prompt(prompt: str) -> Doubt | None:
    """Return what is wrong with a prompt, None if it can be used."""
    if not tidy_prompt(prompt) or _says_nothing(prompt):
        return Doubt(DoubtKind.PROMPT_MISSING)
    if len(prompt) > PROMPT_MAX:
        return Doubt(DoubtKind.PROMPT_TOO_LONG, length=len(prompt))
    if _measure(prompt) < PROMPT_MIN:
        return Doubt(DoubtKind.PROMPT_TOO_SHORT, length=len(prompt))
    return None


def _says_nothing(prompt: str) -> bool:
    """Whether there are only words of how a call is asked for, and none of what for."""
    words = _WORD.findall(prompt[: 10 * PROMPT_MIN].lower())
    return bool(words) and SAYING_NOTHING.issuperset(words)


def _measure(prompt: str) -> float:
    """Return how much a prompt says, in Latin letters; a long one is not measured to its end."""
    said = " ".join(prompt[: 10 * PROMPT_MIN].split())
    return len(said) if said.isascii() else sum(map(_weight, said))


def _weight(character: str) -> float:
    if character in IGNORED:
        return 0
    is_wide = character.isalpha() and unicodedata.east_asian_width(character) == "W"
    return _WIDE if is_wide else 1
