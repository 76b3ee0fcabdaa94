"""The first step: the thread is opened, or the call is not placed."""

from uuid import uuid4

import pytest

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import (
    ADA,
    ADA_AND_GRACE,
    ARCHIVE,
    BOARD,
    GENERAL,
    SALES,
)
from tests.builders import a_call
from tests.conftest import both_databases
from tests.world import COMMAND, World, shown, slack_says


async def test_the_thread_stands_before_anybody_is_called(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        dial = await world.until_dialed()
        posted = world.slack.requests_of("chat.postMessage")[0]
        assert posted.at <= dial.dialed_at
        assert (await world.saved()).message_ts == (await world.until_posted()).ts


async def test_nothing_in_the_status_message_unfurls(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()

        arguments = world.slack.requests_of("chat.postMessage")[0].arguments
        assert arguments["unfurl_links"] in (False, "0", "false")
        assert arguments["unfurl_media"] in (False, "0", "false")


async def test_a_public_channel_needs_no_invitation(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, SALES, COMMAND)

        await world.until_posted(SALES)


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        (BOARD, "I can't see that conversation"),
        (ARCHIVE, "it's archived"),
        (ADA_AND_GRACE, "I can't see that conversation"),
    ],
)
async def test_a_closed_place_moves_the_thread_to_a_direct_message_and_says_why(
    world: World, channel: str, reason: str
) -> None:
    async with world.bot():
        await world.slack.command(ADA, channel, COMMAND)

        await world.until_dialed()
        direct = world.slack.workspace.direct_message(ADA)
        status = await world.until_posted(direct.id)
        assert reason in shown(status)
        await world.slack.until(lambda: world.slack.ephemerals)
        told = world.slack.ephemerals[0]
        assert (told.channel, told.user) == (channel, ADA)
        assert reason in told.text
        assert "direct message" in told.text


async def test_the_result_follows_into_the_direct_message(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, BOARD, COMMAND)
        dial = await world.until_dialed()
        status = await world.until_posted(world.slack.workspace.direct_message(ADA).id)

        await world.callcow.finish(dial.call_id)

        assert "Completed" in shown(await world.until_replied(status))


async def test_a_channel_that_restricts_posting_moves_the_thread_too(world: World) -> None:
    world.slack.workspace.channels[GENERAL].restricted = True
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
        await world.until_posted(world.slack.workspace.direct_message(ADA).id)


async def test_where_no_thread_can_be_opened_nothing_is_dialed_and_the_place_is_told(
    world: World,
) -> None:
    world.slack.workspace.messages_tab_enabled = False
    async with world.bot():
        await world.slack.command(ADA, BOARD, COMMAND)

        await world.slack.until(lambda: world.slack.ephemerals)
        assert "no call was made" in world.slack.ephemerals[0].text
        call = await world.until_saved(lambda call: call.state is State.REPORTED)
        assert call.ending is EndReason.NOT_PLACED
        assert world.callcow.requests == []


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_token_that_slack_no_longer_takes_ends_the_call_as_not_placed(
    world: World, error: str
) -> None:
    async with world.bot():
        world.slack.workspace.token_error = error
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.slack.until(lambda: world.slack.ephemerals)
        assert error in world.slack.ephemerals[0].text
        assert (await world.until_saved(lambda call: call.ending)).ending is EndReason.NOT_PLACED
        assert world.callcow.requests == []


async def test_slack_is_asked_again_after_the_time_it_names(world: World) -> None:
    world.slack.faults.add("chat.postMessage", Fault(status=429, headers={"Retry-After": "1"}))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_posted()
        first, second = world.slack.requests_of("chat.postMessage")
        assert second.at - first.at >= 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500, body="oops"),
        Fault(status=429),
        Fault(status=503, headers={"Content-Type": "text/html"}, body="<html>"),
        slack_says("ratelimited"),
        slack_says("service_unavailable"),
        slack_says("request_timeout"),
        slack_says("internal_error"),
        Fault(status=200, body="[]"),
        Fault(status=200, headers={"Content-Type": "application/json"}, body="{"),
        Fault(drop=True),
    ],
    ids=[
        "500",
        "429 without Retry-After",
        "503 in HTML",
        "ratelimited",
        "service_unavailable",
        "request_timeout",
        "internal_error",
        "a list",
        "garbage",
        "dropped",
    ],
)
async def test_a_slack_that_fails_is_asked_again(world: World, fault: Fault) -> None:
    world.slack.faults.add("chat.postMessage", fault)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
        assert len(world.slack.messages(GENERAL)) == 1


async def test_blocks_that_slack_refuses_are_left_out(world: World) -> None:
    world.slack.faults.add("chat.postMessage", slack_says("invalid_blocks"))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        status = await world.until_posted()
        assert "+1 415-555-2671" in status.text
        assert status.blocks == []


@both_databases
async def test_slacks_one_message_a_second_for_a_channel_is_kept_before_slack_says_so(
    database_url: str,
) -> None:
    async with World(database_url, slack=LocalSlack(posts_per_second=1)) as world, world.bot():
        for _ in range(3):
            await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.until(lambda: len(world.slack.messages(GENERAL)) == 3)

        answers = [
            (request.answer or {}).get("ok")
            for request in world.slack.requests_of("chat.postMessage")
        ]
    assert answers == [True] * 3


async def test_a_busy_channel_holds_up_no_other(world: World) -> None:
    times = dict.fromkeys(("requested_at", "dial_at", "due_at"), utc_now())
    for number in range(20):
        key = f"command:{number}"
        await world.given(a_call(id=uuid4(), request_key=key, channel=GENERAL, **times))

    async with world.bot():
        await world.slack.command(ADA, SALES, COMMAND)
        await world.until_posted(SALES)

        assert len(world.slack.messages(GENERAL)) < 10
