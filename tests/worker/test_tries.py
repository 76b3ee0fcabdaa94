"""What follows a call that nobody answered, through real HTTP on both databases."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.core.call import Call, EndReason, IfUnanswered, State
from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.dial import Dial
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE, Message
from tests.conftest import both_databases
from tests.handlers.test_shortcuts import the_form
from tests.world import NUMBER, PROMPT, World, shown


async def placed(world: World, asked: str = "three_in_all") -> tuple[Message, Dial]:
    """Let Ada place a call with what is to be done if nobody answers."""
    view = await world.open_form()
    values = {"number": NUMBER, "prompt": PROMPT, "if_unanswered": asked}
    await world.slack.submit(view, values)
    status = await world.until_posted()
    dial = await world.until_dialed()
    await world.until_saved(lambda call: call.state is State.WAITING and call.lease is None)
    return status, dial


async def until_attempt(
    world: World, number: int, condition: Callable[[Call], object] = lambda _: True
) -> Call:
    """Wait until there is an attempt of that number as the condition wants it; return it."""
    async with asyncio.timeout(10):
        while True:
            for call in await world.saved_calls():
                if call.try_number == number and condition(call):
                    return call


async def redialed(world: World, count: int) -> Dial:
    """Let what is left be due, wait for so many dials in all and return the last."""
    await until_attempt(world, count, lambda call: call.state is State.ANNOUNCED)
    await world.make_due()
    await world.callcow.until(lambda: len(world.callcow.dials) == count)
    return world.callcow.dials[-1]


@pytest.mark.parametrize("outcome", ["no_answer", "busy"])
async def test_another_attempt_is_a_call_of_its_own_in_the_same_thread(
    world: World, outcome: Outcome
) -> None:
    async with world.bot():
        status, dial = await placed(world)

        await world.callcow.finish(dial.call_id, outcome)
        second = await redialed(world, 2)

        first_call, second_call = sorted(
            await world.saved_calls(), key=lambda call: call.try_number
        )
        assert second_call.previous == first_call.id
        assert second_call.request_key == f"try:{first_call.id}:2"
        assert first_call.ended_at is not None
        assert second_call.dial_at == first_call.ended_at + timedelta(hours=1)
        assert second.idempotency_key == str(second_call.id) != dial.idempotency_key
        assert second.callback_secret != dial.callback_secret
        assert second.callback_url != dial.callback_url
        [again] = [reply for reply in status.replies if "(attempt 2 of 3)" in reply.text]
        await world.until_shows(again, "On the phone")


async def test_the_result_says_that_another_attempt_follows(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)

        await world.callcow.finish(dial.call_id, "no_answer")

        await world.slack.until(
            lambda: any("I will try again <!date^" in shown(reply) for reply in status.replies)
        )


async def test_three_in_all_are_three_and_no_more(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        second = await redialed(world, 2)
        await world.callcow.finish(second.call_id, "busy")
        third = await redialed(world, 3)

        await world.callcow.finish(third.call_id, "no_answer")

        await until_attempt(world, 3, lambda call: call.state is State.REPORTED)
        assert len(await world.saved_calls()) == 3
        said = "".join(map(shown, status.replies))
        assert [n for n in (1, 2, 3) if f"(attempt {n} of 3)" in said] == [2, 3]
        results = [reply for reply in status.replies if f"<@{ADA}> " in reply.text]
        assert len(results) == 3
        assert "I will try again" not in shown(results[-1])


async def test_once_more_is_two_in_all_a_quarter_of_an_hour_apart(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world, "once_more")
        await world.callcow.finish(dial.call_id, "busy")
        second = await redialed(world, 2)
        await world.callcow.finish(second.call_id, "busy")

        child = await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert len(await world.saved_calls()) == 2
        assert child.dial_at - child.requested_at == timedelta(minutes=15)


@pytest.mark.parametrize("outcome", ["completed", "failed", "canceled", "voicemail"])
async def test_after_any_other_outcome_nobody_is_called_again(
    world: World, outcome: Outcome
) -> None:
    async with world.bot():
        _, dial = await placed(world)

        await world.callcow.finish(dial.call_id, outcome)

        await world.until_saved(lambda call: call.state is State.REPORTED)


async def test_unless_it_was_asked_for_nobody_is_called_again(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world, "nothing")

        await world.callcow.finish(dial.call_id, "no_answer")

        await world.until_saved(lambda call: call.state is State.REPORTED)


@both_databases
async def test_it_is_written_with_the_outcome_in_one_transaction(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)

        delivery = await world.callcow.finish(dial.call_id, "no_answer")

        assert delivery is not None
        assert delivery.status == 200
        # Seen from outside as soon as the callback is answered: both, or neither.
        assert sorted(call.try_number for call in await world.saved_calls()) == [1, 2]


async def test_while_the_database_is_locked_there_is_neither(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)

        async with world.locked():
            delivery = await world.callcow.finish(dial.call_id, "no_answer")

        assert delivery is not None
        assert delivery.status == 503
        assert (await world.saved()).ending is None


@both_databases
async def test_a_result_that_comes_twice_is_one_attempt(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")

        await world.callcow.finish(dial.call_id, "no_answer")
        await asyncio.gather(*(world.callcow.finish(dial.call_id, "busy") for _ in range(3)))

        await until_attempt(world, 2, lambda call: call.state is State.ANNOUNCED)
        assert len(await world.saved_calls()) == 2


@both_databases
async def test_results_that_come_at_once_are_one_attempt(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)

        await asyncio.gather(*(world.callcow.finish(dial.call_id, "no_answer") for _ in range(4)))

        await until_attempt(world, 2, lambda call: call.state is State.ANNOUNCED)
        assert len(await world.saved_calls()) == 2


@both_databases
async def test_a_different_outcome_that_comes_later_cancels_the_attempt(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await until_attempt(world, 2, lambda call: call.state is State.ANNOUNCED)

        delivery = await world.callcow.finish(dial.call_id, "completed")

        assert delivery is not None
        assert delivery.status == 200
        child = await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert (child.ending, child.canceled_by) == (EndReason.CANCELED, None)
        told = "A later report says of the call before: Completed. So I will not call again."
        assert told in "\n".join(map(shown, status.replies))
        assert len(world.callcow.dials) == 1


async def test_an_attempt_that_was_sent_goes_on_whatever_comes_later(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        second = await redialed(world, 2)
        await until_attempt(world, 2, lambda call: call.state is State.WAITING)

        await world.callcow.finish(dial.call_id, "completed")
        await world.callcow.finish(second.call_id, "completed")

        child = await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert child.ending is EndReason.RESULT


async def test_an_attempt_can_be_canceled_by_a_person(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await until_attempt(world, 2, lambda call: call.state is State.ANNOUNCED)
        [again] = [reply for reply in status.replies if "(attempt 2 of 3)" in reply.text]
        assert "I will call <!date^" in shown(again)

        await world.slack.press(again, "cancel_call", ADA)

        await world.until_shows(again, "Canceled before dialing")
        assert "(attempt 2 of 3)" in again.text
        assert len(world.callcow.dials) == 1


async def test_a_result_that_is_polled_for_is_followed_too(world: World) -> None:
    world.changes |= {"PUBLIC_URL": "", "POLL_AFTER": "1"}
    async with world.bot():
        _, dial = await placed(world)

        world.callcow.end(dial.call_id, "no_answer")

        second = await redialed(world, 2)
        assert second.callback_url is None
        assert len(await world.saved_calls()) == 2


async def test_in_a_thread_that_was_there_before_each_attempt_is_told(world: World) -> None:
    root = (await world.slack.say(GRACE, GENERAL, f"Luigi's is {NUMBER}")).message
    async with world.bot():
        await world.slack.message_shortcut("call_about_message", ADA, GENERAL, root.ts)
        values: dict[str, Any] = {"prompt": PROMPT, "if_unanswered": "once_more"}
        await world.slack.submit(the_form(world), values)
        dial = await world.until_dialed()
        await world.until_saved(lambda call: call.state is State.WAITING and call.lease is None)

        await world.callcow.finish(dial.call_id, "busy")

        await world.slack.until(
            lambda: any("(attempt 2 of 2)" in reply.text for reply in root.replies)
        )
        assert {reply.user for reply in root.replies} == {BOT_USER}


async def test_an_attempt_survives_a_restart(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await until_attempt(world, 2, lambda call: call.state is State.ANNOUNCED)

    async with world.bot():
        await redialed(world, 2)

        child = await until_attempt(world, 2)
        assert child.if_unanswered is IfUnanswered.THREE_IN_ALL
