"""A row that cannot be read stands alone: all others are claimed, read and listed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.core.calls.states import EndReason, State
from bot.storage.calls.due import Due
from bot.storage.calls.lists import CallLists
from bot.storage.calls.results import Results
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.leased.draft_store import DraftStore
from tests.builders import NOON, a_call, a_waiting_call, an_announced_call, an_ended_call
from tests.conftest import both_databases
from tests.core.test_draft import a_draft

LEASE = timedelta(minutes=1)
# What another version, or a hand, may have left in a row, by the column.
ODD_WORDS = {
    "a state": ("state", "awaiting_approval"),
    "an ending": ("ending", "not_allowed"),
    "further attempts": ("if_unanswered", "five_in_all"),
}
ONLY_SQLITE = {
    "broken JSON": ("result", "{"),
    "JSON of another kind": ("result", "[1]"),
    "a time": ("ended_at", "yesterday"),
    "a number": ("attempts", "many"),
    "an id": ("previous", "nobody"),
    "an id spelled another way": ("previous", "5A4A1C6E-9B1D-4A53-9A53-0C8A2F1C7E11"),
}
# As SQL, since these are no texts.
BYTES_IN = ["recipient", "sealed_number", "prompt", "team", "callback_secret"]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an open database with its schema."""
    async with Database.open(database_url) as opened:
        yield opened


async def make_odd(database: Database, call_id: UUID, column: str, value: str) -> None:
    """Write a value into a row that this version cannot read."""

    def work(connection: Connection) -> None:
        key = call_id.hex if connection.dialect.name == "sqlite" else call_id
        changed = connection.execute(
            text(f"UPDATE calls SET {column} = :value WHERE id = :id"), {"value": value, "id": key}
        )
        assert changed.rowcount == 1

    await database.write(work)


async def make_bytes(database: Database, call_id: UUID, column: str) -> None:
    """Put bytes where a text belongs, as SQLite lets one do."""
    changed = text(f"UPDATE calls SET {column} = x'ff00' WHERE id = :id")
    await database.write(lambda connection: connection.execute(changed, {"id": call_id.hex}))


async def raw(database: Database, call_id: UUID) -> dict[str, Any]:
    """Return a row as it is kept."""

    def work(connection: Connection) -> dict[str, Any]:
        key = call_id.hex if connection.dialect.name == "sqlite" else call_id
        row = connection.execute(text("SELECT * FROM calls WHERE id = :id"), {"id": key}).one()
        return dict(row._mapping)

    return await database.read(work)


async def claimed(store: Store, most: int, *states: State) -> list[str]:
    """Claim what is due and return the keys of what was claimed."""
    wanted = [Due(states or tuple(State), most)]
    [calls] = await store.claim(wanted, now=NOON + LEASE, lease=LEASE, held=())
    return [call.request_key for call in calls]


@pytest.mark.parametrize(
    ("database_url", "column", "value"),
    [("postgresql", *odd) for odd in ODD_WORDS.values()]
    + [("sqlite", *odd) for odd in (ODD_WORDS | ONLY_SQLITE).values()],
    indirect=["database_url"],
)
async def test_a_row_with_something_odd_is_passed_over_everywhere(
    database: Database, column: str, value: str
) -> None:
    store = Store(database)
    odd = an_announced_call(id=uuid4(), request_key="odd", dial_at=NOON + LEASE)
    good = replace(odd, id=uuid4(), request_key="good")
    await store.add(odd)
    await store.add(good)
    await make_odd(database, odd.id, column, value)
    before = await raw(database, odd.id)

    recent = await CallLists(database).calls_of("UADA", "T1", most=10)
    scheduled = await CallLists(database).scheduled_of("UADA", "T1", most=10)

    assert [call.request_key for call in recent] == ["good"]
    assert [call.request_key for call in scheduled] == ["good"]
    assert await store.get(odd.id) is None
    assert await store.get(good.id) == good
    assert await claimed(store, 10) == ["good"]
    assert await raw(database, odd.id) == before


@pytest.mark.parametrize("column", BYTES_IN)
async def test_bytes_in_place_of_a_text_keep_only_their_own_row_from_being_read(
    database: Database, column: str
) -> None:
    store = Store(database)
    await store.add(odd := a_call(id=uuid4(), request_key="odd"))
    await store.add(a_call(id=uuid4(), request_key="good"))
    await make_bytes(database, odd.id, column)

    assert await claimed(store, 10) == ["good"]


async def test_a_row_whose_id_no_statement_would_find_is_left_alone(database: Database) -> None:
    store = Store(database)
    await store.add(odd := a_call(id=uuid4(), request_key="odd"))
    await store.add(a_call(id=uuid4(), request_key="good"))
    other_spelling = text("UPDATE calls SET id = :id WHERE request_key = 'odd'")
    await database.write(lambda connection: connection.execute(other_spelling, {"id": str(odd.id)}))

    assert await claimed(store, 10) == ["good"]


@both_databases
async def test_rows_that_cannot_be_read_do_not_take_the_place_of_those_that_can(
    database: Database,
) -> None:
    store = Store(database)
    for number in range(5):
        await store.add(odd := a_call(id=uuid4(), request_key=f"odd {number}"))
        await make_odd(database, odd.id, "if_unanswered", "five_in_all")
    for number in range(3):
        later = NOON + timedelta(seconds=number + 1)
        await store.add(a_call(id=uuid4(), request_key=f"good {number}", due_at=later))

    assert await claimed(store, 2, State.REQUESTED) == ["good 0", "good 1"]
    assert await claimed(store, 2, State.REQUESTED) == ["good 2"]


async def test_it_is_counted_at_each_meeting_and_logged_once(database: Database) -> None:
    store = Store(database)
    await store.add(odd := a_call())
    await make_odd(database, odd.id, "state", "dreaming")

    with capture_logs() as logged:
        for _ in range(3):
            assert await store.get(odd.id) is None

    assert store.unreadable_rows == 3
    assert [(line["call"], line["columns"]) for line in logged] == [(str(odd.id), ["state"])]


async def test_a_text_that_is_no_text_hides_no_other_row(database: Database) -> None:
    store = Store(database)
    await store.add(odd := a_call(id=uuid4(), request_key="odd"))
    await store.add(a_call(id=uuid4(), request_key="good"))

    def work(connection: Connection) -> None:
        connection.execute(
            text("UPDATE calls SET prompt = CAST(x'ff41' AS TEXT) WHERE id = :id"),
            {"id": odd.id.hex},
        )

    await database.write(work)

    assert sorted(await claimed(store, 10)) == ["good", "odd"]


@both_databases
async def test_what_no_database_takes_in_a_text_is_replaced(database: Database) -> None:
    store = Store(database)

    await store.add(call := a_call(prompt="Ask for\0a \ud83d table"))

    found = await store.get(call.id)
    assert found is not None
    assert found.prompt == "Ask for\ufffda ? table"


@both_databases
async def test_a_draft_that_cannot_be_read_keeps_no_other_from_being_answered(
    database: Database,
) -> None:
    drafts = DraftStore(database)
    odd = [a_draft(id=uuid4(), request_key=f"odd {number}") for number in range(5)]
    good = a_draft(id=uuid4(), request_key="good", due_at=NOON + timedelta(seconds=1))
    for draft in (*odd, good):
        await drafts.add(draft, now=NOON)
    of_tomorrow = text("UPDATE drafts SET kind = 'poll' WHERE request_key LIKE 'odd%'")
    await database.write(lambda connection: connection.execute(of_tomorrow).rowcount)

    with capture_logs() as logged:
        for _ in range(2):
            found = await drafts.claim(now=NOON + LEASE, limit=2, lease=LEASE, held=())
            assert [draft.id for draft in found] in ([good.id], [])
        assert [await drafts.get(draft.id) for draft in odd] == [None] * 5

    assert sorted(line["draft"] for line in logged) == sorted(str(draft.id) for draft in odd)
    assert drafts.unreadable_rows == 10
    leases = text("SELECT count(lease) FROM drafts WHERE request_key LIKE 'odd%'")
    assert await database.read(lambda connection: connection.execute(leases).scalar_one()) == 0


# Callbacks


@both_databases
async def test_the_secret_is_known_whatever_else_cannot_be_read(database: Database) -> None:
    store = Store(database)
    await store.add(odd := a_call())
    await make_odd(database, odd.id, "state", "dreaming")

    secret, results = odd.callback_secret.get_secret_value(), Results(database)
    assert await results.is_secret_of(odd.id, secret)
    assert not await results.is_secret_of(odd.id, "another")
    assert not await results.is_secret_of(uuid4(), secret)


@pytest.mark.parametrize("column", ["team", "requester", "prompt", "recipient"])
async def test_a_result_is_recorded_beside_bytes_in_place_of_a_text(
    database: Database, column: str
) -> None:
    store = Store(database)
    await store.add(odd := a_waiting_call())
    await make_bytes(database, odd.id, column)

    is_recorded = await Results(database).record_result(
        odd.id, {"call_status": "success"}, workflow_id=None, provider_call_id=None, now=NOON
    )

    assert is_recorded
    assert "success" in str((await raw(database, odd.id))["result"])


@both_databases
async def test_a_payload_is_kept_beside_an_ending_that_is_not_known(database: Database) -> None:
    store = Store(database)
    await store.add(odd := an_ended_call(EndReason.NOT_PLACED, result=None))
    await make_odd(database, odd.id, "ending", "not_allowed")

    assert await Results(database).keep_result(odd.id, {"call_status": "success"}) is True
    assert await Results(database).keep_result(odd.id, {"call_status": "voicemail"}) is False

    row = await raw(database, odd.id)
    assert "success" in str(row["result"])
    assert (row["ending"], row["state"]) == ("not_allowed", "ended")
