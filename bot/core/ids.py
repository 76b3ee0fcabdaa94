"""Ids as they come back from outside: in an address, or in a button. Pure."""

from uuid import UUID


def parse_id(text: str) -> UUID | None:
    """Return the id, in the only form that it was given out in; None for anything else."""
    try:
        parsed = UUID(text)
    except ValueError:
        return None
    return parsed if str(parsed) == text else None
