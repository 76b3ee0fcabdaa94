"""The do-not-call list, the stop switch and the audit, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bot.callcow.payload import read_payload
from bot.core.audit import Act, AuditEntry
from bot.core.forget import Forgotten, PersonToForget
from bot.core.policy.facts import DoNotCallEntry, Pause
from bot.storage import migrations
from bot.storage.audit import AuditLog
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.forget import PORTION, Forgetting
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from tests.builders import NOON, a_call
from tests.conftest import both_databases

NUMBER = "+14155552671"
LATER = NOON + timedelta(minutes=5)
CALL = UUID(int=7)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as opened:
        await migrations.upgrade(opened.engine)
        yield opened


async def _acts(database: Database) -> list[AuditEntry]:
    return await AuditLog(database).since(NOON - timedelta(days=1), most=100)


@both_databases
async def test_a_blocked_number_tells_who_blocked_it_first(database: Database) -> None:
    blocked = DoNotCallList(database)

    assert await blocked.add("T1", NUMBER, "U1", NOON) is True
    assert await blocked.add("T1", NUMBER, "U2", LATER) is False

    assert await blocked.entry("T1", NUMBER) == DoNotCallEntry("U1", NOON)
    assert await _acts(database) == [AuditEntry(NOON, "T1", Act.BLOCKED, "U1")]


@both_databases
async def test_a_number_is_blocked_in_one_workspace_alone(database: Database) -> None:
    blocked = DoNotCallList(database)

    await blocked.add("T1", NUMBER, "U1", NOON)

    assert await blocked.entry("T2", NUMBER) is None
    assert await blocked.entry("T1", "+14155552672") is None


@both_databases
async def test_a_number_is_unblocked_once(database: Database) -> None:
    blocked = DoNotCallList(database)
    await blocked.add("T1", NUMBER, "U1", NOON)
    await blocked.add("T2", NUMBER, "U1", NOON)

    assert await blocked.remove("T1", NUMBER, "U9", LATER) is True
    assert await blocked.remove("T1", NUMBER, "U9", LATER) is False

    assert await blocked.entry("T1", NUMBER) is None
    assert await blocked.entry("T2", NUMBER) == DoNotCallEntry("U1", NOON)
    assert (await _acts(database))[-1] == AuditEntry(LATER, "T1", Act.UNBLOCKED, "U9")


@both_databases
async def test_of_two_who_block_at_once_one_is_told_that_it_was_new(database: Database) -> None:
    blocked = DoNotCallList(database)

    added = await asyncio.gather(*(blocked.add("T1", NUMBER, f"U{n}", NOON) for n in range(5)))

    assert sorted(added) == [False, False, False, False, True]
    assert len(await _acts(database)) == 1


@both_databases
async def test_calls_are_stopped_until_they_are_resumed(database: Database) -> None:
    pauses = Pauses(database)
    assert await pauses.current("T1") is None

    assert await pauses.pause("T1", "U9", NOON) is True
    assert await pauses.pause("T1", "U8", LATER) is False
    assert await pauses.current("T1") == Pause("U9", NOON)
    assert await pauses.current("T2") is None

    assert await pauses.resume("T1", "U8", LATER) is True
    assert await pauses.resume("T1", "U8", LATER) is False
    assert await pauses.current("T1") is None
    assert await _acts(database) == [
        AuditEntry(NOON, "T1", Act.PAUSED, "U9"),
        AuditEntry(LATER, "T1", Act.RESUMED, "U8"),
    ]


@both_databases
async def test_the_audit_tells_what_was_done_since_then_and_by_whom(database: Database) -> None:
    audit = AuditLog(database)
    refused = AuditEntry(NOON, "T1", Act.REFUSED, "U1", rule="premium_rate")
    dialed = AuditEntry(LATER, "T1", Act.DIALED, call=CALL)
    elsewhere = AuditEntry(LATER + timedelta(minutes=1), "T2", "of_a_later_version", "U1")
    await audit.add(elsewhere, dialed, refused)

    assert await audit.since(NOON, most=9) == [refused, dialed, elsewhere]
    assert await audit.since(LATER, most=9) == [dialed, elsewhere]
    assert await audit.since(NOON, team="T1", most=9) == [refused, dialed]
    assert await audit.since(NOON, person="U1", most=9) == [refused, elsewhere]
    assert await audit.since(NOON, most=1) == [refused]


@both_databases
async def test_what_is_old_goes_in_portions(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.audit.PORTION", 2)
    audit = AuditLog(database)
    await audit.add(*(AuditEntry(NOON, "T1", Act.DIALED) for _ in range(3)))
    await audit.add(AuditEntry(LATER, "T1", Act.ENDED))

    assert [await audit.delete_before(LATER) for _ in range(3)] == [2, 1, 0]

    assert await audit.since(NOON, most=9) == [AuditEntry(LATER, "T1", Act.ENDED)]


@both_databases
async def test_the_audit_forgets_who_but_not_what_however_often_it_was(database: Database) -> None:
    audit = AuditLog(database)
    elsewhere = AuditEntry(NOON, "T2", Act.DIALED, "U1")
    somebody_else = AuditEntry(NOON, "T1", Act.DIALED, "U2")
    own = [AuditEntry(NOON, "T1", Act.DIALED, "U1", CALL)] * (2 * PORTION + 1)
    await audit.add(elsewhere, somebody_else, *own)

    await Forgetting(database, read_payload).forget(
        PersonToForget("U1"), team="T1", by="U9", now=LATER
    )

    assert await audit.since(NOON, person="U1", most=999) == [elsewhere]
    left = await audit.since(NOON, team="T1", most=999)
    assert left.count(AuditEntry(NOON, "T1", Act.DIALED, None, CALL)) == len(own)
    assert somebody_else in left


@both_databases
async def test_what_there_is_no_time_to_forget_is_told_and_left_for_the_next_time(
    database: Database,
) -> None:
    calls = [a_call(id=uuid4(), request_key=f"command:{number}") for number in range(PORTION + 1)]
    for call in calls:
        await Store(database).add(call)
    forgetting = Forgetting(database, read_payload)
    whom = PersonToForget("UADA")

    first = await forgetting.forget(whom, team="T1", now=LATER, seconds=0)
    second = await forgetting.forget(whom, team="T1", now=LATER)

    assert first == Forgotten(calls=PORTION, under_way=PORTION, is_all=False)
    assert second == Forgotten(calls=1, under_way=1)
