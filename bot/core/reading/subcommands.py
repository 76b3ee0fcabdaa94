"""What is typed behind the slash command, written to the bot instead: "unblock +1 …". Pure."""

import re
from typing import Final

# What begins with a letter behind "block" is what a call is for, as in "block my card, +1 …".
_SUBCOMMAND: Final = re.compile(
    r"(?:pause|resume|audit)(?:\s+(?:all\s+)?calls)?"
    r"|(?:un)?block(?:\s+[^a-z\s].*)?"
    r"|forget(?:\s+(?:<@\w+(?:\|[^>]*)?>|[uw](?=\w*\d)\w+|[^a-z]*\d[^a-z]*))?",
    re.IGNORECASE | re.DOTALL,
)
_PERSON: Final = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_LONGEST: Final = 80


def subcommand_in(text: str) -> str | None:
    """Return what to type behind the slash command; None for a text that is no subcommand."""
    written = text.strip().rstrip(".!")
    if len(written) > _LONGEST or _SUBCOMMAND.fullmatch(written) is None:
        return None
    word, *rest = _PERSON.sub(r"\1", written).split()
    is_of_all = word.lower() in {"pause", "resume", "audit"}
    return " ".join([word.lower(), *([] if is_of_all else rest)])
