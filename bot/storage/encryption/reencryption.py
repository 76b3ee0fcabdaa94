"""Encrypts again, with the newest key, what is there: a few rows at a time, while others work."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Table,
    Text,
    and_,
    delete,
    or_,
    select,
    tuple_,
    update,
)

from bot.storage.column_types import NumberContent, NumberKey, PlanType
from bot.storage.encryption.sealing import INDEX_MARK, MARK, Sealing
from bot.storage.engine.database import Database
from bot.storage.lenient import is_sealed
from bot.storage.tables import calls, do_not_call, drafts, installations, workspace_settings

# How many rows one transaction changes: so few hold nobody up who waits for the next.
PORTION: Final = 20
# A row that somebody else is about to change is come back to so often.
_ATTEMPTS: Final = 100
_AGAIN_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Reencrypted:
    """How many rows were written again, and how many could not be read."""

    rows: int
    locked: int


class KeptRows:
    """The rows of a table as they are kept; `reindexes` since the index key is another now."""

    def __init__(self, table: Table, sealing: Sealing, *, reindexes: bool = False) -> None:
        self.rewritten = 0
        self._reindexes = reindexes
        self._sealing = sealing
        self._types = {
            column.name: column.type for column in table.columns if is_sealed(column.type)
        }
        self._kept = Table(
            table.name,
            MetaData(),
            *(
                Column(column.name, _kept_type(column), primary_key=column.primary_key)
                for column in table.columns
                if column.primary_key or column.name in self._types
            ),
        )
        self._key = list(self._kept.primary_key)

    def key(self, row: Row[Any]) -> Sequence[Any]:
        """Return what names a row."""
        return [row._mapping[column.name] for column in self._key]

    def after(self, last: Sequence[Any] | None) -> Any:
        """Return what reads the next rows."""
        found = select(self._kept).order_by(*self._key).limit(PORTION)
        if last is not None:
            key = self._key[0] if len(self._key) == 1 else tuple_(*self._key)
            found = found.where(cast("Any", key) > (last[0] if len(last) == 1 else tuple_(*last)))
        return lambda connection: list(connection.execute(found).all())

    def is_locked(self, row: Row[Any]) -> bool:
        """Whether a row cannot be read: it is encrypted with a key that is not among ours."""
        return self._changes(row) is None

    def old(self, row: Row[Any]) -> Sequence[Any] | None:
        """Return what names a row that is to be rewritten."""
        return self.key(row) if self._changes(row) else None

    def rewrite(self, connection: Connection, keys: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        """Rewrite those rows in a transaction; return those that are locked by another's."""
        wanted = or_(*(self._is(key) for key in keys))
        found = select(self._kept).where(wanted).with_for_update(skip_locked=True)
        got = connection.execute(found).all()
        for row in got:
            if self.old(row):
                self._write(connection, row)
        there = {tuple(self.key(row)) for row in got}
        return [key for key in keys if tuple(key) not in there and self._exists(connection, key)]

    def _exists(self, connection: Connection, key: Sequence[Any]) -> bool:
        return connection.execute(select(self._key[0]).where(self._is(key))).first() is not None

    def _write(self, connection: Connection, row: Row[Any]) -> None:
        key, changes = self.key(row), self._changes(row) or {}
        becomes = [
            changes.get(column.name, value) for column, value in zip(self._key, key, strict=True)
        ]
        if becomes != key and self._exists(connection, becomes):
            # It was added since, under what stands for it.
            connection.execute(delete(self._kept).where(self._is(key)))
        else:
            connection.execute(update(self._kept).where(self._is(key)).values(changes))
        self.rewritten += 1

    def _is(self, key: Sequence[Any]) -> ColumnElement[bool]:
        return and_(*(column == value for column, value in zip(self._key, key, strict=True)))

    def _changes(self, row: Row[Any]) -> dict[str, Any] | None:
        """Return what changes of a row, None if it cannot be read."""
        values = dict(row._mapping)
        try:
            becomes = {name: self._sealed(name, values) for name in self._types}
        # Whatever is odd about it, the rows beside it are rewritten.
        except Exception:  # noqa: BLE001
            return None
        return {name: value for name, value in becomes.items() if value != values[name]}

    def _sealed(self, name: str, values: Mapping[str, Any]) -> Any:
        """Return a value under the newest key, as it is kept."""
        value, kind = values[name], self._types[name]
        if isinstance(kind, NumberKey):
            return self._index(value, values["sealed_number"])
        if isinstance(kind, NumberContent):
            # It stands in the column beside as it is, until this has taken its place.
            value = value or self._number(values)
        if not value or (isinstance(kind, PlanType) and isinstance(value, str)):
            return value
        if isinstance(kind, PlanType):
            return json.dumps(value)
        text = value if isinstance(value, str) else json.dumps(value)
        if not text.startswith(MARK):
            return self._sealing.seal(text)
        opened = self._sealing.open(text)
        return text if self._sealing.is_newest(text) else self._sealing.seal(opened)

    def _number(self, values: Mapping[str, Any]) -> str | None:
        (name,) = (name for name, kind in self._types.items() if isinstance(kind, NumberKey))
        number: str = values[name]
        return None if number.startswith(INDEX_MARK) else number or None

    def _index(self, kept: str, sealed: str | None) -> str:
        if kept.startswith(INDEX_MARK):
            index = self._sealing.index(self._sealing.open(sealed)) if sealed else kept
            if index != kept and not self._reindexes:
                raise ValueError("encrypted beside it stands another number")
            return index
        return self._sealing.index(kept) if kept else kept


class Reencryption:
    """Rewrites one table after another; raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sealing = database.sealing

    async def run(self, *, reindexes: bool = False) -> Reencrypted:
        """Rewrite every row that is not under the newest key; `reindexes` as in `KeptRows`."""
        count: Counter[str] = Counter()
        for table in (calls, drafts, do_not_call, workspace_settings, installations):
            await self._run(KeptRows(table, self._sealing, reindexes=reindexes), count)
        return Reencrypted(count["rows"], count["locked"])

    async def _run(self, rows: KeptRows, count: Counter[str]) -> None:
        last: Sequence[Any] | None = None
        again: list[Sequence[Any]] = []
        while portion := await self._database.read(rows.after(last)):
            last = rows.key(portion[-1])
            count["locked"] += sum(rows.is_locked(row) for row in portion)
            again += await self._rewrite(rows, [key for row in portion if (key := rows.old(row))])
        for _ in range(_ATTEMPTS):
            if not again:
                break
            await asyncio.sleep(_AGAIN_SECONDS)
            again = await self._rewrite(rows, again[:PORTION]) + again[PORTION:]
        count["rows"] += rows.rewritten

    async def _rewrite(self, rows: KeptRows, keys: list[Sequence[Any]]) -> list[Sequence[Any]]:
        """Rewrite those rows, and return those that somebody else is about to change."""
        if not keys:
            return []
        began = time.monotonic()
        left = await self._database.write(lambda connection: rows.rewrite(connection, keys))
        # The others' turn, for as long.
        await asyncio.sleep(time.monotonic() - began)
        return left


def _kept_type(column: Column[Any]) -> Any:
    """Return the type of a column without what it does to its values."""
    if not is_sealed(column.type):
        return column.type
    is_json = isinstance(cast("Any", column.type).impl_instance, JSON)
    return JSON(none_as_null=True) if is_json else Text()
