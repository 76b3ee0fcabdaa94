"""Claiming rows with a lease: in place of one that cannot be read, the next is taken."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Executable, Row

from bot.storage.rows import UnreadableRows

# So many times one claim looks further for rows that can be read.
CLAIMS_MAX: Final = 20

T = TypeVar("T")


def claim_readable(
    connection: Connection,
    claim: Executable,
    leave_alone: Executable,
    values: Mapping[str, Any],
    unreadable: UnreadableRows,
    read: Callable[[Iterable[Row[Any]]], list[T]],
) -> list[T]:
    """Lease what is due, `most` at most; `read` returns what can be read of the rows."""
    claimed: list[T] = []
    for _ in range(CLAIMS_MAX):
        wanted = {"most": values["most"] - len(claimed), "resting": unreadable.resting()}
        rows = connection.execute(claim, {**values, **wanted}).all()
        found = read(rows)
        claimed += found
        if len(found) == len(rows):
            break
        # Those that are not remembered keep the lease, and come again when it has run out.
        left = {"ids": unreadable.resting(), "our_lease": values["new_lease"]}
        connection.execute(leave_alone, left)
    return claimed
