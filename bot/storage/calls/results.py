"""What CallCow sends for a call: whose it is, and how it is kept."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Connection

from bot.core.calls.call import Call
from bot.core.calls.changes import end_changes
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason
from bot.storage.audit import record_end
from bot.storage.calls import statements
from bot.storage.calls.saving import add_attempt
from bot.storage.engine.database import Database
from bot.storage.lenient import UnreadableValue
from bot.storage.tables import digest_of


class Results:
    """The results of calls, also of those of which nothing else can be read.

    All of it raises `StoreError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_secret_of(self, call_id: UUID, secret: str) -> bool:
        """Whether that is the callback secret of a call, of which nothing need be readable."""

        def work(connection: Connection) -> list[object]:
            row = connection.execute(statements.SECRET, {"the_id": call_id}).one_or_none()
            if row is None:
                return []
            kept = row.callback_secret
            if not isinstance(kept, SecretStr):
                return [row.secret_digest]
            # One that was dropped is good for nothing, whichever version has dropped it.
            plain = kept.get_secret_value()
            return [row.secret_digest, digest_of(plain)] if plain else []

        found = await self._database.read(work)
        digests = [each for each in found if isinstance(each, str)] or [digest_of(token_urlsafe())]
        given = digest_of(secret).encode()
        return any(hmac.compare_digest(each.encode(), given) for each in digests)

    async def record_result(
        self,
        call_id: UUID,
        result: Mapping[str, Any],
        *,
        normalized: CallResult | None = None,
        workflow_id: str | None,
        provider_call_id: str | None,
        now: datetime,
        then: Call | None = None,
        replaces: Call | None = None,
        gives_up: Reason | None = None,
    ) -> bool:
        """End the call with `result`; return False if it had one, or had been canceled.

        A result that was read in `replaces` may be replaced, if it still stands. In the same
        transaction the new call `then` is saved, and for the reason `gives_up` the attempts after
        that call are canceled that were not sent.
        """
        values = {
            **end_changes(EndReason.RESULT, now),
            "the_id": call_id,
            "their_workflow_id": workflow_id,
            "their_call_id": provider_call_id,
            "result": dict(result),
            "normalized_result": normalized,
            "result_ts": None,
            "replaced_ended_at": replaces and replaces.ended_at,
        }

        def work(connection: Connection) -> bool:
            ended = connection.execute(statements.RECORD_RESULT, values).one_or_none()
            if ended is None:
                return False
            if then is not None:
                add_attempt(connection, then)
            record_end(connection, call_id, ended.team, now)
            if replaces is not None and gives_up is not None:
                _give_up_after(connection, replaces, gives_up, now)
            return True

        return await self._database.write(work)

    async def keep_result(self, call_id: UUID, payload: Mapping[str, Any]) -> bool:
        """Keep what CallCow sent for a call that ended, unless it has a result that can be read.

        Nothing else of the call changes: for one of which this version knows no more than that.
        """

        def work(connection: Connection) -> bool:
            row = connection.execute(statements.SECRET, {"the_id": call_id}).one_or_none()
            if row is None or not isinstance(row.result, UnreadableValue | None):
                return False
            values = {"the_id": call_id, "result": dict(payload)}
            return connection.execute(statements.KEEP_RESULT, values).rowcount == 1

        return await self._database.write(work)


def _give_up_after(connection: Connection, call: Call, why: Reason, now: datetime) -> None:
    """Cancel the attempts after `call` that were not sent."""
    values = {
        **end_changes(EndReason.CANCELED, now, why),
        "the_series": call.series,
        "the_number": call.attempt_number,
    }
    connection.execute(statements.LATER_UNDIALED, values)
