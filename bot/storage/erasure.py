"""Erasing what is kept no longer: the content of calls and their secrets, a portion at a time."""

from datetime import datetime
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    delete,
    null,
    select,
    type_coerce,
    update,
)

from bot.core.calls.changes import erase_changes
from bot.core.calls.outcome import without_content
from bot.core.calls.result import CallResult
from bot.storage.engine.database import Database
from bot.storage.leased.approval_rows import delete_approvals
from bot.storage.rows import ReadPayload
from bot.storage.tables import (
    calls,
    do_not_call,
    has_secret,
    is_erasable,
    number_columns,
    pauses,
    secret_columns,
)

# How many rows one transaction changes: so few hold nobody up who waits for the next.
PORTION: Final = 20


def _portion(*columns: Any) -> Select[Any]:
    """Select so many rows; on PostgreSQL those that nobody else is about to change."""
    return (
        select(*columns)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=calls)
    )


# The raw payload is needed only where an earlier version has not read it.
_UNREAD: Final = case((calls.c.normalized_result.is_(None), calls.c.result), else_=null())
_CONTENT: Final = _portion(calls.c.id, calls.c.normalized_result, _UNREAD.label("unread"))
_OLD: Final = _CONTENT.where(is_erasable, calls.c.ended_at < bindparam("before")).order_by(
    calls.c.ended_at
)
_OLD_OF_TEAM: Final = _OLD.where(calls.c.team == bindparam("the_team"))
_NUMBERS_OF_TEAM: Final = (
    select(type_coerce(do_not_call.c.number, Text()).label("number"))
    .where(do_not_call.c.team == bindparam("the_team"))
    .order_by(do_not_call.c.team, do_not_call.c.number)
    .limit(bindparam("most", PORTION, Integer))
)
_UNBLOCK: Final = delete(do_not_call).where(
    do_not_call.c.team == bindparam("the_team"),
    do_not_call.c.number == bindparam("the_number", type_=Text()),
)
_UNPAUSE: Final = delete(pauses).where(pauses.c.team == bindparam("the_team"))
# The version before keeps sentences of its own.
_ERASE: Final = update(calls).where(calls.c.id == bindparam("the_id")).values(error=None)
# By age, so that the index is read; as CTEs, since a subquery may be read once for each row, past
# its limit.
_WITH_RESPONSE_URL: Final = (
    _portion(calls.c.id)
    .where(calls.c.response_url.is_not(None), calls.c.requested_at < bindparam("before"))
    .order_by(calls.c.requested_at)
    .cte("with_response_url")
)
_DROP_RESPONSE_URLS: Final = (
    update(calls)
    .where(calls.c.id.in_(select(_WITH_RESPONSE_URL.c.id)))
    .values(response_url=None)
    .returning(calls.c.id)
)
_WITH_SECRET: Final = (
    _portion(calls.c.id)
    # Whatever its time of ending says: for one that has not ended, the result is still to come.
    .where(has_secret, calls.c.ended_at < bindparam("before"), calls.c.ending.is_not(None))
    .order_by(calls.c.ended_at)
    .cte("with_secret")
)
_DROP_SECRETS: Final = (
    update(calls)
    .where(calls.c.id.in_(select(_WITH_SECRET.c.id)))
    .values(secret_columns(SecretStr("")))
    .returning(calls.c.id)
)


class Erasure:
    """Erases a portion and returns how many rows it was; raises `StoreError`."""

    def __init__(self, database: Database, read_payload: ReadPayload) -> None:
        self._database = database
        self._read_payload = read_payload

    async def erase_calls(
        self, *, ended_before: datetime, now: datetime, team: str | None = None
    ) -> int:
        """Erase the content of finished calls, of one workspace's or of all.

        What remains tells how they ended.
        """
        values: dict[str, Any] = {"before": ended_before, "most": PORTION}
        statement = _OLD if team is None else _OLD_OF_TEAM
        if team is not None:
            values["the_team"] = team

        def work(connection: Connection) -> int:
            return self._erase(connection, statement, values, now)

        return await self._database.write(work)

    async def erase_rules_of(self, team: str) -> int:
        """Delete some of the numbers that a workspace has blocked, and its pause."""
        values = {"the_team": team}

        def work(connection: Connection) -> int:
            connection.execute(_UNPAUSE, values)
            # As they are kept: numbers, or what stands for them.
            kept = connection.execute(_NUMBERS_OF_TEAM, values).scalars().all()
            gone = [{**values, "the_number": number} for number in kept]
            if gone:
                connection.execute(_UNBLOCK, gone)
            return len(gone)

        return await self._database.write(work)

    async def drop_response_urls(self, *, requested_before: datetime) -> int:
        """Drop the addresses for an answer that Slack takes no more answers at."""
        values = {"before": requested_before, "most": PORTION}
        return await self._database.write(
            lambda connection: len(connection.execute(_DROP_RESPONSE_URLS, values).all())
        )

    async def drop_callback_secrets(self, *, ended_before: datetime) -> int:
        """Drop the secrets of calls for which no result is taken any more."""
        values = {"before": ended_before, "most": PORTION}
        return await self._database.write(
            lambda connection: len(connection.execute(_DROP_SECRETS, values).all())
        )

    def forget_remembered(self) -> None:
        """Let this process remember nothing of calls that it keeps for speed alone."""
        self._database.forget_remembered()

    async def truncate_log(self) -> bool:
        """Let SQLite's log go, which still holds what was erased; False while others read it."""
        return await self._database.truncate_log()

    def _erase(
        self, connection: Connection, rows: Select[Any], values: dict[str, Any], now: datetime
    ) -> int:
        found = connection.execute(rows, values).all()
        changes = erase_changes(now)
        if found:
            connection.execute(
                _ERASE,
                [
                    {
                        **changes,
                        **number_columns(""),
                        **secret_columns(SecretStr("")),
                        "the_id": row.id,
                        "normalized_result": self._left_of(row.normalized_result, row.unread),
                    }
                    for row in found
                ],
            )
            delete_approvals(connection, [row.id for row in found])
        return len(found)

    def _left_of(self, normalized: object, unread: object) -> CallResult | None:
        """Return how a call ended, None for one without a result."""
        if isinstance(unread, dict):
            normalized = self._read_payload(unread)
        if isinstance(normalized, CallResult):
            return without_content(normalized)
        return None
