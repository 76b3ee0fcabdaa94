"""How a revision changes a table that is in use without keeping others from it for long."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op


def add_column(table: str, column: "sa.Column[object]") -> None:
    """Add a column, unless an attempt that did not come to its end has added it."""
    there = {each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)}
    if column.name not in there:
        op.add_column(table, column)


@contextmanager
def outside_of_transaction() -> Iterator[None]:
    """Commit what was changed; on PostgreSQL each statement in the context is one of its own.

    What is done here is done again where it did not come to its end.
    """
    if op.get_bind().dialect.name != "postgresql":
        yield
        return
    with op.get_context().autocommit_block():
        yield
