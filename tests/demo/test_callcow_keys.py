"""The same idempotency key dials once within CallCow's 5 minutes, over real HTTP."""

import asyncio
from typing import Any

import pytest

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from tests.demo.callers import Caller, Clock, running


async def test_the_same_key_within_five_minutes_gets_the_same_answer_and_no_new_call() -> None:
    clock = Clock()
    async with running(clock=clock) as (callcow, caller):
        first = await caller.call(idempotency_key="agent-task-12345")
        clock.now += 299.9

        second = await caller.call(idempotency_key="agent-task-12345")

        assert second.json() == first.json()
        assert len(callcow.dials_of("agent-task-12345")) == 1


async def test_the_same_key_dials_again_after_five_minutes() -> None:
    clock = Clock()
    async with running(clock=clock) as (callcow, caller):
        first = await caller.call(idempotency_key="agent-task-12345")
        clock.now += 300

        second = await caller.call(idempotency_key="agent-task-12345")

        assert second.json() != first.json()
        assert len(callcow.dials_of("agent-task-12345")) == 2


async def test_requests_without_a_key_each_dial(callcow: CallCowSimulator, caller: Caller) -> None:
    await caller.call()
    await caller.call()

    assert len(callcow.dials) == 2


async def test_other_keys_dial_their_own_calls(callcow: CallCowSimulator, caller: Caller) -> None:
    await caller.call(idempotency_key="a")
    await caller.call(idempotency_key="b")

    assert [dial.idempotency_key for dial in callcow.dials] == ["a", "b"]


async def test_a_key_stored_on_arrival_makes_a_retry_wait_for_the_first_request(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(hold=held))
    first = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 1)

    retry = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 2)
    held.set()

    assert (await first).json() == (await retry).json()
    assert len(callcow.dials) == 1


async def test_a_key_stored_on_arrival_answers_a_retry_while_the_first_answer_is_held(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(when="after", hold=held))
    first = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: callcow.dials)

    retry = await caller.call(idempotency_key="a")

    held.set()
    assert retry.json() == (await first).json()
    assert len(callcow.dials) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_key_stored_on_answer_lets_a_retry_dial_twice(when: Any) -> None:
    async with running(key_stored="on_answer") as (callcow, caller):
        held = asyncio.Event()
        callcow.faults.add("call-prompt", Fault(when=when, hold=held))
        first = asyncio.create_task(caller.call(idempotency_key="a"))
        await callcow.until(lambda: len(callcow.requests) == 1)

        retry = await caller.call(idempotency_key="a")
        held.set()

        assert (await first).json() != retry.json()
        assert len(callcow.dials_of("a")) == 2


async def test_a_key_stored_on_answer_holds_from_the_answer_on() -> None:
    async with running(key_stored="on_answer") as (callcow, caller):
        first = await caller.call(idempotency_key="a")

        second = await caller.call(idempotency_key="a")

        assert second.json() == first.json()
        assert len(callcow.dials) == 1


async def test_a_key_whose_request_came_to_nothing_dials_at_the_retry(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    callcow.faults.add("call-prompt", Fault(status=503))
    failed = await caller.call(idempotency_key="a")

    retry = await caller.call(idempotency_key="a")

    assert (failed.status_code, retry.status_code) == (503, 200)
    assert len(callcow.dials) == 1


async def test_a_retry_that_waited_dials_itself_when_the_first_request_came_to_nothing(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(hold=held, status=503))
    first = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 1)
    retry = asyncio.create_task(caller.call(idempotency_key="a"))
    await callcow.until(lambda: len(callcow.requests) == 2)

    held.set()

    assert (await first).status_code == 503
    assert (await retry).status_code == 200
    assert len(callcow.dials) == 1
