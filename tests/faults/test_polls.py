"""Polls that fail in every way between a lost callback and the result: it is found, once."""

import asyncio
import json

import pytest

from bot.core.calls.states import State
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.faults.endings import roots
from tests.world import COMMAND, World, shown

QUICK_POLLS = {"LEASE": "8", "POLL_AFTER": "0.1"}


async def on_the_phone(world: World) -> Message:
    """Place a call and return its status message, once all is saved."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    status = await world.until_posted()
    await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
    return status


def polls(world: World) -> int:
    """Return how often CallCow was polled."""
    return sum(request.method == "GET" for request in world.callcow.requests)


async def until_polled(world: World, times: int) -> None:
    """Wait until CallCow was polled so often."""
    await world.callcow.until(lambda: polls(world) >= times)


async def test_a_callback_that_was_lost_while_the_bot_was_down_is_made_good_by_a_poll(
    world: World,
) -> None:
    async with world.served() as bot:
        status = await on_the_phone(world)
        await bot.kill()
    delivery = await world.callcow.finish(world.callcow.dials[0].call_id)
    assert delivery is not None
    assert delivery.status is None

    await world.pass_time(minutes=3)
    async with world.served():
        await world.until_saved(lambda call: call.state is State.REPORTED)

        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert len(world.callcow.dials) == 1


@both_databases
@pytest.mark.parametrize(("has_ended", "words"), [(True, "Completed"), (False, "No result")])
async def test_a_deadline_that_passed_while_the_bot_was_down_is_one_last_poll_then_the_end(
    world: World, has_ended: bool, words: str
) -> None:
    async with world.served() as bot:
        status = await on_the_phone(world)
        await bot.kill()
    if has_ended:
        world.callcow.end(world.callcow.dials[0].call_id)

    await world.pass_time(hours=30)
    async with world.bot():
        await world.until_saved(lambda call: call.state is State.REPORTED)

        assert [words in shown(reply) for reply in status.replies] == [True]
        assert polls(world) == 1


async def test_one_useless_answer_after_another_is_no_result_and_the_true_one_is_found(
    world: World,
) -> None:
    world.changes |= {**QUICK_POLLS, "PUBLIC_URL": ""}
    in_progress = json.dumps({"call_status": "in_progress", "provider_status": "ringing"})
    useless = [
        Fault(status=404),
        Fault(status=200, body=in_progress),
        Fault(drop=True),
        Fault(hold=world.forever, drop=True),
        Fault(status=429, headers={"Retry-After": "1"}),
    ]
    world.callcow.faults.add("calls", *useless)
    async with world.bot():
        status = await on_the_phone(world)
        world.callcow.end(world.callcow.dials[0].call_id)
        for count in range(1, len(useless)):
            await until_polled(world, count)
            await world.until_saved(lambda call: not call.lease)
            assert status.replies == []
            await world.make_due()

        await world.until_saved(lambda call: call.state is State.REPORTED)

        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert polls(world) == len(useless) + 1


@both_databases
@pytest.mark.parametrize("first", ["poll", "callback"])
async def test_a_poll_and_a_callback_with_the_same_result_are_one_report(
    world: World, first: str
) -> None:
    world.changes |= QUICK_POLLS
    answered = asyncio.Event()
    world.callcow.faults.add("calls", Fault(when="after", hold=answered))
    async with world.bot():
        status = await on_the_phone(world)
        dial = world.callcow.dials[0]
        final = json.dumps(world.callcow.end(dial.call_id)).encode()
        await world.callcow.until(lambda: polls(world) == 1)
        if first == "poll":
            answered.set()
            await world.until_saved(lambda call: call.state is State.REPORTED)
        await world.callcow.deliver(dial.call_id, final)
        answered.set()

        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert len(roots(world)) == 1


@both_databases
async def test_a_crash_while_the_result_is_polled_repeats_the_poll_and_not_the_report(
    world: World,
) -> None:
    world.changes |= {"POLL_AFTER": "0.1", "PUBLIC_URL": ""}
    world.callcow.faults.add("calls", Fault(when="after", hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        world.callcow.end((await world.until_dialed()).call_id)
        await world.callcow.until(lambda: polls(world) == 1)
        await bot.kill()
    world.forever.set()
    status = await world.until_posted()

    await world.pass_time(minutes=1)
    async with world.bot():
        await world.until_saved(lambda call: call.state is State.REPORTED)

    assert ["Completed" in shown(reply) for reply in status.replies] == [True]
    assert polls(world) == 2
