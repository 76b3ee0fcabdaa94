"""Forgetting a number or a person: the content of their calls and questions goes at once."""

import asyncio
import math
import re
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    null,
    select,
    update,
)

from bot.core.audit import Act, AuditEntry
from bot.core.calls.changes import forget_changes
from bot.core.calls.outcome import without_content
from bot.core.calls.result import CallResult
from bot.core.calls.states import State
from bot.core.forget import Forgotten, NumberToForget, PersonToForget, ToForget
from bot.storage.audit import record
from bot.storage.column_types import readable
from bot.storage.encryption.sealing import is_number, searched
from bot.storage.engine.database import Database
from bot.storage.forget_questions import NOBODY, QuestionsToForget, is_late, portions
from bot.storage.leased.approval_rows import look_at_approvals
from bot.storage.rows import ReadPayload
from bot.storage.tables import (
    approvals,
    audit,
    calls,
    do_not_call,
    has_number,
    is_of_settings,
    number_columns,
    secret_columns,
    workspace_settings,
)

# How many rows one transaction changes: so few hold nobody up who waits for the next.
PORTION: Final = 20
# In a process beside the bot fewer: it waits for SQLite's lock, and looks every 25 ms only whether
# it is free, so between two portions it has a longer turn.
_PORTION_BESIDE: Final = 5
_PAUSE_BESIDE_SECONDS: Final = 0.05
_MOST: Final = bindparam("most", type_=Integer)
# As a number: of any number PostgreSQL would expect so many that it read the whole table.
_FEW: Final = bindparam("few", PORTION, Integer, literal_execute=True)
_CALL: Final = update(calls).where(calls.c.id == bindparam("the_id"))

# Where a person is named, and what stands there afterwards.
_NAMED: Final[tuple[tuple[Table, Column[Any], str | None], ...]] = (
    (audit, audit.c.person, None),
    (approvals, approvals.c.requester, NOBODY),
    (approvals, approvals.c.decided_by, NOBODY),
)


class Forgetting:
    """Erases what is kept of somebody; raises `StoreError`."""

    def __init__(
        self, database: Database, read_payload: ReadPayload, *, is_beside_bot: bool = False
    ) -> None:
        self._database = database
        self._read_payload = read_payload
        self._most = _PORTION_BESIDE if is_beside_bot else PORTION
        self._pause_seconds = _PAUSE_BESIDE_SECONDS if is_beside_bot else 0.0

    async def forget(
        self,
        whom: ToForget,
        *,
        team: str | None = None,
        by: str | None = None,
        now: datetime,
        seconds: float = math.inf,
    ) -> Forgotten:
        """Erase it, a portion at a time, in one workspace or in all; return how much it was.

        A call that is not over ends: nobody is dialed for it any more, and a result that still
        comes is not taken. The record says that `by` had it done, no longer of whom. After so many
        seconds some of it may be left.
        """
        until = time.monotonic() + seconds
        gone = await self._all_calls(whom, team, now, until)
        if gone.is_all:
            questions, is_all = await self._questions(whom, team, now, until)
            if is_all and isinstance(whom, PersonToForget):
                is_all = await self._unname(whom, team, until)
            gone = replace(gone, questions=questions, is_all=is_all)
        await self._database.write(lambda connection: _note(connection, whom, team, by, now))
        self._database.forget_remembered()
        return gone

    async def truncate_log(self) -> bool:
        """Let SQLite's log go, which still holds what was erased; False while others read it."""
        return await self._database.truncate_log()

    async def _all_calls(
        self, whom: ToForget, team: str | None, now: datetime, until: float
    ) -> Forgotten:
        gone = Forgotten()
        while (portion := await self._calls(whom, team, now)).calls:
            gone = Forgotten(
                calls=gone.calls + portion.calls, under_way=gone.under_way + portion.under_way
            )
            if is_late(until):
                return replace(gone, is_all=False)
            await asyncio.sleep(self._pause_seconds)
        return gone

    async def _calls(self, whom: ToForget, team: str | None, now: datetime) -> Forgotten:
        found = _calls_of(whom, team)

        def work(connection: Connection) -> Forgotten:
            values: dict[str, Any] = {"most": self._most}
            if isinstance(whom, NumberToForget):
                values |= searched(connection, whom.number)
            rows = connection.execute(found, values).all()
            changes: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
            for row in rows:
                changed = {"the_id": row.id, **self._without(row, whom, now)}
                changes[frozenset(changed)].append(changed)
            # Together those of which the same changes: one by one takes twice as long.
            for alike in changes.values():
                connection.execute(_CALL, alike)
            look_at_approvals(connection, [row.id for row in rows], now)
            under_way = sum(row.state != State.REPORTED for row in rows)
            return Forgotten(calls=len(rows), under_way=under_way)

        return await self._database.write(work)

    def _without(self, row: Row[Any], whom: ToForget, now: datetime) -> dict[str, Any]:
        """Return what changes of a call: it is over, and nothing of its content is left."""
        changes = {
            **forget_changes(row.state, row.ending, row.dialing_since, now),
            **number_columns(""),
            **secret_columns(SecretStr("")),
            "normalized_result": self._left_of(row),
            # The version before keeps sentences of its own.
            "error": None,
        }
        if isinstance(whom, PersonToForget):
            changes["requester"] = NOBODY
        return changes

    def _left_of(self, row: Row[Any]) -> CallResult | None:
        """Return how a call ended, None for one without a result."""
        known = row.normalized_result
        if isinstance(row.unread, dict):
            known = self._read_payload(row.unread)
        return without_content(known) if isinstance(known, CallResult) else None

    async def _unname(self, whom: PersonToForget, team: str | None, until: float) -> bool:
        """Let nobody be told what it was that they did; return whether there was time for all."""
        for table, column, nobody in _NAMED:
            some = select(table.c.id).where(column == whom.person).limit(_FEW)
            if team is not None:
                some = some.where(table.c.team == team)
            # As a CTE that locks them: what others delete meanwhile does not make it fewer.
            few = some.with_for_update().cte("few")
            changed = update(table).where(table.c.id.in_(select(few.c.id)))
            changed = changed.values({column.key: nobody}).returning(table.c.id)
            while await self._database.write(partial(_changed, changed)):
                if is_late(until):
                    return False
                await asyncio.sleep(self._pause_seconds)
        return True

    async def _questions(
        self, whom: ToForget, team: str | None, now: datetime, until: float
    ) -> tuple[int, bool]:
        """Return how many were erased, and whether there was time for all."""
        questions, count = QuestionsToForget(self._database, whom, team), 0
        for some in portions(await questions.find(), self._most):
            count += await questions.erase(some, now)
            if is_late(until):
                return count, False
            await asyncio.sleep(self._pause_seconds)
        return count, True


def _calls_of(whom: ToForget, team: str | None) -> Select[Any]:
    """Select a portion of the calls that still hold anything of somebody's."""
    # The raw payload is needed only where an earlier version has not read it.
    unread = case((calls.c.normalized_result.is_(None), calls.c.result), else_=null())
    columns = (calls.c.id, calls.c.state, calls.c.ending, calls.c.dialing_since)
    found = select(*columns, calls.c.normalized_result, unread.label("unread"))
    match whom:
        case NumberToForget():
            found = found.where(is_number(calls.c.recipient), has_number)
        case PersonToForget(person):
            found = found.where(calls.c.requester == person)
    if team is not None:
        found = found.where(calls.c.team == team)
    return found.limit(_MOST).with_for_update(of=calls)


def _changed(statement: Update, connection: Connection) -> int:
    return len(connection.execute(statement).all())


def _note(
    connection: Connection, whom: ToForget, team: str | None, by: str | None, now: datetime
) -> None:
    """Let nobody be told by whom it was, and keep that somebody was forgotten."""
    if isinstance(whom, PersonToForget):
        added = _in(team, update(do_not_call), do_not_call.c.added_by == whom.person)
        connection.execute(added.values(added_by=NOBODY))
        changed = workspace_settings.c.changed_by == whom.person
        connection.execute(_in(team, update(workspace_settings), changed).values(changed_by=None))
        _unname_in_settings(connection, whom.person, team)
        by = None if by == whom.person else by
    record(connection, [AuditEntry(now, team or "", Act.FORGOTTEN, by)])


def _unname_in_settings(connection: Connection, person: str, team: str | None) -> None:
    """Let the record not say that somebody was named in settings, as an admin for example."""
    found = select(audit.c.id, audit.c.rule).where(is_of_settings, audit.c.rule.contains(person))
    if team is not None:
        found = found.where(audit.c.team == team)
    name = re.compile(rf"\b{re.escape(person)}\b")
    for row in connection.execute(found).all():
        rule = name.sub("?", readable(row.rule, ""))
        connection.execute(update(audit).where(audit.c.id == row.id).values(rule=rule))


def _in(team: str | None, statement: Update, condition: ColumnElement[bool]) -> Update:
    """Return the statement for one workspace, or for all."""
    return statement.where(
        condition if team is None else and_(condition, statement.table.c.team == team)
    )
