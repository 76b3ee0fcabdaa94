"""Callbacks early, late, twice, never, out of order: one result each, and the last word stands."""

import asyncio
import json

from bot.core.calls.states import EndReason, State
from bot.demo.callcow.dial import Delivery
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.faults.endings import roots
from tests.handlers.test_buttons import scheduled
from tests.world import COMMAND, World, shown


async def on_the_phone(world: World) -> Message:
    """Place a call and return its status message, once all is saved."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    status = await world.until_posted()
    await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
    return status


async def reported(world: World, status: Message) -> list[str]:
    """Wait until the only call is reported and return what its replies show."""
    await world.until_saved(lambda call: call.state is State.REPORTED)
    return [shown(reply) for reply in status.replies]


@both_databases
async def test_one_that_comes_before_the_dials_answer_outlives_a_crash_in_between(
    world: World,
) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever, drop=True))
    world.slack.faults.add("chat.postMessage", Fault(), Fault(hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        delivery = await world.callcow.finish(dial.call_id)
        await world.slack.until(lambda: len(world.slack.requests_of("chat.postMessage")) == 2)
        await bot.kill()
    assert delivery is not None
    assert delivery.status == 200
    world.forever.set()

    await world.pass_time(minutes=1)
    async with world.bot():
        [result] = await reported(world, await world.until_posted())

    assert "Completed" in result
    assert len(world.callcow.requests) == 1


@both_databases
async def test_one_that_comes_while_the_status_is_being_updated_has_the_last_word(
    world: World,
) -> None:
    on_its_way = asyncio.Event()
    world.slack.faults.add("chat.update", Fault(hold=on_its_way))
    async with world.bot():
        status = await scheduled(world)
        await world.slack.press(status, "dial_now", ADA)
        await world.slack.until(lambda: world.slack.requests_of("chat.update"))
        await world.callcow.finish(world.callcow.dials[0].call_id)
        assert len(await reported(world, status)) == 1

        on_its_way.set()

        await world.until_shows(status, "Calling")
        await world.until_shows(status, "Completed")


@both_databases
async def test_one_that_comes_while_the_giving_up_is_reported_has_the_last_word(
    world: World,
) -> None:
    on_its_way = asyncio.Event()
    async with world.bot():
        status = await on_the_phone(world)
        world.slack.faults.add("chat.update", Fault(hold=on_its_way))
        await world.pass_time(hours=2)
        await world.until_replied(status)
        await world.slack.until(lambda: len(world.slack.requests_of("chat.update")) == 1)
        await world.callcow.finish(world.callcow.dials[0].call_id)
        given_up, result = await reported(world, status)
        assert "No result received" in given_up
        assert "Completed" in result

        on_its_way.set()
        await world.until_shows(status, "No result received")

        await world.until_shows(status, "Completed")


async def test_one_that_comes_a_day_after_the_call_was_given_up_is_reported_by_a_new_process(
    world: World,
) -> None:
    async with world.bot():
        status = await on_the_phone(world)
        await world.pass_time(hours=2)
        [given_up] = await reported(world, status)
    await world.pass_time(days=1)

    async with world.served():
        await world.callcow.finish(world.callcow.dials[0].call_id)
        result = await world.until_replied(status, count=2)

        assert "No result received" in given_up
        assert "Completed" in shown(result)
        await world.until_shows(status, "Completed")


@both_databases
async def test_ten_of_the_same_at_once_are_all_answered_200_and_reported_once(
    world: World,
) -> None:
    async with world.served():
        status = await on_the_phone(world)
        dial = world.callcow.dials[0]
        body = json.dumps(world.callcow.end(dial.call_id)).encode()

        answers: list[Delivery] = await asyncio.gather(
            *(world.callcow.deliver(dial.call_id, body) for _ in range(10))
        )

        assert [answer.status for answer in answers] == [200] * 10
        assert len(await reported(world, status)) == 1


@both_databases
async def test_one_repeated_after_a_restart_changes_and_posts_nothing(world: World) -> None:
    async with world.served():
        status = await on_the_phone(world)
        dial = world.callcow.dials[0]
        await world.callcow.finish(dial.call_id)
        await reported(world, status)

    async with world.bot():
        before = await world.saved()
        other = json.dumps({**(dial.final or {}), "call_status": "voicemail"}).encode()
        again = await world.callcow.deliver(dial.call_id, other)

        assert again.status == 200
        assert await world.saved() == before
        assert len(status.replies) == 1


async def test_one_that_never_comes_ends_as_no_result_whatever_was_restarted(
    world: World,
) -> None:
    async with world.served():
        status = await on_the_phone(world)
    await world.pass_time(hours=2)

    async with world.bot():
        [result] = await reported(world, status)

    assert "No result received" in result
    assert (await world.saved()).ending is EndReason.NO_RESULT
    assert len(world.callcow.dials) == 1


async def test_those_of_two_calls_in_the_other_order_reach_each_its_own_thread(
    world: World,
) -> None:
    async with world.served():
        for words in ("ask for Josephine Baker", "ask for Maurice Chevalier"):
            await world.slack.command(ADA, GENERAL, f"+14155552671, {words}")
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        dialed = {dial.prompt: dial.call_id for dial in world.callcow.dials}

        await world.callcow.finish(dialed["ask for Maurice Chevalier"], call_summary="Maurice said")
        await world.callcow.finish(dialed["ask for Josephine Baker"], call_summary="Josephine said")

        await world.slack.until(lambda: all(root.replies for root in roots(world)))
        replies = {
            words: root.replies
            for root in roots(world)
            for words in ("Josephine", "Maurice")
            if f"ask for {words}" in shown(root)
        }
        assert [reply.text[-14:] for reply in replies["Josephine"]] == ["Josephine said"]
        assert [reply.text[-12:] for reply in replies["Maurice"]] == ["Maurice said"]
