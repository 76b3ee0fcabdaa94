"""Waiting for the result: the callback, the poll, and giving up."""

import json
from datetime import timedelta

import pytest

from bot.callcow.client import CallCow
from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.builders import a_call
from tests.conftest import both_databases
from tests.world import COMMAND, World, shown

POLLING = {"PUBLIC_URL": "", "POLL_AFTER": "0.2"}


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("completed", "Completed"),
        ("no_answer", "No answer"),
        ("busy", "Line busy"),
        ("failed", "Call failed"),
        ("canceled", "Canceled"),
        ("voicemail", "Reached voicemail"),
    ],
)
async def test_the_six_outcomes_are_told_apart(world: World, outcome: Outcome, words: str) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()

        await world.callcow.finish(dial.call_id, outcome)

        result = await world.until_replied(await world.until_posted())
        assert f" {words} · +1 415-555-2671" in result.text


async def test_without_a_callback_the_poll_finds_the_result(world: World) -> None:
    world.changes |= POLLING
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()

        world.callcow.end(dial.call_id)

        assert "Completed" in shown(await world.until_replied(await world.until_posted()))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=404),
        Fault(status=500),
        Fault(status=200, body="<html>"),
        Fault(status=200, body='{"call_status": "queued", "provider_status": "completed"}'),
        Fault(drop=True),
        Fault(),  # an answer like any other: the call goes on
    ],
    ids=["404", "500", "garbage", "unknown status", "dropped", "in progress"],
)
async def test_anything_else_from_the_poll_is_no_result(world: World, fault: Fault) -> None:
    world.changes |= POLLING
    world.callcow.faults.add("calls", fault)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        await world.callcow.until(lambda: len(world.callcow.requests) >= 2)
        assert (await world.saved()).ending is None

        world.callcow.end(dial.call_id)

        assert "Completed" in shown(await world.until_replied(await world.until_posted()))


@pytest.mark.parametrize(
    ("minutes_ago", "at_least", "at_most"), [(2, 30, 34), (20, 300, 331), (100, 600, 661)]
)
async def test_polls_come_at_growing_intervals(
    world: World, minutes_ago: int, at_least: int, at_most: int
) -> None:
    sent_at = utc_now() - timedelta(minutes=minutes_ago)
    await world.given(
        a_call(
            state=State.WAITING,
            channel=GENERAL,
            dial_at=sent_at,
            due_at=sent_at,
            last_dial_at=sent_at,
            placed_at=sent_at,
            provider_call_id="a-call-that-goes-on",
        )
    )
    async with world.bot():
        await world.callcow.until(lambda: world.callcow.requests)
        polled_at = utc_now()

        call = await world.until_saved(lambda call: call.due_at != sent_at and not call.lease)
        assert call.due_at is not None
        assert at_least - 1 <= (call.due_at - polled_at).total_seconds() <= at_most


async def test_a_call_without_any_result_ends_as_no_result_received(world: World) -> None:
    world.changes["RESULT_TIMEOUT"] = "0.5"
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        result = await world.until_replied(await world.until_posted())
        assert "No result received" in shown(result)
        assert "may have been made" in shown(result)


@both_databases
async def test_a_result_that_comes_after_the_call_was_given_up_is_still_reported(
    world: World,
) -> None:
    world.changes["RESULT_TIMEOUT"] = "0.5"
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_saved(lambda call: call.state is State.REPORTED)

        delivery = await world.callcow.finish(world.callcow.dials[0].call_id)

        assert delivery is not None
        assert delivery.status == 200
        assert "Completed" in shown(await world.until_replied(status, count=2))
        await world.until_shows(status, "Completed")
        assert (await world.saved()).ending is EndReason.RESULT


async def test_a_result_that_comes_after_a_refusal_replaces_it(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", status=400))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_saved(lambda call: call.state is State.REPORTED)

        await world.callcow.finish(world.callcow.dials[0].call_id)

        assert "Completed" in shown(await world.until_replied(status, count=2))


async def test_polls_and_dials_share_the_rate(database_url: str) -> None:
    callcow = CallCowSimulator(requests_per_minute=4)
    async with World(database_url, callcow=callcow) as world:
        world.changes |= {**POLLING, "CALLCOW_RATE_PER_MINUTE": "4"}
        async with world.bot():
            for _ in range(5):
                await world.slack.command(ADA, GENERAL, COMMAND)
            await world.slack.until(lambda: len(world.slack.messages(GENERAL)) == 5)
            await world.callcow.until(lambda: len(world.callcow.requests) == 4)

        # Nothing was refused for coming too often, and both kinds were among what was let through.
        assert [request.status for request in callcow.requests] == [200] * 4
        assert {request.method for request in callcow.requests} == {"GET", "POST"}


async def test_a_callback_that_was_delivered_twice_is_reported_once(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        status = await world.until_posted()
        await world.callcow.finish(dial.call_id)

        again = await world.callcow.deliver(dial.call_id, json.dumps(dial.final).encode())

        assert again.status == 200
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert len(status.replies) == 1


async def test_a_last_poll_that_fails_for_ever_ends_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> dict[str, object]:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(CallCow, "poll", fail)
    yesterday = utc_now() - timedelta(hours=25)
    waiting = {"state": State.WAITING, "channel": GENERAL, "provider_call_id": "gone"}
    times = dict.fromkeys(("requested_at", "dial_at", "due_at", "last_dial_at"), yesterday)
    await world.given(a_call(**waiting, **times, dialing_since=yesterday, attempts=9))
    async with world.bot():
        await world.until_saved(lambda call: call.attempts == 10 and not call.lease)
        await world.make_due()

        call = await world.until_saved(lambda call: call.ending)
        assert call.ending is EndReason.NO_RESULT


@pytest.mark.parametrize(
    "fault",
    [
        Fault(drop=True),
        Fault(status=503),
        Fault(status=429, headers={"Retry-After": "0"}),
    ],
    ids=["dropped", "503", "429"],
)
async def test_a_last_poll_without_an_answer_is_made_again(world: World, fault: Fault) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        await world.until_placed()
        world.callcow.end(dial.call_id)
        world.callcow.faults.add("calls", fault)

        await world.pass_time(hours=3)

        assert "Completed" in shown(await world.until_replied(await world.until_posted()))
        assert len([one for one in world.callcow.requests if one.method == "GET"]) == 2


async def test_a_last_poll_that_is_never_answered_ends_in_words(world: World) -> None:
    world.callcow.faults.choose = lambda name: Fault(status=503) if name == "calls" else None
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_placed()
        await world.pass_time(hours=3)
        for count in range(1, 11):
            await world.until_saved(
                lambda call: not call.lease and call.attempts == count  # noqa: B023
            )
            await world.make_due()

        assert "No result received" in shown(await world.until_replied(await world.until_posted()))
