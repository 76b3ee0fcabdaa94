"""The store of drafts: save, claim, decide, erase."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Connection, Row

from bot.core.call import Call
from bot.core.draft import ASKING, Draft, DraftState
from bot.storage import draft_statements as statements
from bot.storage.column_types import UNREADABLE
from bot.storage.database import Database
from bot.storage.rows import CallRows
from bot.storage.store import add_call

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Before:
    """What became of a message so far: the call and the drafts that were saved for it."""

    call: UUID | None
    drafts: list[Draft]

    @property
    def call_id(self) -> UUID | None:
        """The call that was made of it."""
        made = [self.call, *(draft.call_id for draft in self.drafts)]
        return next((call_id for call_id in made if call_id is not None), None)

    @property
    def open_drafts(self) -> list[Draft]:
        """Those that may still become a call."""
        return [draft for draft in self.drafts if draft.is_undecided and draft.kind in ASKING]


class DraftStore:
    """Every read and write of drafts. All of it raises `StoreError` when the database fails.

    Each write is conditional on what it started from, so that of two that meet one changes nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls = CallRows()

    async def add(self, draft: Draft, *, replacing: Sequence[Draft] = (), now: datetime) -> bool:
        """Save a new draft; return False if the same message was answered or dialed before.

        Those that it replaces, if nothing has become of them, can no longer be called.
        """

        def work(connection: Connection) -> bool:
            key = {"the_key": draft.request_key}
            if connection.execute(statements.CALL_BY_KEY, key).first() is not None:
                return False
            insert = statements.INSERT[connection.dialect.name]
            if connection.execute(insert, _values(draft)).first() is None:
                return False
            for old in replacing:
                _decide(connection, old, old.replaced(now))
            return True

        return await self._database.write(work)

    async def add_call(self, call: Call) -> bool:
        """Save the call that a message asks for; return False if the message was answered before.

        An edit that came first has made a draft of it: then it is not dialed.
        """

        def work(connection: Connection) -> bool:
            answered = connection.execute(
                statements.ID_BY_KEY, {"the_key": call.request_key}
            ).first()
            return answered is None and add_call(connection, call)

        return await self._database.write(work)

    async def take(self, draft: Draft, after: Draft, call: Call) -> bool:
        """Make `call` of a draft; return False if something else has become of it by now."""

        def work(connection: Connection) -> bool:
            return _decide(connection, draft, after) and add_call(connection, call)

        return await self._database.write(work)

    async def get(self, draft_id: UUID) -> Draft | None:
        """Return the draft, or None if there is none that can be read."""

        def work(connection: Connection) -> Draft | None:
            row = connection.execute(statements.GET, {"the_id": draft_id}).first()
            return _draft(row)

        return await self._database.read(work)

    async def before(self, request_key: str) -> Before:
        """Return what was saved for a message earlier."""

        def work(connection: Connection) -> Before:
            key = {"the_key": request_key}
            call_id = connection.execute(statements.CALL_BY_KEY, key).scalar()
            rows = connection.execute(
                statements.OF_MESSAGE, {**key, "the_edits": f"{request_key}:%"}
            ).all()
            return Before(call_id, [draft for row in rows if (draft := _draft(row)) is not None])

        return await self._database.read(work)

    async def call_of_thread(self, team: str, channel: str, root_ts: str) -> Call | None:
        """Return the last call of a thread."""
        values = {"the_team": team, "place": channel, "root": root_ts}

        def work(connection: Connection) -> Call | None:
            row = connection.execute(statements.CALL_OF_THREAD, values).first()
            return self._calls.call(row) if row else None

        return await self._database.read(work)

    async def claim(
        self, *, now: datetime, limit: int, lease: timedelta, held: Collection[UUID]
    ) -> list[Draft]:
        """Lease what is due at `now`; `held` are the leases this process still works under."""
        claim = {
            "now": now,
            "held": list(held),
            "most": limit,
            "new_lease": uuid4(),
            "until": now + lease,
        }

        def work(connection: Connection) -> list[Draft]:
            rows = connection.execute(statements.CLAIM, claim).all()
            return [draft for row in rows if (draft := _draft(row)) is not None]

        return await self._database.write(work)

    async def advance(self, before: Draft, after: Draft) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them."""
        values = {
            **_changes(before, after),
            "the_id": before.id,
            "from_state": before.state,
            "our_lease": before.lease,
        }

        def work(connection: Connection) -> bool:
            return connection.execute(statements.ADVANCE, values).rowcount == 1

        return await self._database.write(work)

    async def add_message(self, draft: Draft, *, channel: str, ts: str, now: datetime) -> None:
        """Write where an answer went whose draft was decided meanwhile; it is to be edited."""
        values = {
            "the_id": draft.id,
            "their_channel": channel,
            "their_ts": ts,
            "due_at": now,
            "settled_at": None,
        }
        await self._database.write(
            lambda connection: connection.execute(statements.ADD_MESSAGE, values).rowcount
        )

    async def delete_old(self, *, before: datetime, most: int) -> int:
        """Delete so many drafts at most from before that time; return how many there were."""
        values = {"before": before, "most": most}
        return await self._database.write(
            lambda connection: connection.execute(statements.DELETE_OLD, values).rowcount
        )


def _decide(connection: Connection, before: Draft, after: Draft) -> bool:
    states = {before.state}
    if before.is_undecided:
        # Its answer may have been posted, or saved as posted, meanwhile.
        states = {DraftState.SAVED, DraftState.OPEN}
    changed = {
        **_changes(before, after),
        "state": after.state,
        "due_at": after.due_at,
        "settled_at": None,
        "lease": None,
        "lease_until": None,
        "the_id": before.id,
        "from_states": sorted(states),
    }
    return connection.execute(statements.DECIDE, changed).rowcount == 1


def _draft(row: Row[Any] | None) -> Draft | None:
    """Return the draft, None for no row, or for one that another version may have written."""
    if row is None:
        return None
    odd = [name for name, value in row._mapping.items() if value is UNREADABLE]
    if odd:
        _log.error("draft unreadable, left alone", draft=str(row._mapping["id"]), columns=odd)
        return None
    return Draft(**row._mapping)


def _values(draft: Draft) -> dict[str, Any]:
    return {item.name: getattr(draft, item.name) for item in fields(draft)}


def _changes(before: Draft, after: Draft) -> dict[str, Any]:
    return {
        item.name: getattr(after, item.name)
        for item in fields(Draft)
        if getattr(after, item.name) != getattr(before, item.name)
    }
