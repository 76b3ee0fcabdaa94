"""Before each dial the policy is asked again: what it refuses is not dialed, and told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason, ReasonKind
from bot.core.calls.states import EndReason, Progress, State
from bot.core.policy.decision import OutsideHours
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE, TEAM
from bot.storage.engine.database import Database
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from tests.builders import an_announced_call
from tests.conftest import both_databases
from tests.opening_hours import closed_until
from tests.world import COMMAND, NUMBER, PROMPT, World, get, shown, slack_says


async def given_a_due_call(world: World, **changes: object) -> Message:
    """Let a call be in the database whose thread stands and which is due; return its message."""
    posted = world.slack.workspace.post(GENERAL, BOT_USER, "Calling")
    await world.given(a_due_call(posted.ts, **changes))
    return posted


def a_due_call(ts: str, **changes: object) -> Call:
    """Return a call of Ada's whose status message stands in #general, due now."""
    now = utc_now()
    times = {"requested_at": now, "dial_at": now, "due_at": now}
    place = {"team": TEAM, "requester": ADA, "channel": GENERAL, "posted_in": GENERAL}
    keys = {"id": uuid4(), "request_key": f"due:{uuid4()}", "message_ts": ts}
    return an_announced_call(**{**times, **place, **keys, **changes})


async def block(world: World) -> None:
    async with Database.open(world.database_url) as database:
        await DoNotCallList(database).add(TEAM, NUMBER, GRACE, utc_now())


async def pause(world: World) -> None:
    async with Database.open(world.database_url) as database:
        await Pauses(database).pause(TEAM, GRACE, utc_now())


async def resume(world: World) -> None:
    async with Database.open(world.database_url) as database:
        await Pauses(database).resume(TEAM, GRACE, utc_now())


@both_databases
async def test_a_number_that_was_blocked_after_the_request_is_not_called(world: World) -> None:
    status = await given_a_due_call(world)
    await block(world)
    async with world.bot():
        result = await world.until_replied(status)

        assert "Not placed" in shown(result)
        assert "This number asked not to be called (added by Grace on" in shown(result)
        call = await world.until_saved(lambda call: call.state is State.REPORTED)
        assert (call.ending, call.dialing_since) == (EndReason.NOT_PLACED, None)
        assert world.callcow.requests == []
        _, metrics = await get(f"{world.admin_url}/metrics")
        assert 'ringback_calls_refused_total{rule="do_not_call"} 1.0' in metrics


async def test_a_dial_that_was_not_confirmed_is_not_repeated_to_a_blocked_number(
    world: World,
) -> None:
    sent_at = utc_now() - timedelta(minutes=2)
    status = await given_a_due_call(world, dialing_since=sent_at, last_dial_at=sent_at)
    await block(world)
    async with world.bot():
        await world.until_shows(status, "CallCow didn't confirm this call and may have placed it")

        call = await world.saved()
        assert (call.state, call.ending) == (State.WAITING, None)
        assert world.callcow.requests == []


@both_databases
async def test_a_call_that_is_due_at_a_closed_hour_goes_at_the_next_opening(world: World) -> None:
    world.changes["CALLING_HOURS"], opening = closed_until()
    status = await given_a_due_call(world)
    async with world.bot():
        await world.until_shows(status, "I'll call at")

        assert "Scheduled" in shown(status)
        call = await world.saved()
        assert call.progress is Progress.SCHEDULED
        assert call.due_at == call.dial_at == opening
        assert world.callcow.requests == []


async def test_a_call_that_was_moved_is_made_at_the_opening_however_long_ago_it_was_asked_for(
    world: World,
) -> None:
    now = utc_now()
    closed = Reason.by_policy(OutsideHours(now - timedelta(hours=9), now))
    await given_a_due_call(world, requested_at=now - timedelta(hours=10), reason=closed)
    async with world.bot():
        await world.until_dialed()

        call = await world.until_saved(lambda call: call.placed_at)
        assert call.reason is None


@both_databases
async def test_a_pause_in_the_middle_of_forty_calls_holds_the_rest_until_it_ends(
    world: World,
) -> None:
    world.changes["CALLCOW_RATE_PER_MINUTE"] = "6000"
    status = world.slack.workspace.post(GENERAL, BOT_USER, "Calling")
    await world.given(*(a_due_call(status.ts) for _ in range(20)))
    async with world.bot():
        await world.until_placed(20)
        await pause(world)
        messages = [world.slack.workspace.post(GENERAL, BOT_USER, "Calling") for _ in range(20)]
        await world.given(*(a_due_call(message.ts) for message in messages))
        for message in messages:
            await world.until_shows(message, "Calls are paused here")
        held = [call for call in await world.saved_calls() if call.progress is Progress.ON_HOLD]
        assert (len(held), len(world.callcow.dials)) == (20, 20)

        await resume(world)

        await world.until_placed(40)
        assert len(world.callcow.requests) == 40
        assert "Calls are paused here" not in shown(messages[0])


async def test_with_dialing_off_a_call_waits_and_is_told_so(world: World) -> None:
    world.changes["DIALING"] = "off"
    status = await given_a_due_call(world)
    async with world.bot():
        await world.until_shows(status, "has turned calls off here")

        assert "Waiting to call" in shown(status)
        call = await world.saved()
        assert call.reason is not None
        assert call.reason.kind is ReasonKind.POLICY
        assert world.callcow.requests == []


async def test_the_call_past_the_numbers_limit_is_not_dialed(world: World) -> None:
    world.changes["CALLS_PER_NUMBER_PER_DAY"] = "1"
    status = world.slack.workspace.post(GENERAL, BOT_USER, "Calling")
    await world.given(a_due_call(status.ts), a_due_call(status.ts))
    async with world.bot():
        await world.until_replied(status)

        refused = next(call for call in await world.saved_calls() if call.ending)
        assert refused.ending is EndReason.NOT_PLACED
        await world.until_placed()
        assert len(world.callcow.requests) == 1


async def test_a_request_that_proved_nothing_dialed_is_asked_about_again(
    world: World,
) -> None:
    world.callcow.faults.add("call-prompt", Fault(status=429, headers={"Retry-After": "1"}))
    status = await given_a_due_call(world)
    async with world.bot():
        await world.callcow.until(lambda: world.callcow.requests)
        await block(world)

        assert "This number asked not to be called" in shown(await world.until_replied(status))
        assert world.callcow.dials == []


def ada(world: World, **facts: Any) -> None:
    """Let Slack say something else of Ada."""
    world.slack.workspace.people[ADA] = replace(world.slack.workspace.people[ADA], **facts)


async def test_the_house_rules_follow_what_is_sent_and_are_nobodys_words(world: World) -> None:
    world.changes["HOUSE_RULES"] = "Say at the start that you are an AI."
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()

        assert dial.prompt == f"{PROMPT}\n\nSay at the start that you are an AI."
        assert (await world.saved()).prompt == PROMPT
        assert "Say at the start" not in shown(await world.until_posted())
        told = await world.slack.command(ADA, GENERAL, "help")
        assert (
            "House rules, given to the AI on every call: Say at the start that you are an AI."
            in told.text
        )


async def test_a_guest_is_refused_before_the_dial_and_told_at_once_after_that(
    world: World,
) -> None:
    ada(world, is_guest=True)
    async with world.bot():
        first = await world.slack.command(ADA, GENERAL, COMMAND)
        result = await world.until_replied(await world.until_posted())
        second = await world.slack.command(ADA, GENERAL, COMMAND)

        assert first.text == ""
        assert "Guests cannot place calls here" in shown(result)
        assert "Guests cannot place calls here" in second.text
        assert world.callcow.requests == []


@pytest.mark.parametrize("odd", ["4155552671", "+", "x", "#abc", "<!channel>"])
async def test_a_call_whose_number_is_none_ends_at_once_with_that_as_its_reason(
    world: World, odd: str
) -> None:
    status = await given_a_due_call(world, recipient=odd)
    async with world.bot():
        result = await world.until_replied(status)

        assert "isn't a phone number" in shown(result)
        assert "<!channel>" not in result.text
        assert world.callcow.requests == []


async def test_guests_may_call_where_that_is_allowed(world: World) -> None:
    world.changes["ALLOW_GUESTS"] = "true"
    ada(world, is_guest=True)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()


async def test_what_a_deactivated_person_had_scheduled_is_not_dialed(world: World) -> None:
    status = await given_a_due_call(world)
    ada(world, is_deactivated=True)
    async with world.bot():
        result = await world.until_replied(status)

        assert "is no longer active in Slack" in shown(result)
        assert world.callcow.requests == []


async def test_what_was_scheduled_is_not_dialed_where_the_organization_took_the_bot_away(
    world: World,
) -> None:
    status = await given_a_due_call(world)
    world.slack.faults.add("users.info", *[slack_says("team_access_not_granted")] * 9)
    async with world.bot():
        result = await world.until_replied(status)

        assert "so no call was made" in shown(result)
        assert world.callcow.requests == []


async def test_while_slack_refuses_the_token_a_call_waits_and_goes_once_there_is_a_good_one(
    world: World,
) -> None:
    await given_a_due_call(world)
    world.slack.workspace.token_error = "account_inactive"
    async with world.bot():
        await world.slack.until(lambda: world.slack.requests_of("users.info"))
        await world.until_at_rest()
        assert world.callcow.requests == []

        world.slack.workspace.token_error = None
        await world.make_due()

        await world.until_dialed()


async def test_a_call_that_waits_for_a_good_token_for_too_long_is_not_made(world: World) -> None:
    await given_a_due_call(world)
    world.slack.workspace.token_error = "account_inactive"
    async with world.bot():
        await world.slack.until(lambda: world.slack.requests_of("users.info"))
        await world.pass_time(minutes=16)

        ended = await world.until_saved(lambda call: call.ending)

        assert ended.ending is EndReason.NOT_PLACED
        assert world.callcow.requests == []


async def test_where_slack_does_not_say_who_somebody_is_the_call_is_made(world: World) -> None:
    world.slack.faults.add("users.info", Fault(status=500))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
