"""Whatever stands encrypted in a column, its row stands alone, and its callback is kept."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Column, MetaData, Table, Text, Uuid, update
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import capture_logs

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import NO_RESULT
from bot.core.forget import NumberToForget, PersonToForget
from bot.storage.calls.due import Due
from bot.storage.calls.lists import CallLists
from bot.storage.calls.results import Results
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.encryption.reencryption import Reencryption
from bot.storage.encryption.sealing import INDEX_MARK, MARK, Sealing, new_key
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.forget import Forgetting
from bot.storage.leased.draft_store import DraftStore
from bot.storage.lenient import is_sealed
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.rows import CallRows
from bot.storage.tables import calls, drafts
from tests.builders import NOON, NUMBER, a_waiting_call
from tests.conftest import both_databases
from tests.core.test_draft import a_draft

# Hundreds of rows each.
pytestmark = pytest.mark.slow

KEY, OTHER_KEY = new_key(), new_key()
LEASE: Final = timedelta(minutes=1)
RESULT: Final = {"call_status": "success", "provider_status": "completed", "call_summary": "Yes."}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an open database in which everything is encrypted."""
    async with Database.open(database_url, [KEY]) as opened:
        await Encryption(opened).begin_writing()
        yield opened


def odd_ciphertexts() -> list[str]:
    """Return what a cut, a lost key, a mix-up or another version may leave in a column."""
    ours, others = Sealing([KEY]), Sealing([OTHER_KEY])
    whole = ours.seal("Book a table for Friday.")
    return [
        MARK,
        MARK + "no colon",
        MARK + ":",
        whole[:-10],
        whole[: len(whole) // 2],
        whole[:10],
        whole[:10] + "\u00e9\u202e" + whole[12:],
        whole.replace(":", ":A", 1),
        whole.upper(),
        others.seal("Book a table for Friday."),
        others.seal("{}"),
        *(ours.seal(text) for text in _odd_texts()),
    ]


def _odd_texts() -> list[str]:
    return [
        "Book a table for Friday.",
        "+14155552671",
        "https://hooks.slack.com/commands/1",
        '"text"',
        "null",
        "[1]",
        "{",
        "{}",
        json.dumps({"kind": []}),
        json.dumps({"attempts": 10**9, "distance": 1}),
        json.dumps(RESULT),
        "\0",
        " ",
        "x" * 50_000,
        MARK + "again",
        Sealing([KEY]).seal("twice"),
    ]


def odd_numbers() -> list[str | None]:
    """Return what may stand in place of an encrypted number."""
    return [INDEX_MARK, INDEX_MARK + "abc", "", "+", "+0", "4155552671", "x", MARK]


def kept(table: Table, name: str) -> Table:
    """Return the table with a column as it is kept."""
    is_json = isinstance(getattr(table.c[name].type, "impl_instance", None), JSON)
    column = table.c[name].name
    kind = JSON(none_as_null=True) if is_json else Text()
    return Table(table.name, MetaData(), Column("id", Uuid, primary_key=True), Column(column, kind))


async def spoil(database: Database, table: Table, row_id: UUID, name: str, value: Any) -> bool:
    """Put a value into a column as it is; return False if the database takes no such text."""
    raw = kept(table, name)
    changed = update(raw).where(raw.c.id == row_id).values({table.c[name].name: value})
    try:
        async with database.engine.begin() as rows:
            await rows.execute(changed)
    except SQLAlchemyError:
        return False
    return True


def sealed_columns(table: Table) -> list[str]:
    """Return the columns that are encrypted, by their keys."""
    return [column.key for column in table.columns if is_sealed(column.type)]


def a_call_that_is_due(**changes: Any) -> Call:
    now = utc_now()
    times = dict.fromkeys(("requested_at", "dial_at", "due_at", "dialing_since"), now)
    call = a_waiting_call(id=uuid4(), request_key=f"odd:{uuid4()}", reason=NO_RESULT, **times)
    return replace(call, recipient=NUMBER, **changes)


async def with_odd_calls(database: Database) -> list[tuple[str, Any, Call]]:
    """Add a call for each odd value of each encrypted column."""
    store, added = Store(database), list[tuple[str, Any, Call]]()
    for name in sealed_columns(calls):
        odd = [*odd_ciphertexts(), *(odd_numbers() if "number" in name else [])]
        odd += odd_numbers() if name == "recipient" else []
        for value in odd:
            await store.add(call := a_call_that_is_due())
            if await spoil(database, calls, call.id, name, value):
                added.append((name, value, call))
    return added


@both_databases
async def test_an_odd_encrypted_value_keeps_no_other_call_from_anything(
    database: Database,
) -> None:
    rows, odd = CallRows(read_payload), await with_odd_calls(database)
    store, lists = Store(database, rows), CallLists(database, rows)
    series = SeriesStore(database, rows)
    await store.add(good := a_call_that_is_due())
    now = utc_now()

    with capture_logs():
        claimed = list[UUID]()
        for _ in range(len(odd)):
            [found] = await store.claim([Due([good.state], 50)], now=now, lease=LEASE, held=())
            claimed += [call.id for call in found]
            if not found:
                break
        listed = await lists.calls_of("UADA", "T1", most=10_000)
        scheduled = await lists.scheduled_of("UADA", "T1", most=10_000)
        for _, _, call in odd:
            await store.get(call.id)
            await series.get(call.id)
        backlog = await store.backlog()
        reencrypted = await Reencryption(database).run()
        forgotten = await Forgetting(database, read_payload).forget(
            NumberToForget(NUMBER), team="T1", now=now
        )
        person = await Forgetting(database, read_payload).forget(PersonToForget("UADA"), now=now)

    assert good.id in claimed
    assert good.id in [call.id for call in listed]
    assert all(isinstance(call, Call) for call in scheduled)
    assert backlog
    assert reencrypted.locked > 0
    assert forgotten.calls > 0
    assert person.calls > len(odd)


@both_databases
async def test_retention_erases_every_old_call_whatever_is_encrypted_in_it(
    database: Database,
) -> None:
    odd = await with_odd_calls(database)
    raw = calls.update().values(state="reported", ended_at=NOON, ending="result")
    async with database.engine.begin() as rows:
        await rows.execute(raw)
    erasure = Erasure(database, read_payload)

    plans = [call.id for name, _, call in odd if name == "retry_plan"]
    erased = 0
    while portion := await erasure.erase_calls(ended_before=utc_now(), now=utc_now()):
        erased += portion

    assert erased >= len(odd)
    with capture_logs():
        listed = await CallLists(database).calls_of("UADA", "T1", most=10_000)
    # How often a call was to be tried is no content, and stays as odd as it was.
    assert {call.id for _, _, call in odd} - {call.id for call in listed} <= set(plans)
    assert {(call.prompt, call.recipient) for call in listed} == {("", "")}
    assert not any(call.result for call in listed)


@both_databases
async def test_a_callback_is_taken_whatever_is_encrypted_in_its_row(database: Database) -> None:
    results = Results(database)
    odd = await with_odd_calls(database)

    with capture_logs():
        for name, value, call in odd:
            secret = call.callback_secret.get_secret_value()
            assert await results.is_secret_of(call.id, secret), (name, value)
            assert not await results.is_secret_of(call.id, secret + "x"), (name, value)
            is_new = await results.record_result(
                call.id, RESULT, workflow_id=None, provider_call_id="call_1", now=utc_now()
            ) or await results.keep_result(call.id, RESULT)
            assert is_new or name in ("result", "normalized_result"), (name, value)


@both_databases
async def test_odd_encrypted_drafts_keep_no_other_from_being_answered(database: Database) -> None:
    store = DraftStore(database)
    now = utc_now()
    odd = 0
    for name in sealed_columns(drafts):
        for value in odd_ciphertexts():
            draft = a_draft(
                id=uuid4(), request_key=f"message:{uuid4()}", due_at=now, created_at=now
            )
            await store.add(draft, now=now)
            await spoil(database, drafts, draft.id, name, value)
            odd += 1
    good = a_draft(id=uuid4(), request_key="message:good", due_at=now, created_at=now)
    await store.add(good, now=now)

    with capture_logs():
        claimed = list[UUID]()
        while found := await store.claim(now=utc_now(), limit=50, lease=LEASE, held=()):
            claimed += [draft.id for draft in found]
        await store.questions("T1", "UADA", "CGENERAL", since=NOON)
        await Reencryption(database).run()
        await Forgetting(database, read_payload).forget(NumberToForget(NUMBER), now=now)
        forgotten = await Forgetting(database, read_payload).forget(PersonToForget("UADA"), now=now)

    assert good.id in claimed
    assert forgotten.questions == odd + 1


@both_databases
async def test_a_number_on_the_list_is_never_called_whatever_is_encrypted_beside_it(
    database: Database,
) -> None:
    numbers = DoNotCallList(database)
    odd = [*odd_ciphertexts(), *odd_numbers()]
    for place, value in enumerate(odd):
        number = f"+1415555{1000 + place}"
        await numbers.add("T1", number, "UADA", NOON)
        raw = Table(
            "do_not_call", MetaData(), Column("number", Text), Column("sealed_number", Text)
        )
        index = database.sealing.index(number)
        async with database.engine.begin() as rows:
            await rows.execute(update(raw).where(raw.c.number == index).values(sealed_number=value))

        assert await numbers.entry("T1", number) is not None, value
    with capture_logs():
        await Reencryption(database).run()
    for place, value in enumerate(odd):
        assert await numbers.entry("T1", f"+1415555{1000 + place}") is not None, value
