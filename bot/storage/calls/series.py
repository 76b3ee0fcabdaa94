"""What the attempts of one request share: their status message, and what it shows."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.core.calls.call import Call
from bot.core.calls.series import Series
from bot.storage.calls import statements
from bot.storage.engine.database import Database
from bot.storage.leased.approval_rows import approval_of
from bot.storage.rows import CallRows, UnreadableRows


class SeriesStore:
    """Series with their attempts. All of it raises `StoreError` when the database fails."""

    def __init__(self, database: Database, rows: CallRows | None = None) -> None:
        self._database = database
        self._rows = rows or CallRows()
        self._unreadable = UnreadableRows("series")

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return self._unreadable.count

    async def get(self, series_id: UUID) -> Series | None:
        """Return a series with its attempts, or None if there is none that can be read."""

        def work(connection: Connection) -> Series | None:
            rows = connection.execute(statements.ATTEMPTS, {"the_id": series_id})
            attempts = self._rows.calls(rows)
            if not attempts:
                return None
            row = connection.execute(statements.SERIES, {"the_id": series_id}).one_or_none()
            first = attempts[0]
            names = ("posted_in", "message_ts", "shown", "version")
            # The version before makes calls without one; one that cannot be read is as good.
            is_known = row is not None and not self._unreadable.is_noted(row)
            shared = row._mapping if row and is_known else {**series_row(first), "version": 0}
            return Series(
                id=series_id,
                attempts=attempts,
                **{name: shared[name] for name in names},
                approval=approval_of(connection, series_id),
            )

        return await self._database.read(work)

    async def shown(self, series_shown: Series) -> bool:
        """Note that the status message shows those attempts, unless another note came between."""
        values = {
            "the_id": series_shown.id,
            "the_version": series_shown.version,
            "shown": series_shown.fingerprint,
        }

        def work(connection: Connection) -> bool:
            insert = statements.INSERT_SERIES[connection.dialect.name]
            connection.execute(insert, [series_row(series_shown.attempts[0])])
            return connection.execute(statements.SHOWN, values).rowcount == 1

        return await self._database.write(work)


def series_row(call: Call) -> dict[str, Any]:
    """Return the row of the series that begins with a call."""
    names = ("team", "channel", "thread_ts", "posted_in", "message_ts", "result_ts", "retry_plan")
    return {
        **{name: getattr(call, name) for name in names},
        "id": call.series,
        "shown": None,
        "version": 0,
    }


def note_series(connection: Connection, before: Call, after: Call) -> None:
    """Keep with its series where the messages of a call stand that its step has posted."""
    if shared := _shared_changes(before, after):
        connection.execute(statements.UPDATE_SERIES, {**shared, "the_id": after.series})


def _shared_changes(before: Call, after: Call) -> dict[str, Any]:
    """Return what changes of a series by a step of one of its calls."""
    changes: dict[str, Any] = {}
    if after.message_ts != before.message_ts:
        # The first post shows the call as it is.
        changes = {
            "posted_in": after.posted_in,
            "message_ts": after.message_ts,
            "shown": after.status_fingerprint,
        }
    if after.result_ts is not None and after.result_ts != before.result_ts:
        changes["result_ts"] = after.result_ts
    return changes
