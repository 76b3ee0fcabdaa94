"""`kill -9` at any moment, then a restart: the call ends in its thread and rings once.

The moments are chosen from outside, by holding an answer of Slack's or CallCow's.
"""

import asyncio

import pytest

from bot.demo.faults import Fault
from bot.demo.slack_workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.faults.endings import QUICK, result_of, roots
from tests.world import COMMAND, World, shown


@both_databases
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_status_message_is_posted(world: World, when: str) -> None:
    world.changes |= QUICK
    held = Fault(when="before" if when == "before" else "after", hold=world.forever, drop=True)
    world.slack.faults.add("chat.postMessage", held)
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.until(lambda: world.slack.requests_of("chat.postMessage"))
        if when == "after":
            await world.until_posted()
        await bot.kill()
    world.forever.set()

    async with world.served():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        # Posting is at least once: a kill after Slack took the message doubles it.
        assert len(roots(world)) == (2 if when == "after" else 1)


@both_databases
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_call_is_dialed(world: World, when: str) -> None:
    world.changes |= QUICK
    held = Fault(when="before" if when == "before" else "after", hold=world.forever, drop=True)
    world.callcow.faults.add("call-prompt", held)
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: world.callcow.requests)
        if when == "after":
            await world.until_dialed()
        await bot.kill()
    world.forever.set()

    async with world.served():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        assert len({r.json()["idempotency_key"] for r in world.callcow.requests}) == 1


@both_databases
async def test_killed_after_the_acknowledgement(world: World) -> None:
    world.changes |= QUICK
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await bot.kill()

    async with world.served():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1


@both_databases
async def test_killed_while_the_call_is_on_the_phone(world: World) -> None:
    world.changes |= QUICK
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_shows(await world.until_posted(), "On the phone")
        await bot.kill()

    async with world.served():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1


@both_databases
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_the_result_is_posted(world: World, when: str) -> None:
    world.changes |= QUICK
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_shows(status, "On the phone")
        held = Fault(when="before" if when == "before" else "after", hold=world.forever, drop=True)
        world.slack.faults.add("chat.postMessage", held)
        delivery = await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.slack.until(lambda: len(world.slack.requests_of("chat.postMessage")) == 2)
        if when == "after":
            await world.until_replied(status)
        await bot.kill()
    world.forever.set()
    assert delivery is not None
    assert delivery.status == 200

    async with world.served():
        await world.until_replied(status, count=2 if when == "after" else 1)
        await world.until_shows(status, "Completed")
        assert {("Completed" in shown(reply)) for reply in status.replies} == {True}
        assert len(world.callcow.dials) == 1


@both_databases
async def test_stopped_with_sigterm_it_ends_at_once_and_loses_nothing(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_shows(status, "On the phone")

        async with asyncio.timeout(10):
            assert await bot.stop() == 0

    async with world.served():
        await world.callcow.finish(world.callcow.dials[0].call_id)
        assert "Completed" in shown(await world.until_replied(status))


@both_databases
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
