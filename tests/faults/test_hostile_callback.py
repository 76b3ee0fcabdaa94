"""CallCow's handler, with the right secret: whatever a report holds, it is kept and it is shown."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.states import State
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from bot.storage.calls.store import Store
from tests.builders import a_waiting_call
from tests.conftest import both_databases
from tests.world import World, bearer, post, shown

FIELDS = ("call_id", "workflow_id", "provider_status", "call_summary", "messages", "context",
          "form_fills", "created_at", "phone_number_from", "workflow_name")  # fmt: skip
# Lone surrogates and NULs too: JSON can carry them.
_texts = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["\0", "\ud800", "<!channel>", "<@U0ADA>", "*_~`>", "\u202e", "&amp;", "a" * 5000, "\n" * 50]
)
_numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_json = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)
_reports = st.fixed_dictionaries({"call_status": _texts}, optional=dict.fromkeys(FIELDS, _json))
_examples = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Running:
    """A world whose bot runs, and its database: one for all the examples of a property."""

    world: World
    store: Store

    async def call(self) -> Call:
        """Let a call wait for its result, and return it."""
        root = self.world.slack.workspace.post(GENERAL, BOT_USER, "Calling")
        call = a_waiting_call(
            id=uuid4(),
            request_key=str(uuid4()),
            requester=ADA,
            channel=GENERAL,
            posted_in=GENERAL,
            message_ts=root.ts,
            due_at=utc_now() + timedelta(hours=1),
            last_dial_at=utc_now(),
        )
        assert await self.store.add(call)
        return call

    async def send(self, call: Call, body: bytes) -> int:
        """Return what the handler answers to a report on that call."""
        address = f"{self.world.url}/callcow/callback/{call.id}"
        status, _ = await post(address, body, bearer(call.callback_secret))
        return status

    async def reply(self, call: Call) -> str:
        """Return what the thread shows as the result."""
        root = self.world.slack.workspace.messages[str(call.message_ts)]
        return shown(await self.world.until_replied(root))

    async def saved(self, call: Call) -> Call:
        """Return the call as it is saved now."""
        found = await self.store.get(call.id)
        assert found is not None
        return found


@pytest.fixture
async def running(world: World) -> AsyncIterator[Running]:
    async with world.bot(), world.database() as database:
        yield Running(world, Store(database))


@both_databases
@given(report=_reports)
@_examples
async def test_a_report_of_any_content_is_kept_and_shown(
    running: Running, report: dict[str, Any]
) -> None:
    call = await running.call()

    assert await running.send(call, json.dumps(report).encode()) == 200

    assert "+1 415-555-2671" in await running.reply(call)
    assert (await running.saved(call)).result == report
    refused = [
        asked for asked in running.world.slack.requests if asked.answer and not asked.answer["ok"]
    ]
    assert refused == []


@both_databases
@given(
    body=st.binary(max_size=200)
    | _json.filter(lambda value: not isinstance(value, dict)).map(lambda v: json.dumps(v).encode())
    | st.dictionaries(_texts, _json, max_size=3)
    .filter(lambda value: not isinstance(value.get("call_status"), str))
    .map(lambda value: json.dumps(value).encode())
)
@_examples
async def test_what_is_no_report_is_answered_400_and_changes_nothing(
    running: Running, body: bytes
) -> None:
    call = await running.call()

    assert await running.send(call, body) == 400

    assert (await running.saved(call)).state is State.WAITING


@both_databases
@pytest.mark.parametrize("depth", [50, 90])
async def test_a_deeply_nested_report_is_kept_and_shown(running: Running, depth: int) -> None:
    nested: Any = "deep"
    for _ in range(depth):
        nested = [nested]
    call = await running.call()

    status = await running.send(call, json.dumps({"call_status": "x", "context": nested}).encode())

    assert status == 200
    assert "deep" in await running.reply(call)


@both_databases
async def test_bytes_that_are_no_utf_8_are_shown_as_replaced(running: Running) -> None:
    call = await running.call()

    body = b'{"call_status": "success", "call_summary": "caf\xe9 \xff booked"}'
    assert await running.send(call, body) == 200

    assert "caf\ufffd \ufffd booked" in await running.reply(call)


@both_databases
async def test_almost_a_mebibyte_is_shown_within_slacks_limits(
    running: Running,
) -> None:
    turns = [{"role": "user", "content": "word " * 200}] * 900
    report = {"call_status": "success", "call_summary": "s" * 90_000, "messages": turns}
    call = await running.call()

    assert await running.send(call, json.dumps(report).encode()) == 200

    assert "sss" in await running.reply(call)
    assert (await running.saved(call)).result == report
