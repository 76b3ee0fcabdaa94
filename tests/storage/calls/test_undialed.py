"""What may still be stopped or listed of a call; the same on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import create_async_engine

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.attempts import next_attempt
from bot.core.calls.call import Call
from bot.core.calls.reason import UNINSTALLED, Reason
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import EndReason, State
from bot.storage.calls.due import Due
from bot.storage.calls.lists import CallLists
from bot.storage.calls.results import Results
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.engine.database import Database
from bot.storage.tables import calls
from tests.builders import NOON, SUCCESS, a_call, an_announced_call, an_ended_call
from tests.conftest import both_databases

LEASE = timedelta(seconds=60)
HOUR = timedelta(hours=1)
ANSWERED: Final = Reason.answered_after_all(SUCCESS)
BLOCKED: Final = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
SENT: dict[str, Any] = {"dialing_since": NOON, "last_dial_at": NOON}
CHANGEABLE = {
    "requested": a_call(),
    "announced": an_announced_call(),
    "scheduled": an_announced_call(dial_at=NOON + HOUR),
}
TOO_LATE = {
    "being sent": an_announced_call(**SENT),
    "waiting": an_announced_call(state=State.WAITING, **SENT),
    "unconfirmed": an_announced_call(state=State.WAITING),
    **{str(ending): an_ended_call(ending) for ending in EndReason},
    "reported": an_ended_call(state=State.REPORTED, due_at=None),
}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return a new database."""
    async with Database.open(database_url) as database:
        yield database


@pytest.fixture
def store(database: Database) -> Store:
    """Return its calls."""
    return Store(database)


@pytest.fixture
def lists(database: Database) -> CallLists:
    """Return the same."""
    return CallLists(database)


@pytest.fixture
def results(database: Database) -> Results:
    """Return the same."""
    return Results(database)


@pytest.fixture
def undialed(database: Database) -> UndialedCalls:
    """Return the same."""
    return UndialedCalls(database)


async def saved(store: Store, call_id: UUID) -> Call:
    """Return the call as the database has it."""
    found = await store.get(call_id)
    assert found is not None
    return found


async def about_to_be_sent(store: Store) -> Call:
    """Save a call that is due to be dialed and claim it."""
    now = utc_now()
    await store.add(an_announced_call(due_at=now, dial_at=now))
    [[call]] = await store.claim([Due([State.ANNOUNCED], 1)], now=now, lease=LEASE, held=())
    return call


async def sends(store: Store, call: Call) -> bool:
    """Note that a call is about to be sent, as its step does."""
    now = utc_now()
    return await store.start_dial(call, now=now, after=call, too_old=now - timedelta(minutes=4))


# Cancel


@both_databases
async def test_what_was_not_sent_yet_is_canceled_and_due_to_be_told(
    store: Store, undialed: UndialedCalls
) -> None:
    now = utc_now()
    for name, call in CHANGEABLE.items():
        one = replace(call, id=uuid4(), request_key=name, lease=uuid4(), lease_until=now)
        await store.add(one)

        assert await undialed.cancel(one.id, by="UGRACE", now=now) is True

        found = await saved(store, one.id)
        assert (found.state, found.ending, found.canceled_by) == (
            State.ENDED, EndReason.CANCELED, "UGRACE",
        )  # fmt: skip
        assert (found.ended_at, found.due_at, found.lease, found.lease_until) == (
            now, now, None, None,
        )  # fmt: skip


@both_databases
async def test_what_was_sent_or_has_ended_is_neither_canceled_nor_dialed_now(
    store: Store, undialed: UndialedCalls
) -> None:
    for name, call in TOO_LATE.items():
        one = replace(call, id=uuid4(), request_key=name)
        await store.add(one)

        assert await undialed.cancel(one.id, by="UADA", now=utc_now()) is False
        assert await undialed.dial_now(one.id, now=utc_now()) is False

        assert await saved(store, one.id) == one


@both_databases
async def test_no_call_can_be_neither(undialed: UndialedCalls) -> None:
    assert await undialed.cancel(uuid4(), by="UADA", now=utc_now()) is False
    assert await undialed.dial_now(uuid4(), now=utc_now()) is False


@both_databases
async def test_a_call_that_is_canceled_first_is_not_sent(
    store: Store, undialed: UndialedCalls
) -> None:
    call = await about_to_be_sent(store)

    assert await undialed.cancel(call.id, by="UADA", now=utc_now()) is True
    assert await sends(store, call) is False

    assert (await saved(store, call.id)).dialing_since is None


@both_databases
async def test_a_call_that_is_sent_first_is_not_canceled(
    store: Store, undialed: UndialedCalls
) -> None:
    call = await about_to_be_sent(store)

    assert await sends(store, call) is True
    assert await undialed.cancel(call.id, by="UADA", now=utc_now()) is False

    assert (await saved(store, call.id)).ending is None


@both_databases
async def test_of_a_cancellation_and_a_dial_at_once_one_wins(
    store: Store, database_url: str
) -> None:
    async with Database.open(database_url) as other:
        for number in range(10):
            call = await about_to_be_sent_again(store, number)

            canceled, sent = await asyncio.gather(
                UndialedCalls(other).cancel(call.id, by="UADA", now=utc_now()), sends(store, call)
            )

            assert canceled is not sent
            found = await saved(store, call.id)
            assert (found.ending, found.dialing_since is None) == (
                (EndReason.CANCELED, True) if canceled else (None, False)
            )


async def about_to_be_sent_again(store: Store, number: int) -> Call:
    """Save one more call that is due to be dialed and claim it."""
    now = utc_now()
    call = an_announced_call(id=uuid4(), request_key=str(number), due_at=now, dial_at=now)
    await store.add(call)
    [claimed] = await store.claim([Due([State.ANNOUNCED], 50)], now=now, lease=LEASE, held=())
    return next(taken for taken in claimed if taken.id == call.id)


@both_databases
async def test_of_two_who_cancel_at_once_one_does(store: Store, undialed: UndialedCalls) -> None:
    await store.add(call := an_announced_call())

    done = await asyncio.gather(
        *(undialed.cancel(call.id, by=who, now=utc_now()) for who in ("UADA", "UGRACE"))
    )

    assert sorted(done) == [False, True]
    assert (await saved(store, call.id)).canceled_by == ("UADA" if done[0] else "UGRACE")


# Dial now


@both_databases
async def test_a_scheduled_call_is_due_at_once_and_its_step_begins_again(
    store: Store, undialed: UndialedCalls
) -> None:
    call = an_announced_call(dial_at=NOON + HOUR, due_at=NOON + HOUR, lease=uuid4())
    await store.add(call)

    assert await undialed.dial_now(call.id, now=NOON) is True

    assert await saved(store, call.id) == replace(call, dial_at=NOON, due_at=NOON, lease=None)


@both_databases
async def test_a_call_whose_thread_does_not_stand_yet_is_not_dialed_now(
    store: Store, results: Results, undialed: UndialedCalls
) -> None:
    await store.add(call := a_call(dial_at=NOON + HOUR))

    assert await undialed.dial_now(call.id, now=NOON) is False
    assert await saved(store, call.id) == call


# The attempt that follows


async def answered_late(results: Results, first: Call) -> bool:
    """Record that a call, which nobody seemed to answer, was answered."""
    result = {"call_status": "success", "provider_status": "completed"}
    return await results.record_result(
        first.id,
        result,
        workflow_id=None,
        provider_call_id=None,
        now=NOON,
        replaces=first,
        gives_up=ANSWERED,
    )


def first_attempt() -> Call:
    """Return a call that nobody answered."""
    result = {"call_status": "not_picked_up", "provider_status": "no-answer"}
    return an_ended_call(state=State.REPORTED, due_at=None, result=result)


@both_databases
async def test_attempts_that_were_to_follow_are_canceled_with_the_better_result(
    store: Store,
    results: Results,
) -> None:
    first = first_attempt()
    follows = {"series_id": first.id, "attempt_number": 2}
    child = an_announced_call(id=uuid4(), request_key="child", **follows)
    stranger = an_announced_call(id=uuid4(), request_key="stranger", series_id=uuid4())
    for call in (first, child, stranger):
        await store.add(call)

    assert await answered_late(results, first) is True

    found = await saved(store, child.id)
    assert (found.ending, found.canceled_by) == (EndReason.CANCELED, None)
    assert found.reason == ANSWERED
    assert await saved(store, stranger.id) == stranger
    assert (await saved(store, first.id)).state is State.ENDED


@both_databases
async def test_however_many_attempts_there_are_the_undialed_one_is_canceled(
    store: Store, results: Results
) -> None:
    first = first_attempt()
    second = replace(first, id=uuid4(), request_key="2", attempt_number=2, series_id=first.id)
    fifth = an_announced_call(id=uuid4(), request_key="5", attempt_number=5, series_id=first.id)
    for call in (first, second, fifth):
        await store.add(call)

    assert await answered_late(results, first) is True

    assert (await saved(store, fifth.id)).ending is EndReason.CANCELED
    assert await saved(store, second.id) == second


@both_databases
async def test_an_attempt_that_was_sent_is_not_canceled(store: Store, results: Results) -> None:
    first = first_attempt()
    await store.add(first)
    child = an_announced_call(
        id=uuid4(), request_key="2", series_id=first.id, attempt_number=2, **SENT
    )
    await store.add(child)

    assert await answered_late(results, first) is True
    assert (await saved(store, child.id)).ending is None


@both_databases
async def test_a_better_result_replaces_the_one_that_it_was_compared_with_alone(
    store: Store,
    results: Results,
) -> None:
    first = first_attempt()
    await store.add(replace(first, ended_at=NOON + HOUR))

    assert await answered_late(results, first) is False


def unanswered() -> tuple[Call, dict[str, Any]]:
    """Return a call that waits, and the result that nobody answered."""
    result = {"call_status": "not_picked_up", "provider_status": "no-answer"}
    return an_announced_call(state=State.WAITING, retry_plan=RetryPlan(2, HOUR), **SENT), result


@both_databases
async def test_an_attempt_is_saved_with_the_result_once(store: Store, results: Results) -> None:
    call, result = unanswered()
    await store.add(call)
    ended = call.ended(
        EndReason.RESULT, now=NOON, result=result, normalized_result=read_payload(result)
    )
    children = [next_attempt(ended), next_attempt(ended)]

    recorded = [
        await results.record_result(
            call.id, result, workflow_id=None, provider_call_id=None, now=NOON, then=child
        )
        for child in children
    ]

    assert recorded == [True, False]
    assert children[0] is not None
    assert children[1] is not None
    assert await store.get(children[0].id) == children[0]
    assert await store.get(children[1].id) is None


@both_databases
async def test_an_attempt_is_saved_with_a_step_only_if_the_step_is(store: Store) -> None:
    call, result = unanswered()
    now = utc_now()
    await store.add(replace(call, due_at=now))
    [[taken]] = await store.claim([Due([State.WAITING], 1)], now=now, lease=LEASE, held=())
    ended = taken.ended(
        EndReason.RESULT, now=now, result=result, normalized_result=read_payload(result)
    )
    child = next_attempt(ended)
    assert child is not None
    stale = replace(taken, lease=uuid4())

    assert await store.advance(stale, replace(ended, lease=stale.lease), then=child) is False
    assert await store.get(child.id) is None
    assert await store.advance(taken, ended, then=child) is True
    assert await store.get(child.id) == child


# Removal


@both_databases
async def test_a_removal_ends_what_was_not_sent_and_repeats_no_dial(
    store: Store, undialed: UndialedCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.calls.undialed.PORTION", 2)
    rows = {**CHANGEABLE, **TOO_LATE, "other team": an_announced_call(team="T2")}
    rows = {name: replace(call, id=uuid4(), request_key=name) for name, call in rows.items()}
    for call in rows.values():
        await store.add(call)

    ended = await undialed.end_of("T1", why=UNINSTALLED, now=NOON)

    assert {call.request_key for call in ended} == set(CHANGEABLE)
    assert {call.ending for call in ended} == {EndReason.NOT_PLACED}
    found = {name: await saved(store, call.id) for name, call in rows.items()}
    for name in CHANGEABLE:
        assert (found[name].ending, found[name].reason) == (EndReason.NOT_PLACED, UNINSTALLED)
    assert (found["being sent"].state, found["being sent"].due_at) == (State.WAITING, NOON)
    untouched = set(rows) - set(CHANGEABLE) - {"being sent"}
    assert {name: found[name] for name in untouched} == {name: rows[name] for name in untouched}


@both_databases
@pytest.mark.parametrize("how", ["step", "callback"])
async def test_no_attempt_follows_a_call_that_was_read_before_the_removal(
    store: Store, results: Results, undialed: UndialedCalls, how: str
) -> None:
    call, result = unanswered()
    now = utc_now()
    await store.add(replace(call, due_at=now))
    [[taken]] = await store.claim([Due([State.WAITING], 1)], now=now, lease=LEASE, held=())
    ended = taken.ended(
        EndReason.RESULT, now=now, result=result, normalized_result=read_payload(result)
    )
    child = next_attempt(ended)
    assert child is not None
    await undialed.end_of("T1", why=UNINSTALLED, now=now)

    if how == "step":
        assert await store.advance(taken, ended, then=child)
    else:
        assert await results.record_result(
            call.id, result, workflow_id=None, provider_call_id=None, now=now, then=child
        )

    assert (await saved(store, call.id)).ending is EndReason.RESULT
    assert await store.get(child.id) is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_dial_that_is_noted_while_the_bot_is_removed_is_not_repeated(
    store: Store, undialed: UndialedCalls, database_url: str
) -> None:
    await store.add(call := an_announced_call())
    sent = update(calls).where(calls.c.id == call.id).values(dialing_since=NOON)
    engine = create_async_engine(database_url)

    async with engine.connect() as dialing, engine.connect() as watching:
        await dialing.execute(sent)
        removal = asyncio.create_task(undialed.end_of("T1", why=UNINSTALLED, now=NOON))
        while not (await watching.execute(BLOCKED)).scalar_one():
            await watching.rollback()
        await dialing.commit()
        assert await removal == []
    await engine.dispose()

    assert (await saved(store, call.id)).state is State.WAITING


# Lists


@both_databases
async def test_a_persons_last_calls_come_the_latest_first_and_no_more_than_asked_for(
    store: Store,
    lists: CallLists,
) -> None:
    for number in range(4):
        at = NOON + timedelta(minutes=number)
        await store.add(a_call(id=uuid4(), request_key=str(number), requested_at=at))
    await store.add(a_call(id=uuid4(), request_key="grace", requester="UGRACE"))
    await store.add(a_call(id=uuid4(), request_key="team", team="T2"))

    listed = await lists.calls_of("UADA", "T1", most=3)

    assert [call.request_key for call in listed] == ["3", "2", "1"]
    assert len(await lists.calls_of("UADA", "T1", most=10)) == 4


@both_databases
async def test_what_is_scheduled_comes_the_next_first_without_what_is_over(
    store: Store, lists: CallLists
) -> None:
    rows = {
        "later": an_announced_call(dial_at=NOON + 2 * HOUR),
        "sooner": a_call(dial_at=NOON + HOUR),
        "at once": an_announced_call(),
        "sent": an_announced_call(dial_at=NOON + HOUR, **SENT),
        "canceled": an_ended_call(EndReason.CANCELED, dial_at=NOON + HOUR),
        "grace's": an_announced_call(dial_at=NOON + HOUR, requester="UGRACE"),
        "of another team": an_announced_call(dial_at=NOON + HOUR, team="T2"),
    }
    for name, call in rows.items():
        await store.add(replace(call, id=uuid4(), request_key=name))

    listed = await lists.scheduled_of("UADA", "T1", most=10)

    assert [call.request_key for call in listed] == ["sooner", "later"]
    assert len(await lists.scheduled_of("UADA", "T1", most=1)) == 1
