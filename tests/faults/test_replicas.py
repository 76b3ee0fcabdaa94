"""Two replicas on one PostgreSQL: any of them takes what comes, and goes on for the other.

Where it matters which of the two takes a step, the other stands still meanwhile.
"""

import asyncio
import time
from datetime import timedelta
from typing import Final

import pytest

from bot.__main__ import main
from bot.clock import CLOCK
from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.cluster import Cluster
from tests.faults.endings import QUICK, result_of, roots
from tests.handlers.test_buttons import scheduled
from tests.world import COMMAND, Served, World, free_port, get, shown

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
TAKEN_OVER = int(QUICK["LEASE"]) + 15
# Slack's signatures are taken for 5 minutes.
WRONG_BY: Final = 270.0


async def on_the_phone(world: World, asked: Served, other: Served) -> Message:
    """Let `asked` place a call and return its status message."""
    with other.paused():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()
    assert any("call placed" in line for line in asked.log)
    return status


@on_postgresql
async def test_the_callback_lands_on_the_one_that_did_not_dial(world: World) -> None:
    async with world.replicas() as (first, second):
        status = await on_the_phone(world, first, second)

        with first.paused():
            delivery = await world.callcow.finish(world.callcow.dials[0].call_id)
            await world.until_shows(status, "Completed")

        assert delivery is not None
        assert delivery.status == 200
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]


@on_postgresql
@pytest.mark.parametrize("when", ["before", "after"])
async def test_one_is_killed_for_good_while_it_dials(world: World, when: str) -> None:
    world.changes |= QUICK
    held = Fault(when="before" if when == "before" else "after", hold=world.forever, drop=True)
    world.callcow.faults.add("call-prompt", held)
    async with world.replicas() as (first, second):
        with second.paused():
            await world.slack.command(ADA, GENERAL, COMMAND)
            await world.callcow.until(lambda: world.callcow.requests)
            await first.kill()
        world.forever.set()

        async with asyncio.timeout(TAKEN_OVER):
            assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1


@on_postgresql
async def test_one_is_killed_for_good_while_it_opens_the_thread(world: World) -> None:
    world.changes |= QUICK
    world.slack.faults.add("chat.postMessage", Fault(hold=world.forever, drop=True))
    async with world.replicas() as (first, second):
        with second.paused():
            await world.slack.command(ADA, GENERAL, COMMAND)
            await world.slack.until(lambda: world.slack.requests_of("chat.postMessage"))
            await first.kill()

        async with asyncio.timeout(TAKEN_OVER):
            assert "Completed" in shown(await result_of(world))
        assert len(roots(world)) == 1


@on_postgresql
async def test_one_is_killed_for_good_while_it_posts_the_result(world: World) -> None:
    world.changes |= QUICK
    async with world.replicas() as (first, second):
        status = await on_the_phone(world, first, second)
        world.slack.faults.add("chat.postMessage", Fault(hold=world.forever, drop=True))
        with first.paused():
            await world.callcow.finish(world.callcow.dials[0].call_id)
            await world.slack.until(lambda: len(world.slack.requests_of("chat.postMessage")) == 2)
            await second.kill()

        async with asyncio.timeout(TAKEN_OVER):
            await world.slack.until(lambda: status.replies, TAKEN_OVER)
            await world.until_shows(status, "Completed")
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]


@on_postgresql
async def test_a_result_is_committed_before_the_dial_that_is_under_way(world: World) -> None:
    answer = asyncio.Event()
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=answer))
    async with world.replicas() as (_, second):
        with second.paused():
            await world.slack.command(ADA, GENERAL, COMMAND)
            dial = await world.until_dialed()
        # A callback need not name the call.
        await world.callcow.finish(dial.call_id, call_id=None, workflow_id=None)
        status = await world.until_posted()
        await world.until_shows(status, "Completed")
        assert (await world.saved()).provider_call_id is None

        answer.set()

        await world.until_saved(lambda call: call.provider_call_id == dial.call_id)
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert len(world.callcow.dials) == 1


@on_postgresql
async def test_a_result_is_committed_after_the_dial_whose_step_is_under_way(world: World) -> None:
    shown_late = asyncio.Event()
    world.slack.faults.add("chat.update", Fault(hold=shown_late))
    async with world.replicas() as (_, second):
        with second.paused():
            status = await scheduled(world)
            await world.slack.press(status, "dial_now", ADA)
            await world.slack.until(lambda: world.slack.requests_of("chat.update"))
            await world.until_saved(lambda call: call.placed_at is not None)
        await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.until_shows(status, "Completed")

        shown_late.set()

        # The first overwrites what the second showed, sees that it was late, and mends it.
        await world.slack.until(lambda: len(world.slack.requests_of("chat.update")) == 3)
        await world.until_shows(status, "Completed")
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]


@on_postgresql
async def test_a_result_is_committed_while_the_other_polls_for_it(world: World) -> None:
    world.changes["POLL_AFTER"] = "0.1"
    answer = asyncio.Event()
    world.callcow.faults.add("calls", Fault(when="after", hold=answer))
    async with world.replicas() as (first, second):
        status = await on_the_phone(world, first, second)
        await world.make_due()
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)
        await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.until_shows(status, "Completed")

        answer.set()

        await world.callcow.until(lambda: world.callcow.requests[1].status == 200)
        await world.until_saved(lambda call: call.state is State.REPORTED and not call.lease)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]


@on_postgresql
async def test_a_real_result_comes_while_the_other_reports_that_none_came(world: World) -> None:
    world.changes["RESULT_TIMEOUT"] = "1"
    post = asyncio.Event()
    async with world.replicas() as (first, second):
        status = await on_the_phone(world, first, second)
        world.slack.faults.add("chat.postMessage", Fault(hold=post))
        await world.slack.until(lambda: len(world.slack.requests_of("chat.postMessage")) == 2)
        await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.until_shows(status, "Completed")

        post.set()

        await world.until_replied(status, count=2)
        call = await world.until_saved(lambda call: call.state is State.REPORTED)
        assert call.ending is EndReason.RESULT
        assert sum("Completed" in shown(reply) for reply in status.replies) == 1
        assert "Completed" in shown(status)


@pytest.mark.parametrize("database_url", ["empty_postgresql"], indirect=True)
async def test_both_start_at_once_on_an_empty_database(world: World) -> None:
    async with world.replicas() as (first, second):
        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "Completed" in shown(await result_of(world))
        assert [(await get(f"{bot.url}/readyz"))[0] for bot in (first, second)] == [200, 200]


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_the_database_restarts_under_both(
    cluster: Cluster, cluster_world: World, mode: str
) -> None:
    world = cluster_world
    answer = asyncio.Event()
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=answer))
    async with world.replicas() as (first, second):
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

        async with cluster.stopped(mode):
            answer.set()

        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        assert [(await get(f"{bot.url}/readyz"))[0] for bot in (first, second)] == [200, 200]


def serve_by_a_wrong_clock() -> int:
    """Run `ringback serve` on a machine whose clock is ahead."""
    real_time = time.time
    time.time = lambda: real_time() + WRONG_BY
    CLOCK.ahead = timedelta(seconds=WRONG_BY)
    return main(["serve"])


@on_postgresql
async def test_one_whose_clock_is_wrong_takes_no_step_that_the_other_is_at(world: World) -> None:
    answer, port = asyncio.Event(), free_port()
    async with world.served() as right, world.launched(port, serve_by_a_wrong_clock) as wrong:
        await wrong.until_logged("clock differs")
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_placed()
        status = await world.until_posted()
        world.slack.faults.add("chat.postMessage", Fault(when="after", hold=answer))
        await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.until_replied(status)
        # Whoever is at no step looks for what is due once more before this is dialed.
        world.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        await world.slack.command(ADA, GENERAL, "+14155552672, Ask when they open")
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        answer.set()
        await world.until_placed(2)

        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert [sum("call placed" in line for line in bot.log) for bot in (right, wrong)] == [2, 0]
