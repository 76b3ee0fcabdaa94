"""Tables with many rows, made by the database itself as copies of one."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncEngine

_NUMBERS: Final = (
    "WITH RECURSIVE numbers(number) AS "
    "(SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count})"
)
# What differs from copy to copy, of the columns of these names.
_DIFFERS: Final = {
    "request_key": "'copy:' || numbers.number",
    "requester": "'U' || numbers.number % 500",
    "person": "'U' || numbers.number % 500",
    "number": "'+1415' || numbers.number",
    "thread_ts": "'1.' || numbers.number",
    "message_ts": "'2.' || numbers.number",
}
_IDS: Final = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


async def copy_row(
    engine: AsyncEngine, table: Table, count: int, differs: Mapping[str, str] | None = None
) -> None:
    """Copy the only row of `table` so many times.

    What differs comes on top of the columns that always do: an SQL expression for each column, in
    which `numbers.number` counts the copies.
    """
    an_id = _IDS[engine.dialect.name]
    expressions = {"id": an_id, "call_id": an_id, **_DIFFERS, **(differs or {})}
    names = [column.name for column in table.columns]
    values = ", ".join(expressions.get(name, f'one."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                f"{_NUMBERS.format(count=count)} INSERT INTO {table.name} ({listed}) "
                f"SELECT {values} FROM numbers, {table.name} AS one"
            )
        )
        await connection.execute(text(f"ANALYZE {table.name}"))
