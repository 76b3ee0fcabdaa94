"""Numbers with letters or odd marks in them, which are asked back and never dialed. Pure."""

import re
from typing import Final

import phonenumbers

from bot.core.doubt import Doubt, DoubtKind
from bot.core.phone import identify
from bot.core.reading.found_number import FoundNumber
from bot.core.reading.written import western

# HTML's entities, and marks that nobody puts between a number's digits but between its groups.
_MARK: Final = r"(?:&(?:[a-z]{2,8}|#\d{1,5}|#x[0-9a-f]{1,5});|%20|[\s,;:_|*+=~./\-‐–—()\[\]])"
_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}|#\d{1,5}|#x[0-9a-f]{1,5});|%20", re.IGNORECASE)
_MORE_GROUPS: Final = re.compile(rf"(?:{_MARK}{{1,4}}\d{{1,5}}(?!\d)){{1,7}}", re.IGNORECASE)
# "-FLOWERS", " GO FEDEX": capitals, or any letters that a hyphen ties to the number.
_VANITY: Final = re.compile(
    r"[)）]?(?:[-‐‑]?[A-Za-z]{2,12}|[-‐‑. ][A-Z]{2,12})"
    r"(?:[-‐‑. ][A-Z0-9]{1,10}){0,2}(?![A-Za-z0-9])"
)
_PLACEHOLDER: Final = re.compile(r"[)）]?(?:[-‐‑. ]*[Xx]{2,})+")
_NORTH_AMERICAN: Final = 10


def read_odd(found: FoundNumber, region: str) -> FoundNumber | None:
    """Return the number that a text has if letters or odd marks are part of it, to be asked back.

    None if what follows `found`, which is no number by itself, makes none of it either.
    """
    text = found.written.text
    after = text[found.end : found.end + 80]
    for pattern, read in ((_MORE_GROUPS, _marked), (_VANITY, _spelled)):
        match = pattern.match(after)
        if match is not None and _PLACEHOLDER.fullmatch(match[0]):
            # "555-XXXX": whoever leaves digits out means no nines.
            return None
        while match is not None:
            digits = read(found.written.digits, match[0])
            number = identify(digits, region).number
            if number is not None and identify(digits, region).doubt is None:
                return _asked_back(found, found.end + match.end(), number)
            # One part less may be the whole of it: "GO FEDEX NOW".
            shorter = re.search(r"[-‐‑. ,]+[^-‐‑. ,]*$", match[0])
            cut = shorter.start() if shorter else 0
            match = pattern.fullmatch(after, 0, cut) if cut else None
    return None


def _marked(digits: str, more: str) -> str:
    return digits + western(_ENTITY.sub(" ", more))


def _spelled(digits: str, word: str) -> str:
    """Return the digits that letters stand for; a word may be longer than its number."""
    plus, before = digits.startswith("+"), digits.lstrip("+")
    spelled = western(phonenumbers.convert_alpha_characters_in_number(word))
    national = _NORTH_AMERICAN + before.startswith("1") - len(before)
    return ("+" if plus else "") + before + spelled[: max(national, 0)]


def _asked_back(found: FoundNumber, end: int, number: phonenumbers.PhoneNumber) -> FoundNumber:
    instead = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    typed = found.written.text[found.written.start : end].strip()
    doubt = Doubt(DoubtKind.WRITE_INSTEAD, typed, instead=instead)
    return FoundNumber(found.written, None, typed, end, (doubt,))
