"""What is noted of a status message: of two who edit it at once, one learns of the other."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from bot.core.calls.call import Call
from bot.core.calls.series import Series
from bot.core.calls.states import State
from bot.storage import migrations
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.engine.database import Database
from tests.builders import NOON, a_call, an_announced_call
from tests.conftest import both_databases


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        yield database


@pytest.fixture
def store(database: Database) -> Store:
    """Return its calls."""
    return Store(database)


@pytest.fixture
def series_store(database: Database) -> SeriesStore:
    """Return the same."""
    return SeriesStore(database)


@pytest.fixture
def undialed(database: Database) -> UndialedCalls:
    """Return the same."""
    return UndialedCalls(database)


async def series_of(series_store: SeriesStore, call: Call) -> Series:
    """Return the series of a call."""
    series = await series_store.get(call.series)
    assert series is not None
    return series


@both_databases
async def test_a_new_call_is_a_series_of_one(store: Store, series_store: SeriesStore) -> None:
    call = a_call(id=uuid4())
    await store.add(call)

    series = await series_of(series_store, call)

    assert (series.id, series.attempts, series.version) == (call.id, [call], 0)
    assert series.message_ts is None


@both_databases
async def test_of_two_who_edit_the_message_at_once_the_second_learns_of_the_first(
    store: Store,
    series_store: SeriesStore,
) -> None:
    await store.add(call := an_announced_call())
    one = await series_of(series_store, call)
    other = await series_of(series_store, call)

    assert await series_store.shown(one) is True
    assert await series_store.shown(other) is False
    assert (await series_of(series_store, call)).is_current


@both_databases
async def test_an_opened_thread_is_kept_in_the_series_and_shows_what_is_true(
    store: Store,
    series_store: SeriesStore,
) -> None:
    lease = uuid4()
    await store.add(call := a_call(lease=lease, lease_until=NOON))

    after = call.announced(channel="DADA", ts="7.1", now=NOON, place_error="is_archived")
    assert await store.advance(call, after) is True

    series = await series_of(series_store, call)
    assert (series.posted_in, series.message_ts) == ("DADA", "7.1")
    assert series.is_current


@both_databases
async def test_a_thread_that_was_opened_for_a_call_that_ended_meanwhile_is_kept_too(
    store: Store,
    undialed: UndialedCalls,
    series_store: SeriesStore,
) -> None:
    await store.add(call := a_call())
    assert await undialed.cancel(call.id, by="UADA", now=NOON) is True

    await store.add_ids(call.id, posted_in="CGENERAL", message_ts="7.1")

    series = await series_of(series_store, call)
    assert series.message_ts == "7.1"
    assert not series.is_current


@both_databases
async def test_attempts_come_in_their_order_and_no_other_calls_with_them(
    store: Store, series_store: SeriesStore
) -> None:
    first = an_announced_call(state=State.REPORTED, due_at=None)
    await store.add(first)
    for number in (3, 2):
        made = replace(
            first,
            id=uuid4(),
            request_key=str(number),
            series_id=first.id,
            attempt_number=number,
        )
        await store.add(made)
    await store.add(replace(first, id=uuid4(), request_key="other"))

    series = await series_of(series_store, first)

    assert [call.attempt_number for call in series.attempts] == [1, 2, 3]


async def test_there_is_no_series_of_an_unknown_call(series_store: SeriesStore) -> None:
    assert await series_store.get(uuid4()) is None
