"""Right before a dial the policy is asked again, and counts exactly, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from bot.core.audit import Act
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason, State
from bot.core.policy.decision import (
    Allowed,
    AtAnotherTime,
    Decision,
    DialingOff,
    Held,
    Limit,
    LimitReached,
    OnDoNotCallList,
    Paused,
    Refused,
)
from bot.core.policy.facts import Caller
from bot.core.policy.policy import CallingHours, Policy
from bot.storage.audit import AuditLog
from bot.storage.calls.due import Due
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.policy.dial import DialPolicy
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from tests.builders import NOON, NUMBER, an_announced_call
from tests.conftest import both_databases

ANY_TIME: Final = Policy(hours=None)
ONE_A_DAY: Final = replace(ANY_TIME, calls_per_number_per_day=1)
DAY: Final = timedelta(days=1)
LEASE: Final = timedelta(seconds=60)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an open database."""
    async with Database.open(database_url) as opened:
        yield opened


def due(at: datetime = NOON, **changes: Any) -> Call:
    """Return a call whose thread stands, to be dialed at a time."""
    times = {"requested_at": at, "dial_at": at, "due_at": at}
    return an_announced_call(id=uuid4(), request_key=f"due:{uuid4()}", **{**times, **changes})


def sent(at: datetime, **changes: Any) -> Call:
    """Return a call that was sent at a time and has a result."""
    done = {"state": State.REPORTED, "ending": EndReason.RESULT, "ended_at": at}
    dialed = {"dialing_since": at, "last_dial_at": at, "due_at": None}
    return due(**{"at": at, **done, **dialed, **changes})


async def decided(database: Database, policy: Policy, call: Call) -> Decision:
    """Return what is decided about a call that is to be dialed at noon."""
    return await DialPolicy(database).decide(call, Caller("UADA"), policy, NOON)


@both_databases
async def test_the_list_and_the_pause_of_the_calls_own_workspace_are_looked_up(
    database: Database,
) -> None:
    await DoNotCallList(database).add("T1", NUMBER, "UGRACE", NOON)
    await Pauses(database).pause("T2", "UGRACE", NOON)

    assert await decided(database, ANY_TIME, due()) == Refused(OnDoNotCallList("UGRACE", NOON))
    assert await decided(database, ANY_TIME, due(team="T2")) == Held(Paused("UGRACE", NOON))
    assert await decided(database, ANY_TIME, due(team="T3")) == Allowed()


async def test_a_closed_hour_and_dialing_off_are_told(database: Database) -> None:
    from_three = Policy(hours=CallingHours(15 * 60, 21 * 60))

    at_noon = await decided(database, from_three, due())

    # It is noon in San Francisco.
    assert isinstance(at_noon, AtAnotherTime)
    assert at_noon.opens_at == NOON + timedelta(hours=3)
    assert await decided(database, Policy(dialing=False), due()) == Held(DialingOff())


@both_databases
@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"calls_per_number_per_day": 2}, Limit.NUMBER_PER_DAY),
        ({"calls_per_day": 2}, Limit.WORKSPACE_PER_DAY),
    ],
)
async def test_what_was_sent_within_a_day_counts(
    database: Database, changes: dict[str, int], limit: Limit
) -> None:
    store, policy = Store(database), replace(ANY_TIME, **changes)  # type: ignore[arg-type]
    await store.add(sent(NOON - DAY))
    await store.add(sent(NOON - DAY / 2))
    before = await decided(database, policy, due())
    await store.add(sent(NOON - DAY / 4))

    assert before == Allowed()
    reached = LimitReached(limit, 2, NOON + DAY / 2)
    assert await decided(database, policy, due()) == Refused(reached)


async def test_what_is_planned_does_not_keep_a_call_from_being_dialed(database: Database) -> None:
    await Store(database).add(due(NOON + DAY / 8))

    assert await decided(database, ONE_A_DAY, due()) == Allowed()


@both_databases
async def test_a_repeat_does_not_count_its_own_first_send(database: Database) -> None:
    call = due(dialing_since=NOON - timedelta(minutes=2), last_dial_at=NOON)
    await Store(database).add(call)

    assert await decided(database, ONE_A_DAY, call) == Allowed()


@both_databases
async def test_of_two_replicas_at_the_same_instant_one_sends_the_last_permitted_call(
    database: Database, database_url: str
) -> None:
    async with Database.open(database_url) as other:
        assert await sends(database, other) == [1] * 5
    entries = await AuditLog(database).since(NOON, most=100)
    assert [(entry.act, entry.person) for entry in entries] == [(Act.DIALED, "UADA")] * 5


async def sends(*replicas: Database) -> list[int]:
    """Let each replica begin a call to the same number at once, 5 times; return how many began."""
    counts = []
    for number in range(5):
        at = NOON + number * timedelta(seconds=1)
        for _ in replicas:
            await Store(replicas[0]).add(due(at, recipient=f"+1415555267{number}"))
        begun = await asyncio.gather(*(begin(each, at) for each in replicas))
        counts.append(sum(begun))
    return counts


async def begin(database: Database, at: datetime) -> bool:
    """Claim the call that is due and begin its dial, if the policy lets it be."""
    store, policy = Store(database), DialPolicy(database)
    wanted = Due([State.ANNOUNCED], 1)
    [[call]] = await store.claim([wanted], now=at, lease=LEASE, held=[uuid4()])
    return await store.start_dial(
        call,
        now=at,
        after=call.sent(now=at, due_at=at + DAY * 30, lease_until=at + LEASE, dialed_with="k"),
        too_old=at - timedelta(minutes=4),
        is_allowed=policy.condition(call, Caller("UADA"), ONE_A_DAY, at),
        locks=policy.locks(call, ONE_A_DAY),
    )


@both_databases
async def test_what_waited_goes_on_when_calls_are_resumed_and_is_not_late(
    database: Database,
) -> None:
    store, pauses, later = Store(database), Pauses(database), NOON + timedelta(hours=2)
    waits, is_of_others = due(due_at=later + LEASE), due(due_at=later + LEASE, team="T2")
    is_scheduled = due(due_at=later + DAY, dial_at=later + DAY)
    for call in (waits, is_of_others, is_scheduled):
        await store.add(call)
    await pauses.pause("T1", "UGRACE", NOON)

    await pauses.resume("T1", "UGRACE", later)

    times = [await store.get(call.id) for call in (waits, is_of_others, is_scheduled)]
    assert [(each.dial_at, each.due_at) for each in times if each is not None] == [
        (later, later),
        (NOON, later + LEASE),
        (later + DAY, later + DAY),
    ]
