"""`kill -9` at any moment, then a restart: the call ends in its thread and calls once.

The moments between two steps are chosen by `killed`, those while a request is under way by
holding Slack's or CallCow's answer. What dies is the real process; what takes over a minute
later, when all leases have run out, is the same application in the test's own, which starts sooner.
"""

import asyncio
import signal
from typing import Literal

import pytest

from bot.core.calls.states import State
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.faults.endings import result_of, roots
from tests.faults.killed import killed
from tests.world import COMMAND, NUMBER, PROMPT, World, shown

When = Literal["before", "after"]


# What a crash between Slack's acceptance and our commit doubles, nothing else may.
ON_THE_WAY_OUT = [
    ("after Requests.add", 1),  # saved, and not yet acknowledged
    ("before Thread.open", 1),
    ("after Thread.open", 2),
    ("before Store.start_dial", 1),  # the thread stands; no dial is noted
    ("before CallCow.place", 1),  # the dial is noted, and not yet sent
    ("after CallCow.place", 1),  # answered, and not yet saved
]
ON_THE_WAY_BACK = [
    ("after Results.record_result", 1, 1),  # saved, and CallCow not yet answered
    ("before Thread.report", 1, 1),
    ("after Thread.report", 1, 2),
    ("before Thread.update", 1, 1),
    ("after Thread.update", 1, 1),
]


@pytest.mark.parametrize(
    ("database_url", "point", "status_messages"),
    [
        *(("sqlite", *point) for point in ON_THE_WAY_OUT),
        # What a database sees of these is the same; two show that it takes part as SQLite does.
        ("postgresql", "after Requests.add", 1),
        ("postgresql", "after CallCow.place", 1),
    ],
    indirect=["database_url"],
)
async def test_killed_on_the_way_to_the_phone(
    world: World, point: str, status_messages: int
) -> None:
    async with world.served(killed(point)) as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        assert await bot.ended() == -signal.SIGKILL

    await world.pass_time(minutes=1)
    async with world.bot():
        assert "Completed" in shown(await result_of(world))
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert len(world.callcow.dials) == 1
        assert len(roots(world)) == status_messages
        assert sum(len(root.replies) for root in roots(world)) == 1


@pytest.mark.parametrize(
    ("database_url", "point", "time", "results"),
    [
        *(("sqlite", *point) for point in ON_THE_WAY_BACK),
        ("postgresql", "after Results.record_result", 1, 1),
    ],
    indirect=["database_url"],
)
async def test_killed_on_the_way_back(world: World, point: str, time: int, results: int) -> None:
    async with world.served(killed(point, time)) as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()
        await world.callcow.finish(world.callcow.dials[0].call_id)
        assert await bot.ended() == -signal.SIGKILL

    await world.pass_time(minutes=1)
    async with world.bot():
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True] * results
        assert "Completed" in shown(status)
        assert len(world.callcow.dials) == len(roots(world)) == 1


async def test_a_form_submitted_again_after_a_crash_is_the_same_call(world: World) -> None:
    async with world.served(killed("after Requests.add")) as bot:
        form = await world.open_form()
        filled_in = {"number": NUMBER, "prompt": PROMPT}
        assert not (await world.slack.submit(form, filled_in)).acknowledged
        assert await bot.ended() == -signal.SIGKILL

    async with world.bot():
        assert (await world.slack.submit(form, filled_in)).acknowledged
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == len(await world.saved_calls()) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_status_message_is_posted(world: World, when: When) -> None:
    world.slack.faults.add("chat.postMessage", Fault(when=when, hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.until(lambda: world.slack.requests_of("chat.postMessage"))
        if when == "after":
            await world.until_posted()
        await bot.kill()
    world.forever.set()

    await world.pass_time(minutes=1)
    async with world.bot():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        # Posting is at least once: a kill after Slack took the message doubles it.
        assert len(roots(world)) == (2 if when == "after" else 1)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_call_is_dialed(world: World, when: When) -> None:
    world.callcow.faults.add("call-prompt", Fault(when=when, hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: world.callcow.requests)
        if when == "after":
            await world.until_dialed()
        await bot.kill()
    world.forever.set()

    await world.pass_time(minutes=1)
    async with world.bot():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        assert len({r.json()["idempotency_key"] for r in world.callcow.requests}) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_status_message_is_updated(world: World, when: When) -> None:
    world.slack.faults.add("chat.update", Fault(when=when, hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_placed()
        await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.slack.until(lambda: world.slack.requests_of("chat.update"))
        await bot.kill()
    world.forever.set()

    await world.pass_time(minutes=1)
    async with world.bot():
        await world.until_saved(lambda call: call.state is State.REPORTED)
        [status] = roots(world)
        await world.until_shows(status, "Completed")
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert len(world.callcow.dials) == 1


@both_databases
async def test_killed_while_the_call_is_on_the_phone(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
        await bot.kill()

    async with world.bot():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_result_is_posted(world: World, when: When) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()
        world.slack.faults.add("chat.postMessage", Fault(when=when, hold=world.forever, drop=True))
        delivery = await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.slack.until(lambda: len(world.slack.requests_of("chat.postMessage")) == 2)
        if when == "after":
            await world.until_replied(status)
        await bot.kill()
    world.forever.set()
    assert delivery is not None
    assert delivery.status == 200

    await world.pass_time(minutes=1)
    async with world.bot():
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert len(status.replies) == (2 if when == "after" else 1)
        assert {("Completed" in shown(reply)) for reply in status.replies} == {True}
        assert "Completed" in shown(status)
        assert len(world.callcow.dials) == 1


@both_databases
async def test_stopped_with_sigterm_it_ends_at_once_and_loses_nothing(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()

        async with asyncio.timeout(45):
            assert await bot.stop() == 0

    async with world.served():
        await world.callcow.finish(world.callcow.dials[0].call_id)
        assert "Completed" in shown(await world.until_replied(status))


async def test_stopped_while_the_call_is_dialed_it_does_not_dial_again_too_soon(
    world: World,
) -> None:
    world.changes |= {"LEASE": "20", "DIAL_RETRY_AFTER": "7"}
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        assert await bot.stop() == 0

    async with world.served():
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)
        first, second = world.callcow.requests
        assert second.received_at - first.received_at >= 7
        assert len(world.callcow.dials) == 1
