"""Whose content is to be forgotten: that of a phone number or that of a person. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.reading.reader import read_number

_PERSON: Final = re.compile(r"<?@?([UW][A-Z0-9]{1,39})(?:\|[^<>]*)?>?")


@dataclass(frozen=True)
class NumberToForget:
    """All calls to a number, in E.164."""

    number: str


@dataclass(frozen=True)
class PersonToForget:
    """All calls that a Slack user asked for."""

    person: str


ToForget = NumberToForget | PersonToForget


@dataclass(frozen=True)
class Forgotten:
    """How many calls and questions were erased; `under_way` of the calls were not over yet.

    `is_all` is False where more is left than there was time for.
    """

    calls: int = 0
    questions: int = 0
    under_way: int = 0
    is_all: bool = True


def read_whom_to_forget(text: str, region: str) -> ToForget | None:
    """Return whom "+1 415 555 2671", "U012AB3CD" or a mention mean; None if that is not clear."""
    if found := _PERSON.fullmatch(text.strip()):
        return PersonToForget(found[1])
    reading = read_number(text, region)
    if reading.recipient is None or not reading.is_confirmable:
        return None
    return NumberToForget(reading.recipient)
