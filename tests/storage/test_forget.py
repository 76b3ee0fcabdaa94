"""Forgetting in portions: however much there is to erase, others wait for a few rows at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.callcow.payload import read_payload
from bot.core.audit import Act, AuditEntry
from bot.core.forget import Forgotten, NumberToForget, PersonToForget, ToForget
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from bot.storage.forget import PORTION, Forgetting
from bot.storage.tables import audit, drafts
from tests.builders import NOON, NUMBER
from tests.conftest import both_databases
from tests.core.test_draft import a_draft
from tests.storage.test_odd_values import row_of

LATER = NOON + timedelta(minutes=5)
BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as opened:
        yield opened


def a_question(**changes: Any) -> dict[str, Any]:
    """Return a draft as a row of its own."""
    values = {"recipient": NUMBER, "due_at": NOON, "created_at": NOON, **changes}
    return row_of(a_draft(id=uuid4(), request_key=f"message:{uuid4()}", **values))


async def add(database: Database, *rows: dict[str, Any]) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(insert(drafts), list(rows))


@both_databases
@pytest.mark.parametrize("whom", [NumberToForget(NUMBER), PersonToForget("UADA")])
async def test_what_somebody_wrote_to_the_bot_goes_a_portion_at_a_time(
    database: Database, whom: ToForget
) -> None:
    await add(database, *(a_question() for _ in range(PORTION + 1)))
    forgetting = Forgetting(database, read_payload)

    first = await forgetting.forget(whom, team="T1", now=LATER, seconds=0)
    second = await forgetting.forget(whom, team="T1", now=LATER)

    assert first == Forgotten(questions=PORTION, is_all=False)
    assert second == Forgotten(questions=1)


@both_databases
async def test_questions_about_other_numbers_stay_however_many_there_are(
    database: Database,
) -> None:
    others = [
        a_question(recipient="+14155552699", number=None, prompt="Ask when they open")
        for _ in range(6 * PORTION)
    ]
    await add(database, *others, a_question())

    gone = await Forgetting(database, read_payload).forget(NumberToForget(NUMBER), now=LATER)

    assert gone == Forgotten(questions=1)
    async with database.engine.connect() as connection:
        numbers = (await connection.execute(select(drafts.c.recipient))).scalars().all()
    assert sorted(numbers, key=str).count("+14155552699") == 6 * PORTION
    assert NUMBER not in numbers


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_nobody_stays_named_where_others_delete_some_of_the_same_meanwhile(
    database: Database, database_url: str
) -> None:
    own = [AuditEntry(NOON, "T1", Act.DIALED, "U1")] * (2 * PORTION)
    await AuditLog(database).add(*own)
    engine = create_async_engine(database_url)

    async with engine.connect() as deleting, engine.connect() as watching:
        # The order in which they lie in the table, the first of which are forgotten first.
        some = select(audit.c.id).limit(PORTION)
        await deleting.execute(delete(audit).where(audit.c.id.in_(some)))
        forgetting = asyncio.create_task(
            Forgetting(database, read_payload).forget(PersonToForget("U1"), now=LATER)
        )
        while not (await watching.execute(BLOCKED)).scalar_one():
            await watching.rollback()
        await deleting.commit()
        await forgetting
    await engine.dispose()

    assert await AuditLog(database).since(NOON, person="U1", most=999) == []
