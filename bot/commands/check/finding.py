"""What a check finds, one thing at a time."""

from dataclasses import dataclass
from typing import Final

# How long each thing that is looked at may take.
CHECK_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not `ok`."""

    what: str
    ok: bool
    found: str
    advice: str = ""


def printable(text: str) -> str:
    """Return a text as a terminal may show it."""
    return text if text.isprintable() else ascii(text)
