"""Slack failing in every way it can, at every message: the call is told of, and calls once."""

from itertools import pairwise
from typing import Final

import pytest

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.endings import QUICK, result_of, roots
from tests.world import COMMAND, World, shown, slack_says

LATER: Final = {
    "429": Fault(status=429, headers={"Retry-After": "1"}, body='{"ok": false}'),
    "503 in HTML": Fault(status=503, headers={"Content-Type": "text/html"}, body="<html>"),
    "dropped": Fault(drop=True),
    "internal_error": slack_says("internal_error"),
}
CLOSED: Final = [
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "thread_not_found",
]
TOKEN: Final = ["invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"]
SHAPE: Final = ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"]


@pytest.mark.parametrize("fault", LATER.values(), ids=LATER)
async def test_what_works_later_is_tried_again_at_every_message(world: World, fault: Fault) -> None:
    world.slack.faults.add("chat.postMessage", fault)
    world.slack.faults.add("chat.update", fault)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()
        world.slack.faults.add("chat.postMessage", fault)
        world.slack.faults.add("chat.update", fault)

        await world.callcow.finish(world.callcow.dials[0].call_id)

        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert "Completed" in shown(status)
        assert len(roots(world)) == len(world.callcow.dials) == 1
        if "Retry-After" in fault.headers:
            assert shortest_wait(world) >= 1


def shortest_wait(world: World) -> float:
    """Return the least time between a request that was kept out and the next of its method."""
    waits = []
    for method in ("chat.postMessage", "chat.update"):
        requests = world.slack.requests_of(method)
        waits += [
            after.at - before.at for before, after in pairwise(requests) if before.answer is None
        ]
    return min(waits)


async def test_a_slack_that_never_answers_is_given_up_and_asked_again_by_the_real_process(
    world: World,
) -> None:
    world.changes |= QUICK
    silent = Fault(hold=world.forever, drop=True)
    for method in ("chat.postMessage", "chat.update"):
        world.slack.faults.add(method, silent)
    async with world.served():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()
        await world.until_placed()
        world.slack.faults.add("chat.postMessage", silent)

        assert "Completed" in shown(await result_of(world))
        assert len(roots(world)) == len(world.callcow.dials) == 1


async def test_a_message_that_slack_took_without_an_answer_is_doubled_but_no_call_is(
    world: World,
) -> None:
    world.slack.faults.add("chat.postMessage", Fault(when="after", drop=True))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "Completed" in shown(await result_of(world))
        assert len(roots(world)) == 2
        assert len(world.callcow.dials) == 1


async def test_a_slack_that_is_down_for_a_while_hears_of_everything_afterwards(
    world: World,
) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
        world.slack.faults.add("chat.postMessage", *[Fault(status=503)] * 6)
        world.slack.faults.add("chat.update", Fault(status=503))
        await world.callcow.finish(world.callcow.dials[0].call_id)

        await until_reported_without_pauses(world)

        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert "Completed" in shown(status)


async def until_reported_without_pauses(world: World) -> None:
    """Let the time of each next attempt have come, until the only call is reported."""

    def pauses(call: Call) -> bool:
        return not call.lease and call.due_at is not None and call.due_at > utc_now()

    while True:
        call = await world.until_saved(lambda call: call.state is State.REPORTED or pauses(call))
        if call.state is State.REPORTED:
            return
        await world.make_due()


@pytest.mark.parametrize("code", CLOSED)
async def test_a_place_that_is_closed_to_each_message_moves_all_to_a_direct_message(
    world: World, code: str
) -> None:
    world.slack.faults.add("chat.postMessage", slack_says(code))
    world.slack.faults.add("chat.update", slack_says(code))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        direct = world.slack.workspace.direct_message(ADA)
        status = await world.until_posted(direct.id)
        dial = await world.until_dialed()
        await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
        world.slack.faults.add("chat.postMessage", slack_says(code))

        await world.callcow.finish(dial.call_id)

        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert "I couldn't post in <#C0GENERAL>" in shown(status)
        assert "Completed" in shown(world.slack.messages(direct.id)[-1])
        assert "I couldn't post in <#C0GENERAL>" in world.slack.ephemerals[0].text
        assert world.slack.messages(GENERAL) == []
        assert len(world.callcow.dials) == 1


@pytest.mark.parametrize("code", [*CLOSED, "messages_tab_disabled", *TOKEN])
async def test_where_no_message_can_be_posted_nobody_is_called_and_the_place_is_told(
    world: World, code: str
) -> None:
    world.slack.faults.add("chat.postMessage", *[slack_says(code)] * 8)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        call = await world.until_saved(lambda call: call.state is State.REPORTED)

        assert call.ending is EndReason.NOT_PLACED
        assert "no call was made" in world.slack.ephemerals[0].text
        assert code in world.slack.ephemerals[0].text
        assert world.callcow.requests == []


@pytest.mark.parametrize("code", SHAPE)
async def test_blocks_that_are_refused_leave_the_plain_text(world: World, code: str) -> None:
    world.slack.faults.add("chat.postMessage", slack_says(code))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
        world.slack.faults.add("chat.postMessage", slack_says(code))

        await world.callcow.finish(world.callcow.dials[0].call_id)

        await world.until_saved(lambda call: call.state is State.REPORTED)
        [result] = status.replies
        assert result.blocks == []
        assert f"<@{ADA}> ✅ Completed · +1 415-555-2671" in result.text
        assert len(world.callcow.dials) == 1


@pytest.mark.parametrize("code", TOKEN)
async def test_a_token_that_is_mended_lets_through_whatever_it_held_up(
    world: World, code: str
) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_saved(lambda call: call.state is State.WAITING and not call.lease)
        world.slack.faults.add("chat.postMessage", slack_says(code))
        world.slack.faults.add("chat.update", slack_says(code))

        await world.callcow.finish(world.callcow.dials[0].call_id)

        await world.until_saved(lambda call: call.attempts == 1 and not call.lease)
        await until_reported_without_pauses(world)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert "Completed" in shown(status)


async def test_a_slack_that_was_down_for_a_quarter_of_an_hour_is_told_that_no_call_was_made(
    world: World,
) -> None:
    world.slack.faults.add("chat.postMessage", *[Fault(status=503)] * 2)
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.until(lambda: len(world.slack.requests_of("chat.postMessage")) == 2)
        await bot.kill()

    await world.pass_time(minutes=15)
    async with world.bot():
        result = await world.until_replied(await world.until_posted())

    assert "within 15 minutes" in shown(result)
    assert "no call was made" in shown(result)
    assert world.callcow.requests == []
