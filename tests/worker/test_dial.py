"""The step that calls a phone, at most once: what CallCow's answers prove."""

from datetime import timedelta

import pytest

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from tests.builders import a_call, an_announced_call
from tests.conftest import both_databases
from tests.world import COMMAND, NUMBER, PROMPT, World, free_port, shown

UNCONFIRMED = "CallCow didn't confirm this call and may have placed it"


async def test_the_request_holds_the_five_fields_and_no_others(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

        call = await world.saved()
        request = world.callcow.requests[0]
        assert request.json() == {
            "prompt": PROMPT,
            "recipient_phone": NUMBER,
            "callback_url": f"{world.url}/callcow/callback/{call.id}",
            "callback_secret": call.callback_secret.get_secret_value(),
            "idempotency_key": str(call.id),
        }
        assert request.headers["Authorization"] == f"Bearer {world.callcow.api_key}"


async def test_without_a_public_address_no_callback_is_asked_for(world: World) -> None:
    world.changes["PUBLIC_URL"] = ""
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

        sent = world.callcow.requests[0].json()
        assert sorted(sent) == ["idempotency_key", "prompt", "recipient_phone"]


async def test_a_null_call_id_is_no_trouble(database_url: str) -> None:
    callcow = CallCowSimulator(answers_call_id=False)
    async with World(database_url, callcow=callcow) as world, world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()

        await world.callcow.finish(world.callcow.dials[0].call_id)

        assert "Completed" in shown(await world.until_replied(status))


async def test_a_busy_callcow_is_asked_again_after_the_time_it_names(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(status=429, headers={"Retry-After": "1"}))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
        first, second = world.callcow.requests
        assert second.received_at - first.received_at >= 1
        assert len(world.callcow.dials) == 1


async def test_a_callcow_that_cannot_be_reached_is_dialed_once_it_can(database_url: str) -> None:
    world = World(database_url)
    world.changes["CALLCOW_BASE_URL"] = f"http://127.0.0.1:{(port := free_port())}/api"
    async with world, world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_saved(lambda call: call.attempts >= 1 and call.lease is None)
        assert (await world.saved()).dialing_since is None

        async with CallCowSimulator(port=port) as late:
            await late.until(lambda: late.dials)
            await world.until_saved(lambda call: call.state is State.WAITING)
            assert len(late.dials) == 1


@both_databases
@pytest.mark.parametrize(
    "fault",
    [
        Fault(when="before", status=500),
        Fault(when="after", status=500),
        Fault(when="before", drop=True),
        Fault(when="after", drop=True),
        Fault(when="after", status=302, headers={"Location": "/"}),
        Fault(when="after", status=409),
    ],
    ids=["500", "500 after dialing", "dropped", "dropped after dialing", "302", "409"],
)
async def test_a_dial_that_is_not_confirmed_is_repeated_later_and_calls_once(
    world: World, fault: Fault
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "1"
    world.callcow.faults.add("call-prompt", fault)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_placed()
        first, second = world.callcow.requests
        assert second.received_at - first.received_at >= 1
        assert first.json() == second.json()
        assert len(world.callcow.dials) == 1


async def test_an_answer_that_never_comes_is_given_up_and_the_dial_repeated(world: World) -> None:
    world.changes |= {"LEASE": "4", "DIAL_RETRY_AFTER": "2"}
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.callcow.until(lambda: len(world.callcow.requests) == 2)
        await world.until_placed()
        assert len(world.callcow.dials) == 1


async def given_an_unconfirmed_dial(world: World, ago: timedelta) -> Message:
    """Let a call be in the database whose dial was sent and not answered; return its message."""
    posted = world.slack.workspace.post(GENERAL, BOT_USER, "Calling")
    sent_at = utc_now() - ago
    await world.given(
        an_announced_call(
            channel=GENERAL,
            posted_in=GENERAL,
            message_ts=posted.ts,
            dial_at=sent_at,
            due_at=sent_at,
            dialing_since=sent_at,
            last_dial_at=sent_at,
        )
    )
    return posted


async def test_past_the_window_nothing_is_sent_and_the_thread_says_so(world: World) -> None:
    status = await given_an_unconfirmed_dial(world, timedelta(minutes=4, seconds=1))
    async with world.bot():
        await world.until_shows(status, UNCONFIRMED)

        assert (await world.saved()).state is State.WAITING
        assert world.callcow.requests == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, ""), (400, '{"error": "no number connected"}'), (401, ""), (200, '{"success": false}')],
)
async def test_after_an_unconfirmed_dial_a_refusal_proves_nothing(
    world: World, status: int, body: str
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "230"
    world.callcow.faults.add("call-prompt", Fault(status=status, body=body))
    message = await given_an_unconfirmed_dial(world, timedelta(minutes=3))
    async with world.bot():
        await world.until_shows(message, UNCONFIRMED)

        call = await world.saved()
        assert (call.state, call.ending) == (State.WAITING, None)
        assert len(world.callcow.requests) == 1


async def test_a_call_that_could_not_be_sent_for_15_minutes_is_not_sent(world: World) -> None:
    asked_at = utc_now() - timedelta(minutes=15, seconds=1)
    await world.given(
        a_call(channel=GENERAL, requester=ADA, requested_at=asked_at, dial_at=asked_at,
               due_at=asked_at)
    )  # fmt: skip
    async with world.bot():
        result = await world.until_replied(await world.until_posted())

        assert "Not placed" in shown(result)
        assert "within 15 minutes" in shown(result)
        assert "Try again" in shown(result)
        assert world.callcow.requests == []


async def test_a_call_that_becomes_too_late_while_callcow_is_busy_is_told_then(
    world: World,
) -> None:
    asked_at = utc_now() - timedelta(minutes=14, seconds=56)
    await world.given(
        a_call(channel=GENERAL, requester=ADA, requested_at=asked_at, dial_at=asked_at,
               due_at=asked_at)
    )  # fmt: skip
    world.callcow.faults.add("call-prompt", Fault(status=429, headers={"Retry-After": "3600"}))
    async with world.bot():
        result = await world.until_replied(await world.until_posted())

        assert "within 15 minutes" in shown(result)
        assert world.callcow.dials == []


async def test_a_refusal_is_told_with_callcows_own_message(world: World) -> None:
    refusal = '{"success": false, "message": "No phone number is connected."}'
    world.callcow.faults.add("call-prompt", Fault(status=422, body=refusal))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        result = await world.until_replied(await world.until_posted())
        assert "Not placed" in shown(result)
        assert "CallCow wouldn't place this call: no phone number is connected." in shown(result)
        assert len(world.callcow.requests) == 1


async def test_a_refusal_of_unknown_shape_is_never_shown_raw(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(status=404, body="<html>secret</html>"))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        result = await world.until_replied(await world.until_posted())
        assert "HTTP 404" in shown(result)
        assert "secret" not in shown(result)


async def test_success_false_is_a_refusal(world: World) -> None:
    body = '{"success": false, "error": "Out of credit."}'
    world.callcow.faults.add("call-prompt", Fault(status=200, body=body))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        result = await world.until_replied(await world.until_posted())
        assert "Out of credit." in shown(result)
        assert (await world.saved()).ending is EndReason.NOT_PLACED


async def test_a_refused_key_is_told_with_whom_to_tell_and_not_tried_again(
    database_url: str,
) -> None:
    async with World(database_url) as world:
        world.changes["CALLCOW_API_KEY"] = "ck_live_wrong"
        async with world.served() as bot:
            await world.slack.command(ADA, GENERAL, COMMAND)

            result = await world.until_replied(await world.until_posted())
            assert "didn't accept Ringback's API key" in shown(result)
            assert "Ask whoever runs Ringback" in shown(result)
            await world.until_saved(lambda call: call.state is State.REPORTED)
            await bot.stop()
            assert len(world.callcow.requests) == 1
            assert sum('"level": "error"' in line for line in bot.log) == 1


async def test_an_answer_that_cannot_be_read_counts_as_placed(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", status=200, body="<html>"))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()

        await world.callcow.finish(world.callcow.dials[0].call_id)

        assert "Completed" in shown(await world.until_replied(status))


async def test_a_callback_that_comes_before_the_answer_is_the_result(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        dial = await world.until_dialed()

        await world.callcow.finish(dial.call_id)

        await world.until_shows(status, "Completed")
        world.forever.set()
        call = await world.until_saved(lambda call: call.provider_call_id)
        assert call.provider_call_id == dial.call_id
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert len(status.replies) == 1
