"""Erasing: of an old call it remains how it ended, and of a secret nothing; on both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.callcow.payload import read_payload
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason, State
from bot.storage.calls.results import Results
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.rows import CallRows
from tests.builders import NOON, a_call_with_result, a_waiting_call, an_ended_call
from tests.conftest import both_databases

DAY = timedelta(days=1)
LATER = NOON + 90 * DAY
PAYLOAD = {"call_status": "success", "provider_status": "completed", "call_summary": "At seven."}
COMPLETED = CallResult(call_status="success", provider_status="completed")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as opened:
        yield opened


async def saved(database: Database, call: Call, **changes: Any) -> Call:
    """Save a call with an id of its own and return it."""
    given = replace(call, id=uuid4(), request_key=f"command:{uuid4()}", **changes)
    assert await Store(database).add(given)
    return given


async def now_of(database: Database, call: Call) -> Call:
    """Return the call as the database has it."""
    found = await Store(database, CallRows(read_payload)).get(call.id)
    assert found is not None
    return found


async def erase(database: Database, before: datetime = LATER) -> int:
    return await Erasure(database, read_payload).erase_calls(ended_before=before, now=LATER)


@both_databases
async def test_of_an_erased_call_it_remains_how_it_ended(database: Database) -> None:
    call = await saved(
        database,
        a_call_with_result(PAYLOAD),
        state=State.REPORTED,
        due_at=None,
        response_url=SecretStr("https://hooks.slack.com/commands/1"),
        workflow_id="w-1",
        provider_call_id="c-1",
        result_ts="100.2",
    )

    assert await erase(database) == 1

    assert await now_of(database, call) == replace(
        call,
        prompt="",
        recipient="",
        response_url=None,
        callback_secret=SecretStr(""),
        workflow_id=None,
        provider_call_id=None,
        result=None,
        normalized_result=COMPLETED,
        erased_at=LATER,
    )
    assert await erase(database) == 0


@both_databases
async def test_why_and_by_whom_a_call_ended_is_erased_as_well(database: Database) -> None:
    refused = await saved(
        database,
        an_ended_call(EndReason.NOT_PLACED),
        state=State.REPORTED,
        reason=Reason.refused("+14155552671 is barred", status=400),
        place_error="is_archived",
    )
    canceled = await saved(
        database, an_ended_call(EndReason.CANCELED), state=State.REPORTED, canceled_by="UGRACE"
    )

    assert await erase(database) == 2

    refused, canceled = await now_of(database, refused), await now_of(database, canceled)
    assert (refused.ending, refused.reason, refused.place_error) == (
        EndReason.NOT_PLACED,
        None,
        None,
    )
    assert (canceled.ending, canceled.canceled_by) == (EndReason.CANCELED, None)


@both_databases
async def test_what_has_not_ended_or_is_not_reported_or_is_not_old_is_kept(
    database: Database,
) -> None:
    kept = [
        await saved(database, a_waiting_call()),
        await saved(database, a_call_with_result(PAYLOAD)),
        await saved(database, a_call_with_result(PAYLOAD), state=State.REPORTED, ended_at=LATER),
    ]

    assert await erase(database) == 0

    assert [await now_of(database, call) for call in kept] == kept


@both_databases
async def test_what_an_earlier_version_left_is_read_once_more_and_erased(
    database: Database,
) -> None:
    call = await saved(database, a_call_with_result(PAYLOAD), state=State.REPORTED)
    odd = await saved(database, an_ended_call(), state=State.REPORTED)
    async with database.engine.begin() as connection:
        await connection.execute(
            text("UPDATE calls SET normalized_result = NULL, error = 'At seven, said Grace.'")
        )

    assert await erase(database) == 2

    assert (await now_of(database, call)).normalized_result == COMPLETED
    assert (await now_of(database, odd)).normalized_result is None
    async with database.engine.connect() as connection:
        errors = await connection.execute(text("SELECT DISTINCT error FROM calls"))
        assert list(errors.scalars()) == [None]


@both_databases
async def test_an_erased_call_takes_no_result(database: Database) -> None:
    call = await saved(database, an_ended_call(EndReason.NO_RESULT), state=State.REPORTED)
    await erase(database)

    recorded = await Results(database).record_result(
        call.id, PAYLOAD, workflow_id=None, provider_call_id=None, now=LATER, replaces=call
    )

    assert (recorded, await Results(database).keep_result(call.id, PAYLOAD)) == (False, False)
    assert (await now_of(database, call)).result is None


@both_databases
async def test_a_portion_is_taken_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.erasure.PORTION", 2)
    for _ in range(3):
        await saved(
            database,
            a_call_with_result(PAYLOAD),
            state=State.REPORTED,
            response_url=SecretStr("https://hooks.slack.com/commands/1"),
        )
    erasure = Erasure(database, read_payload)

    urls = [await erasure.drop_response_urls(requested_before=LATER) for _ in range(3)]
    secrets = [await erasure.drop_callback_secrets(ended_before=LATER) for _ in range(3)]
    contents = [await erase(database) for _ in range(3)]

    assert urls == secrets == contents == [2, 1, 0]


@both_databases
async def test_an_address_for_an_answer_is_dropped_once_it_is_old(database: Database) -> None:
    url = SecretStr("https://hooks.slack.com/commands/1")
    old = await saved(database, a_waiting_call(), response_url=url)
    new = await saved(database, a_waiting_call(), response_url=url, requested_at=NOON + DAY)

    dropped = await Erasure(database, read_payload).drop_response_urls(requested_before=NOON + DAY)

    assert dropped == 1
    assert await now_of(database, old) == replace(old, response_url=None)
    assert await now_of(database, new) == new


@both_databases
async def test_a_secret_is_dropped_once_its_call_ended_long_ago(database: Database) -> None:
    old = await saved(database, a_call_with_result(PAYLOAD), state=State.REPORTED)
    new = await saved(database, a_call_with_result(PAYLOAD), ended_at=NOON + DAY)
    waiting = await saved(database, a_waiting_call())
    # Whatever time somebody has left there, its result is still to come.
    odd = await saved(database, a_waiting_call(), ended_at=NOON)

    erasure = Erasure(database, read_payload)
    dropped = await erasure.drop_callback_secrets(ended_before=NOON + DAY)

    assert dropped == 1
    assert await now_of(database, old) == replace(old, callback_secret=SecretStr(""))
    assert [await now_of(database, call) for call in (new, waiting, odd)] == [new, waiting, odd]
