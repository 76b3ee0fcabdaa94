"""CallCow's 5 minutes: inside them a dial is repeated with the same key, past them never again.

CallCow stores a key when it answers here, so a retry that comes while the first request is still
at work calls twice; and its clock passes with the database's, so one past the 5 minutes does too.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Final

import pytest
from sqlalchemy import text

from bot.core.calls.states import State
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.engine.database import Database
from tests.conftest import both_databases
from tests.faults.endings import result_of
from tests.faults.killed import killed
from tests.world import COMMAND, Clock, World, shown

UNCONFIRMED: Final = "CallCow didn't confirm this call and may have placed it"
SLOW_DIAL_NOTE: Final = (
    "CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END'",
    "CREATE TRIGGER slow BEFORE UPDATE ON calls FOR EACH ROW"
    " WHEN (OLD.dialing_since IS NULL AND NEW.dialing_since IS NOT NULL)"
    " EXECUTE FUNCTION be_slow()",
)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """Return a world whose CallCow goes by the time that tests let pass."""
    clock = Clock()
    callcow = CallCowSimulator(key_stored="on_answer", clock=clock)
    async with World(database_url, callcow=callcow, clock=clock) as made:
        yield made


async def killed_while_dialing(world: World) -> Message:
    """Let the bot die while CallCow, which has dialed, owes it the answer; return the message."""
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        await bot.kill()
    world.forever.set()
    return await world.until_posted()


async def result_in(world: World, status: Message) -> Message:
    """Let the only dialed call complete and return the reply to its status message."""
    await world.callcow.finish(world.callcow.dials[0].call_id)
    return await world.until_replied(status)


async def without_lease(world: World) -> None:
    """Let every call be due, and leased by nobody."""
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        await rows.execute(text("UPDATE calls SET lease = NULL, lease_until = NULL"))
    await world.make_due()


async def until_nothing_is_leased(world: World) -> None:
    """Wait until no step is under way."""
    async with asyncio.timeout(45):
        while any(call.lease for call in await world.saved_calls()):
            pass


async def given_a_slow_note_of_a_dial(world: World) -> None:
    """Let the database take 1.5 s for the write that comes before a dial is sent."""
    await world.given()
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        for statement in SLOW_DIAL_NOTE:
            await rows.execute(text(statement))


def seconds_between_requests(world: World) -> float:
    """Return how long after the first dial the second came, by CallCow's clock."""
    first, second = world.callcow.requests
    assert first.json() == second.json()
    return second.received_at - first.received_at


@pytest.mark.parametrize("seconds", [59, 230])
async def test_inside_the_window_a_retry_comes_with_the_same_key_and_calls_nobody(
    world: World, seconds: int
) -> None:
    await killed_while_dialing(world)

    await world.pass_time(seconds=seconds)
    async with world.bot():
        assert "Completed" in shown(await result_of(world))

    assert 60 <= seconds_between_requests(world) < 240
    assert len(world.callcow.dials) == 1


@both_databases
async def test_past_the_window_nothing_is_sent_any_more_whatever_happens(world: World) -> None:
    status = await killed_while_dialing(world)

    await world.pass_time(minutes=4)
    async with world.served() as bot:
        await world.until_shows(status, UNCONFIRMED)
        assert "I won't dial again" in shown(status)
        await bot.kill()
    await world.pass_time(minutes=6)
    async with world.bot():
        assert "Completed" in shown(await result_in(world, status))

    assert len(world.callcow.requests) == len(world.callcow.dials) == 1


async def test_an_unconfirmed_call_without_any_result_ends_and_says_what_is_not_known(
    world: World,
) -> None:
    status = await killed_while_dialing(world)

    await world.pass_time(hours=2)
    async with world.bot():
        await world.until_shows(status, UNCONFIRMED)
        await world.until_saved(lambda call: not call.lease)
        await world.make_due()
        result = await world.until_replied(status)

    assert "No result received" in shown(result)
    assert "may have been made" in shown(result)
    assert len(world.callcow.requests) == 1


async def test_a_clock_that_was_set_back_lets_nothing_be_sent(world: World) -> None:
    status = await killed_while_dialing(world)

    await world.pass_time(minutes=-2)
    await without_lease(world)
    async with world.bot():
        await world.until_shows(status, UNCONFIRMED)

    assert len(world.callcow.requests) == 1


async def test_the_retry_waits_for_a_first_request_that_is_still_at_work(world: World) -> None:
    world.changes |= {"LEASE": "2", "DIAL_RETRY_AFTER": "2.5"}
    answered = asyncio.Event()
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=answered))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        # The bot gives up after half a lease. A retry before this dials a second time.
        asyncio.get_running_loop().call_later(2, answered.set)

        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        assert seconds_between_requests(world) >= 2.5


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_retry_counts_from_the_send_and_not_from_the_note_of_it(world: World) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "2"
    world.callcow.faults.add("call-prompt", Fault(when="after", status=500))
    await given_a_slow_note_of_a_dial(world)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.callcow.until(lambda: len(world.callcow.requests) == 2)

    assert seconds_between_requests(world) >= 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_retry_after_a_crash_counts_from_the_send_too(world: World) -> None:
    world.changes |= {"LEASE": "2", "DIAL_RETRY_AFTER": "3"}
    await given_a_slow_note_of_a_dial(world)
    await killed_while_dialing(world)

    async with world.bot():
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)

    assert seconds_between_requests(world) >= 3


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, '{"error": "no number connected"}'), (401, ""), (404, ""), (200, '{"success": false}')],
)
async def test_a_refusal_after_an_ambiguous_attempt_ends_the_posts_and_proves_nothing(
    world: World, status: int, body: str
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "1"
    world.callcow.faults.add(
        "call-prompt", Fault(when="after", status=500), Fault(status=status, body=body)
    )
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        message = await world.until_posted()
        await world.until_shows(message, UNCONFIRMED)
        await world.until_saved(lambda call: not call.lease)

    await world.pass_time(minutes=2)
    async with world.bot():
        assert "Completed" in shown(await result_in(world, message))

    assert len(world.callcow.requests) == 2
    assert len(message.replies) == len(world.callcow.dials) == 1


async def test_too_many_requests_after_an_ambiguous_attempt_leaves_it_ambiguous(
    world: World,
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "1"
    busy = Fault(status=429, headers={"Retry-After": "1"})
    world.callcow.faults.add("call-prompt", Fault(when="after", drop=True), busy)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)
        await world.until_saved(lambda call: call.attempts == 2 and not call.lease)
        assert (await world.saved()).may_have_been_dialed()

    await world.pass_time(minutes=4)
    async with world.bot():
        await world.until_shows(await world.until_posted(), UNCONFIRMED)

    assert len(world.callcow.requests) == 2


async def test_a_callcow_that_is_too_busy_keeps_no_unconfirmed_call_from_saying_so(
    world: World,
) -> None:
    busy = Fault(status=429, headers={"Retry-After": "3600"})
    world.callcow.faults.add("call-prompt", Fault(when="after", status=500), busy)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        unconfirmed = await world.until_posted()
        await world.callcow.until(lambda: len(world.callcow.requests) == 1)
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)
        await until_nothing_is_leased(world)

        await world.pass_time(minutes=4)

        await world.until_shows(unconfirmed, UNCONFIRMED)
        assert len(world.callcow.requests) == 2


@both_databases
async def test_a_call_that_was_not_sent_for_15_minutes_is_not_sent(world: World) -> None:
    async with world.served(killed("before Store.start_dial")) as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        assert await bot.ended() == -signal.SIGKILL
    status = await world.until_posted()

    await world.pass_time(minutes=15)
    async with world.bot():
        result = await world.until_replied(status)
        await world.until_saved(lambda call: call.state is State.REPORTED)

    assert "Not placed" in shown(result)
    assert "within 15 minutes" in shown(result)
    assert "no call was made" in shown(result)
    assert "Not placed" in shown(status)
    assert world.callcow.requests == []


async def test_a_call_that_was_not_sent_for_14_minutes_is_sent(world: World) -> None:
    async with world.served(killed("before Store.start_dial")) as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await bot.ended()

    await world.pass_time(minutes=14)
    async with world.bot():
        assert "Completed" in shown(await result_of(world))

    assert len(world.callcow.requests) == 1


async def test_a_callcow_that_was_too_busy_for_15_minutes_is_not_asked_again(
    world: World,
) -> None:
    busy = Fault(status=429, headers={"Retry-After": "900"})
    world.callcow.faults.add("call-prompt", busy)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: world.callcow.requests)
        await world.until_saved(lambda call: call.attempts > 0 and not call.lease)
        assert not (await world.saved()).may_have_been_dialed()

    await world.pass_time(minutes=15, seconds=10)
    async with world.bot():
        result = await world.until_replied(await world.until_posted())

    assert "Not placed" in shown(result)
    assert "no call was made" in shown(result)
    assert len(world.callcow.requests) == 1


async def test_a_slack_that_was_away_for_15_minutes_is_told_why_no_call_was_made(
    world: World,
) -> None:
    async with world.served(killed("before Thread.open")) as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await bot.ended()

    await world.pass_time(minutes=15)
    async with world.bot():
        result = await world.until_replied(await world.until_posted())

    assert "within 15 minutes" in shown(result)
    assert world.callcow.requests == []
