"""How a revision makes an index on a table that is in use."""

from collections.abc import Mapping, Sequence

from alembic import op
from sqlalchemy import text


def create_index(
    name: str,
    table: str,
    columns: Sequence[str],
    only: str | None = None,
    *,
    operators: Mapping[str, str] | None = None,
) -> None:
    """Make an index of the rows for which the SQL `only` holds, while they are read and written.

    `operators` names the operator class of a column on PostgreSQL. There it is done outside of a
    transaction; what an earlier attempt left is of no use.
    """
    where = text(only) if only else None
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(name, table, list(columns), sqlite_where=where)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            name,
            table,
            list(columns),
            postgresql_where=where,
            postgresql_ops=dict(operators or {}),
            postgresql_concurrently=True,
        )
