"""PostgreSQL databases for tests: each is as new, though most were used before.

To make one takes the server longer than most tests take; to empty one does not.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.engine import make_url

_CONNECT_SECONDS: Final = 5
_OTHERS: Final = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# What else there is: indexes and whatever has rows, functions, triggers.
_NAMES: Final = """
    SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1
"""


@dataclass
class Databases:
    """Databases like the one at `template`, with its tables and the rows that are in them."""

    template: str
    names: Sequence[str]
    rows: Mapping[str, str]
    _spare: list[str] = field(default_factory=list)

    @classmethod
    async def like(cls, template: str) -> Self:
        """Return databases like that one, to which nobody may be connected from now on."""
        async with _connected(template) as connection:
            return cls(template, await _names(connection), await _rows(connection))

    @asynccontextmanager
    async def one(self) -> AsyncIterator[str]:
        """Give the address of a database that is as new, and keep it for the next if it can be."""
        url = self._spare.pop() if self._spare else await self._new()
        try:
            yield url
        finally:
            try:
                is_as_new = await self._emptied(url)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                is_as_new = False
            if is_as_new:
                self._spare.append(url)
            else:
                await self._drop(url)

    async def close(self) -> None:
        """Drop those that are kept."""
        while self._spare:
            await self._drop(self._spare.pop())

    async def _new(self) -> str:
        template, name = make_url(self.template), f"ringback_{uuid4().hex}"
        async with _connected(self._server) as connection:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"')
        return template.set(database=name).render_as_string(hide_password=False)

    async def _drop(self, url: str) -> None:
        async with _connected(self._server) as connection:
            await connection.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    async def _emptied(self, url: str) -> bool:
        """Take away what a test left; False if that is more than rows."""
        async with _connected(url) as connection:
            await connection.execute(_OTHERS)
            if await _names(connection) != self.names:
                return False
            filled = [
                f'"{name}"'
                for name, rows in self.rows.items()
                if not rows and await connection.fetchval(f'SELECT true FROM "{name}" LIMIT 1')
            ]
            if filled:
                await connection.execute(f"TRUNCATE {', '.join(filled)}")
            return await _rows(connection) == self.rows

    @property
    def _server(self) -> str:
        return make_url(self.template).set(database="postgres").render_as_string(False)


async def _names(connection: Any) -> list[str]:
    return [name for (name,) in await connection.fetch(_NAMES)]


async def _rows(connection: Any) -> dict[str, str]:
    """Return what the tables hold, as text."""
    return {
        name: await connection.fetchval(
            f"SELECT coalesce(string_agg(t::text, ','), '') FROM \"{name}\" t"
        )
        for (name,) in await connection.fetch(_TABLES)
    }


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address, timeout=_CONNECT_SECONDS)
    try:
        yield connection
    finally:
        await connection.close()
