"""One sequence of versions for all rows of a table: each change has a later one.

What a hand or a fault has left in one row is no version, and so ends the sequence of no other.
"""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, func, select

# Further than so many changes nobody comes; the column holds a little more.
_MOST: Final = 2_000_000_000


def last_version(column: Column[Any]) -> Select[Any]:
    """Return what reads the last version that was given, 0 for none."""
    return select(func.coalesce(func.max(column), 0)).where(column <= _MOST)


def is_later(column: Column[Any], seen: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a row has changed since a version."""
    return and_(column > seen, column <= _MOST)


def version_of(kept: object) -> int:
    """Return the version that a row has, 0 for what is none."""
    return kept if isinstance(kept, int) and kept <= _MOST else 0
