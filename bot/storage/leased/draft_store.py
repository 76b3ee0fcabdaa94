"""The store of drafts: save, claim, decide, erase."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.core.calls.call import Call
from bot.core.draft import ASKING, Draft, DraftState
from bot.core.policy.decision import is_taken
from bot.storage.calls.saving import add_calls
from bot.storage.engine.database import Database
from bot.storage.leased import draft_statements as statements
from bot.storage.leased.leased_rows import LeasedRows, changes
from bot.storage.policy.gate import AskedCall, PolicyGate
from bot.storage.requests import Answer, decided, note
from bot.storage.rows import CallRows


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


class DraftStore(LeasedRows[Draft]):
    """Every read and write of drafts. All of it raises `StoreError` when the database fails.

    Each write is conditional on what it started from, so that of two that meet one changes nothing.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, Draft, statements.LEASE, "draft")
        self._calls = CallRows()

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return super().unreadable_rows + self._calls.unreadable.count

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

    async def add_call(self, asked: AskedCall) -> Answer:
        """Save the call that a message asks for, if it is allowed; return what is decided.

        None is for a message that was answered before: an edit that came first has made a draft of
        it, then it is not dialed.
        """

        def work(connection: Connection) -> Answer:
            key = {"the_key": asked.call.request_key}
            if connection.execute(statements.ID_BY_KEY, key).first() is not None:
                return None
            return self._save(connection, asked)

        return await self._database.write(work, PolicyGate(asked.policy).locks(asked.call.team))

    async def take(self, draft: Draft, after: Draft, asked: AskedCall) -> Answer:
        """Make a call of a draft, if it is allowed; return what is decided.

        None is for a draft of which something else has become by now.
        """

        def work(connection: Connection) -> Answer:
            return self._save(connection, asked, lambda: _decide(connection, draft, after))

        return await self._database.write(work, PolicyGate(asked.policy).locks(asked.call.team))

    async def decide(self, draft: Draft, after: Draft) -> bool:
        """Write what became of a draft; return False if something else has by now."""
        return await self._database.write(lambda connection: _decide(connection, draft, after))

    def _save(
        self,
        connection: Connection,
        asked: AskedCall,
        may_be_saved: Callable[[], bool] = lambda: True,
    ) -> Answer:
        answer = decided(connection, asked)
        if answer is not None and is_taken(answer):
            is_saved = may_be_saved() and all(add_calls(connection, [asked.call_to_save(answer)]))
            answer = answer if is_saved else None
        note(connection, [asked], [answer])
        return answer

    async def before(self, request_key: str) -> Before:
        """Return what was saved for a message earlier."""

        def work(connection: Connection) -> Before:
            key = {"the_key": request_key}
            call_id = connection.execute(statements.CALL_BY_KEY, key).scalar()
            # All keys with a colon, and none with what comes after it in the order of characters.
            edits = {"edits_from": f"{request_key}:", "edits_to": f"{request_key};"}
            statement = statements.OF_MESSAGE[connection.dialect.name]
            rows = connection.execute(statement, {**key, **edits}).all()
            return Before(call_id, self._read(rows))

        return await self._database.read(work)

    async def questions(
        self, team: str, requester: str, channel: str, *, since: datetime
    ) -> list[Draft]:
        """Return what somebody was asked in a conversation, the last first, and what came of it."""
        values = {"the_team": team, "who": requester, "place": channel, "since": since}

        def work(connection: Connection) -> list[Draft]:
            return self._read(connection.execute(statements.QUESTIONS, values))

        return await self._database.read(work)

    async def is_known(self, request_key: str) -> bool:
        """Return whether a call or a draft was saved with that key."""

        def work(connection: Connection) -> bool:
            key = {"the_key": request_key}
            lookups = (statements.CALL_BY_KEY, statements.ID_BY_KEY)
            return any(connection.execute(one, key).first() for one in lookups)

        return await self._database.read(work)

    async def call_of_thread(self, team: str, channel: str, root_ts: str) -> Call | None:
        """Return the last call of a thread."""
        values = {"the_team": team, "place": channel, "root": root_ts}

        def work(connection: Connection) -> Call | None:
            row = connection.execute(statements.CALL_OF_THREAD, values).first()
            return self._calls.call(row) if row else None

        return await self._database.read(work)

    async def expire_open(self, *, now: datetime) -> int:
        """Let no question that was asked be answered any more; return how many there were."""
        values = {
            "at_any_time": datetime.max.replace(tzinfo=UTC),
            "state": DraftState.EXPIRED,
            "decided_at": now,
            "due_at": now,
            "settled_at": None,
            "attempts": 0,
        }
        return await self._database.write(
            lambda connection: connection.execute(statements.EXPIRE_OPEN, values).rowcount
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
        **changes(before, after),
        "state": after.state,
        "due_at": after.due_at,
        "settled_at": None,
        "lease": None,
        "lease_until": None,
        "the_id": before.id,
        "from_states": sorted(states),
    }
    return connection.execute(statements.DECIDE, changed).rowcount == 1


def _values(draft: Draft) -> dict[str, Any]:
    return {item.name: getattr(draft, item.name) for item in fields(draft)}
