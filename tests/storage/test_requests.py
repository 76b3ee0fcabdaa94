"""What is asked for is saved if the policy lets it: counted exactly, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from sqlalchemy import text

from bot.core.audit import Act
from bot.core.calls.call import Call
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import EndReason, State
from bot.core.policy.decision import (
    Allowed,
    AtAnotherTime,
    DialingOff,
    Held,
    Limit,
    LimitReached,
    OnDoNotCallList,
    Paused,
    Refused,
)
from bot.core.policy.facts import Caller
from bot.core.policy.policy import Policy
from bot.storage.audit import AuditLog
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.engine.database import Database
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.gate import AskedCall
from bot.storage.policy.pauses import Pauses
from bot.storage.requests import Answer, Requests
from tests.builders import NOON, NUMBER, a_call, an_announced_call
from tests.conftest import both_databases

OTHER_NUMBER: Final = "+14155552672"
# Two an hour, three a day for one person; other numbers for the rest.
LIMITED: Final = Policy(
    hours=None, calls_per_person_per_hour=2, calls_per_person_per_day=3, calls_per_number_per_day=0
)
BY_NUMBER: Final = replace(
    LIMITED, calls_per_person_per_hour=0, calls_per_person_per_day=0, calls_per_number_per_day=3
)
HOUR: Final = timedelta(hours=1)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an open database."""
    async with Database.open(database_url) as opened:
        yield opened


def asked(at: datetime = NOON, **changes: Any) -> AskedCall:
    """Return what Ada asks for at a time, to be dialed at once."""
    call = a_call(
        **{
            "id": uuid4(),
            "request_key": f"command:{uuid4()}",
            "requested_at": at,
            "dial_at": at,
            "due_at": at,
            **changes,
        }
    )
    return AskedCall(call, Caller(call.requester), LIMITED)


def sent(at: datetime, **changes: Any) -> Call:
    """Return a call that was sent at a time and has a result."""
    done = {"state": State.REPORTED, "ending": EndReason.RESULT, "ended_at": at, "due_at": None}
    call = an_announced_call(dialing_since=at, last_dial_at=at, **{**done, **changes})
    return replace(call, id=uuid4(), request_key=f"sent:{uuid4()}", requested_at=at, dial_at=at)


async def answers(database: Database, policy: Policy, *items: AskedCall) -> list[Answer]:
    """Return what is answered to requests, one after the other."""
    requests = Requests(database)
    return [await requests.add(replace(item, policy=policy)) for item in items]


async def saved(database: Database) -> int:
    """Return how many calls there are."""
    return await database.read(
        lambda connection: connection.execute(text("SELECT count(*) FROM calls")).scalar_one()
    )


@both_databases
async def test_a_person_who_asked_for_the_most_is_told_when_the_next_can_go(
    database: Database,
) -> None:
    first, second, third = (asked(NOON + minutes * HOUR / 60) for minutes in (0, 10, 20))

    answered = await answers(database, LIMITED, first, second, third)

    reached = LimitReached(Limit.PERSON_PER_HOUR, 2, NOON + HOUR)
    assert answered == [Allowed(), Allowed(), Refused(reached)]
    assert await saved(database) == 2


async def test_the_longest_of_several_limits_is_told(database: Database) -> None:
    times = [NOON + hours * HOUR for hours in (0, 5, 10, 10.1)]

    answered = await answers(database, LIMITED, *map(asked, times))

    reached = LimitReached(Limit.PERSON_PER_DAY, 3, NOON + 24 * HOUR)
    assert answered == [Allowed(), Allowed(), Allowed(), Refused(reached)]


async def test_others_are_not_held_up_by_one_person(database: Database) -> None:
    await answers(database, LIMITED, asked(), asked())

    assert await answers(database, LIMITED, asked(requester="UGRACE")) == [Allowed()]


async def test_what_was_canceled_undialed_does_not_count(database: Database) -> None:
    first, second = asked(), asked()
    await answers(database, LIMITED, first, second)
    await UndialedCalls(database).cancel(first.call.id, by="UADA", now=NOON)

    assert await answers(database, LIMITED, asked()) == [Allowed()]


async def test_a_further_attempt_does_not_count_as_asked_for(database: Database) -> None:
    first = asked()
    await answers(database, LIMITED, first)
    attempt = an_announced_call(
        id=uuid4(), request_key="try:1:2", attempt_number=2, series_id=first.call.id
    )
    assert await Store(database).add(attempt)

    assert await answers(database, LIMITED, asked()) == [Allowed()]


@both_databases
async def test_a_repeated_request_is_recognized_first_and_counts_nothing(
    database: Database,
) -> None:
    first, second = asked(), asked()

    answered = await answers(database, LIMITED, first, first, second, first, second)

    assert answered == [Allowed(), None, Allowed(), None, None]


async def test_requests_of_one_transaction_count_each_other(database: Database) -> None:
    requests = Requests(database)
    repeated = asked(requester="UGRACE")

    answered = await asyncio.gather(
        *(requests.add(asked()) for _ in range(5)),
        *(requests.add(repeated) for _ in range(3)),
    )

    assert answered[:5].count(Allowed()) == 2
    assert sorted(map(str, answered[5:])) == ["Allowed()", "None", "None"]
    assert await saved(database) == 3


@both_databases
async def test_of_two_replicas_at_the_same_instant_one_places_the_last_permitted_call(
    database: Database, database_url: str
) -> None:
    await answers(database, LIMITED, asked())
    async with Database.open(database_url) as other:
        replicas = [Requests(each) for each in (database, other)]

        answered = await asyncio.gather(
            *(replica.add(asked()) for _ in range(4) for replica in replicas)
        )

    assert answered.count(Allowed()) == 1
    assert await saved(database) == 2


@both_databases
async def test_a_number_is_called_so_often_a_day_whoever_asks(database: Database) -> None:
    for hours in (1, 2, 3):
        assert await Store(database).add(sent(NOON - hours * HOUR, requester=f"U{hours}"))

    answered = await answers(database, BY_NUMBER, asked(), asked(recipient=OTHER_NUMBER))

    reached = LimitReached(Limit.NUMBER_PER_DAY, 3, NOON + 21 * HOUR)
    assert answered == [Refused(reached), Allowed()]


async def test_planned_attempts_are_reserved(database: Database) -> None:
    first, second = (asked(retry_plan=RetryPlan(2, HOUR)) for _ in range(2))

    answered = await answers(database, BY_NUMBER, first, second, asked())

    reached = LimitReached(Limit.NUMBER_PER_DAY, 3, NOON + 24 * HOUR)
    assert answered == [Allowed(), Refused(reached), Allowed()]


async def test_more_attempts_than_may_ever_go_are_refused_for_good(database: Database) -> None:
    four_times = asked(retry_plan=RetryPlan(4, HOUR))

    answered = await answers(database, BY_NUMBER, four_times)

    assert answered == [Refused(LimitReached(Limit.NUMBER_PER_DAY, 3, None))]


async def test_a_call_of_another_day_does_not_count(database: Database) -> None:
    tomorrow = asked(dial_at=NOON + 25 * HOUR)
    await answers(database, BY_NUMBER, *[replace_key(tomorrow) for _ in range(3)])

    answered = await answers(database, BY_NUMBER, asked(), replace_key(tomorrow))

    reached = LimitReached(Limit.NUMBER_PER_DAY, 3, NOON + 49 * HOUR)
    assert answered == [Allowed(), Refused(reached)]


def replace_key(item: AskedCall) -> AskedCall:
    """Return the same request once more."""
    call = replace(item.call, id=uuid4(), request_key=f"command:{uuid4()}")
    return replace(item, call=call)


@both_databases
async def test_a_workspace_places_so_many_a_day(database: Database) -> None:
    policy = replace(BY_NUMBER, calls_per_number_per_day=0, calls_per_day=2)
    items = [asked(recipient=f"+1415555267{digit}") for digit in range(3)]

    answered = await answers(database, policy, *items)

    reached = LimitReached(Limit.WORKSPACE_PER_DAY, 2, NOON + 24 * HOUR)
    assert answered == [Allowed(), Allowed(), Refused(reached)]


@both_databases
async def test_a_pause_and_the_do_not_call_list_are_looked_up(database: Database) -> None:
    await DoNotCallList(database).add("T1", NUMBER, "UGRACE", NOON)

    blocked = await answers(database, Policy(hours=None), asked(), asked(recipient=OTHER_NUMBER))
    await Pauses(database).pause("T1", "UGRACE", NOON)
    paused = await answers(database, Policy(hours=None), asked(), asked(team="T2"))

    assert blocked == [Refused(OnDoNotCallList("UGRACE", NOON)), Allowed()]
    assert paused == [Held(Paused("UGRACE", NOON)), Allowed()]


async def test_dialing_off_and_closed_hours_save_nothing(database: Database) -> None:
    answered = [
        *await answers(database, Policy(dialing=False), asked()),
        *await answers(database, Policy(), asked(NOON.replace(hour=5))),
    ]

    assert answered[0] == Held(DialingOff())
    assert isinstance(answered[1], AtAnotherTime)
    assert await saved(database) == 0


@both_databases
async def test_the_audit_tells_what_was_asked_for_and_what_was_refused(database: Database) -> None:
    first, refused = asked(), asked()
    await answers(database, replace(LIMITED, calls_per_person_per_hour=1), first, first, refused)

    entries = await AuditLog(database).since(NOON, most=10)

    told = [(entry.act, entry.person, entry.call, entry.rule) for entry in entries]
    assert sorted(told, key=lambda entry: entry[0]) == [
        (Act.REFUSED, "UADA", None, "limit"),
        (Act.REQUESTED, "UADA", first.call.id, None),
    ]
