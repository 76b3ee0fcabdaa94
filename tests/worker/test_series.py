"""The attempts of one request and their one status message, through real HTTP."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import EndReason, State
from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.dial import Dial
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE
from handlers.transport import callback
from tests.builders import SUCCESS
from tests.conftest import both_databases
from tests.handlers.test_shortcuts import the_form
from tests.world import NUMBER, PROMPT, World, shown, slack_says


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
    async with asyncio.timeout(45):
        while True:
            for call in await world.saved_calls():
                if call.attempt_number == number and condition(call):
                    return call


async def redialed(world: World, count: int) -> Dial:
    """Let what is left be due, wait for so many dials in all and return the last."""
    await until_attempt(world, count, lambda call: call.state is State.ANNOUNCED)
    await world.make_due()
    await world.callcow.until(lambda: len(world.callcow.dials) == count)
    return world.callcow.dials[-1]


@pytest.mark.parametrize("outcome", ["no_answer", "busy"])
async def test_another_attempt_is_a_call_of_its_own_below_the_same_message(
    world: World, outcome: Outcome
) -> None:
    async with world.bot():
        status, dial = await placed(world)

        await world.callcow.finish(dial.call_id, outcome)
        second = await redialed(world, 2)

        first_call, second_call = sorted(
            await world.saved_calls(), key=lambda call: call.attempt_number
        )
        assert second_call.previous == first_call.id == second_call.series_id
        assert second.idempotency_key == str(second_call.id) != dial.idempotency_key
        assert second.callback_secret != dial.callback_secret
        assert second.callback_url != dial.callback_url
        await world.until_shows(status, "attempt 2 of 3")
        await world.until_placed()
        assert status.replies == []


async def test_it_is_dated_from_when_the_one_before_was_dialed(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)
        await world.pass_time(minutes=10)

        await world.callcow.finish(dial.call_id, "no_answer")

        first_call, second_call = sorted(
            await world.saved_calls(), key=lambda call: call.attempt_number
        )
        assert first_call.last_dial_at is not None
        assert second_call.dial_at == first_call.last_dial_at + timedelta(hours=1)


async def test_after_an_attempt_nobody_answered_the_message_alone_says_so(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)

        await world.callcow.finish(dial.call_id, "no_answer")

        await world.until_shows(status, "📵 No answer · attempt 1 of 3 · next try <!date^")
        words = shown(status)
        assert "Call now" in words
        assert "Stop trying" in words
        await until_attempt(world, 1, lambda call: call.state is State.REPORTED)
        assert status.replies == []
        assert len(world.slack.messages(GENERAL)) == 1


async def test_what_slack_refuses_to_show_there_is_posted_as_a_reply(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        world.slack.faults.add("chat.update", slack_says("cant_update_message"))

        await world.callcow.finish(dial.call_id, "no_answer")

        reply = await world.until_replied(status)
        assert "📵 No answer · attempt 1 of 3 · next try <!date^" in shown(reply)


async def test_an_attempt_learned_of_late_is_still_made_up_to_an_hour_after_its_time(
    world: World,
) -> None:
    async with world.bot():
        _, dial = await placed(world)
        await world.pass_time(minutes=110)

        await world.callcow.finish(dial.call_id, "no_answer")

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)


async def test_later_than_an_hour_after_its_time_an_attempt_is_not_made(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world, "once_more")
        await world.pass_time(minutes=80)

        await world.callcow.finish(dial.call_id, "no_answer")

        reply = await world.until_replied(status)
        assert "couldn't send this call to CallCow within an hour of its time" in shown(reply)
        assert len(world.callcow.dials) == 1


async def test_three_in_all_are_three_and_no_more_with_one_mention_at_the_end(
    world: World,
) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        second = await redialed(world, 2)
        await world.callcow.finish(second.call_id, "busy")
        await world.until_shows(status, "⏳ Line busy · attempt 2 of 3 · next try <!date^")
        third = await redialed(world, 3)

        await world.callcow.finish(third.call_id, "no_answer")

        await until_attempt(world, 3, lambda call: call.state is State.REPORTED)
        assert len(await world.saved_calls()) == 3
        [result] = status.replies
        assert f"<@{ADA}> " in result.text
        assert "No answer" in result.text
        assert "next try" not in shown(status)


async def test_once_more_is_two_in_all_a_quarter_of_an_hour_apart(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world, "once_more")
        await world.callcow.finish(dial.call_id, "busy")
        child = await until_attempt(world, 2)
        first = await until_attempt(world, 1)
        assert first.last_dial_at is not None
        assert child.dial_at - first.last_dial_at == timedelta(minutes=15)

        second = await redialed(world, 2)
        await world.callcow.finish(second.call_id, "busy")

        await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert len(await world.saved_calls()) == 2


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
        assert sorted(call.attempt_number for call in await world.saved_calls()) == [1, 2]


async def test_while_the_database_is_locked_there_is_neither(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback, "_DATABASE_SECONDS", 0.1)
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
async def test_a_better_outcome_that_comes_later_replaces_it_and_stops_the_attempts(
    world: World,
) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await until_attempt(world, 1, lambda call: call.state is State.REPORTED)

        delivery = await world.callcow.finish(dial.call_id, "completed")

        assert delivery is not None
        assert delivery.status == 200
        child = await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert (child.ending, child.canceled_by) == (EndReason.CANCELED, None)
        assert child.reason == Reason.answered_after_all(SUCCESS)
        await until_attempt(world, 1, lambda call: call.state is State.REPORTED)
        await world.until_shows(status, "✅ Completed")
        [result] = status.replies
        assert f"<@{ADA}> ✅ Completed" in result.text
        assert "next try" not in shown(status)
        assert "Call now" not in shown(status)
        assert len(world.callcow.dials) == 1


async def test_a_better_outcome_is_reported_once_however_often_it_comes(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")

        await asyncio.gather(*(world.callcow.finish(dial.call_id, "completed") for _ in range(4)))

        await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        await until_attempt(world, 1, lambda call: call.state is State.REPORTED)
        await world.callcow.finish(dial.call_id, "busy")
        assert (await until_attempt(world, 1)).state is State.REPORTED
        assert len(status.replies) == 1


async def test_without_further_attempts_a_better_outcome_replaces_no_answer_as_well(
    world: World,
) -> None:
    async with world.bot():
        status, dial = await placed(world, "nothing")
        await world.callcow.finish(dial.call_id, "no_answer")
        await world.until_replied(status)

        await world.callcow.finish(dial.call_id, "voicemail")

        assert "Reached voicemail" in (await world.until_replied(status, 2)).text
        await world.until_shows(status, "Reached voicemail")


async def test_the_result_of_an_attempt_that_was_sent_is_a_second_reply(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        second = await redialed(world, 2)
        await until_attempt(world, 2, lambda call: call.state is State.WAITING)

        await world.callcow.finish(dial.call_id, "completed")
        await world.until_replied(status)
        await world.callcow.finish(second.call_id, "voicemail")

        child = await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert child.ending is EndReason.RESULT
        assert "Reached voicemail" in (await world.until_replied(status, 2)).text


async def test_a_person_can_stop_the_trying(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await world.until_shows(status, "Stop trying")

        await world.slack.press(status, "cancel_call", ADA)

        await world.until_shows(status, "I won't call again.")
        words = shown(status)
        assert "No answer" in words
        assert not [promise for promise in ("next try", "Call now", "Stop") if promise in words]
        await until_attempt(world, 2, lambda call: call.state is State.REPORTED)
        assert status.replies == []
        assert len(world.callcow.dials) == 1


async def test_a_person_can_have_the_next_attempt_made_at_once(world: World) -> None:
    async with world.bot():
        status, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await world.until_shows(status, "Stop trying")

        await world.slack.press(status, "dial_now", ADA)

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        await world.until_shows(status, "attempt 2 of 3")


@both_databases
async def test_a_result_that_is_polled_for_is_followed_too(world: World) -> None:
    world.changes |= {"PUBLIC_URL": "", "POLL_AFTER": "1"}
    async with world.bot():
        _, dial = await placed(world)

        world.callcow.end(dial.call_id, "no_answer")

        second = await redialed(world, 2)
        assert second.callback_url is None
        assert len(await world.saved_calls()) == 2


async def test_in_a_thread_that_was_there_before_the_attempts_share_one_message(
    world: World,
) -> None:
    root = (await world.slack.say(GRACE, GENERAL, f"Luigi's is {NUMBER}")).message
    async with world.bot():
        await world.slack.message_shortcut("call_about_message", ADA, GENERAL, root.ts)
        values: dict[str, Any] = {"prompt": PROMPT, "if_unanswered": "once_more"}
        await world.slack.submit(the_form(world), values)
        dial = await world.until_dialed()
        await world.until_saved(lambda call: call.state is State.WAITING and call.lease is None)

        await world.callcow.finish(dial.call_id, "busy")

        [status] = root.replies
        await world.until_shows(status, "attempt 1 of 2")
        second = await redialed(world, 2)
        await world.callcow.finish(second.call_id, "completed")
        result = await world.until_replied(root, 2)
        assert "Completed" in result.text
        assert status.user == result.user == BOT_USER


async def test_an_attempt_survives_a_restart(world: World) -> None:
    async with world.bot():
        _, dial = await placed(world)
        await world.callcow.finish(dial.call_id, "no_answer")
        await until_attempt(world, 2, lambda call: call.state is State.ANNOUNCED)

    async with world.bot():
        await redialed(world, 2)

        child = await until_attempt(world, 2)
        assert child.retry_plan == RetryPlan(3, timedelta(hours=1))
