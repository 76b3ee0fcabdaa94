"""The bot's removal from the workspace, through real signed events."""

from datetime import timedelta

import pytest

from bot.clock import utc_now
from bot.core.calls.reason import UNINSTALLED
from bot.core.calls.states import EndReason, State
from bot.demo.slack.workspace import ADA, GENERAL
from tests.builders import an_announced_call
from tests.conftest import both_databases
from tests.handlers.test_buttons import scheduled
from tests.world import COMMAND, NUMBER, PROMPT, World

TEAM = "T0RINGBACK"


@both_databases
@pytest.mark.parametrize("how", ["uninstalled", "revoked"])
async def test_what_was_scheduled_ends_as_not_placed_and_nothing_is_dialed_afterwards(
    world: World, how: str
) -> None:
    async with world.bot():
        await scheduled(world)

        if how == "uninstalled":
            reply = await world.slack.uninstall()
        else:
            reply = await world.slack.revoke_tokens()

        assert reply.acknowledged
        call = await world.until_saved(lambda call: call.ending)
        assert (call.ending, call.dialing_since) == (EndReason.NOT_PLACED, None)
        assert call.reason == UNINSTALLED
        await world.make_due()
        await world.until_saved(lambda call: call.attempts)
        assert world.callcow.dials == []


async def test_no_other_attempt_follows_what_was_sent_before(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(
            view, {"number": NUMBER, "prompt": PROMPT, "if_unanswered": "once_more"}
        )
        dial = await world.until_dialed()
        await world.until_saved(lambda call: call.state is State.WAITING)
        await world.slack.uninstall()

        await world.callcow.finish(dial.call_id, "busy")

        call = await world.until_saved(lambda call: call.ending)
        assert call.ending is EndReason.RESULT
        assert len(await world.saved_calls()) == 1
        assert len(world.callcow.dials) == 1


async def test_a_dial_that_was_not_confirmed_is_not_repeated(world: World) -> None:
    now = utc_now()
    call = an_announced_call(
        team=TEAM,
        requester=ADA,
        channel=GENERAL,
        posted_in=GENERAL,
        dial_at=now,
        due_at=now + timedelta(seconds=50),
        dialing_since=now,
        last_dial_at=now,
    )
    await world.given(call)
    async with world.bot():
        await world.slack.uninstall()

        await world.until_saved(lambda call: call.state is State.WAITING)
        await world.make_due()
        await world.until_saved(lambda call: call.lease is None and call.due_at != now)
        assert world.callcow.requests == []


async def test_a_call_on_the_phone_keeps_its_result(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        await world.until_saved(lambda call: call.state is State.WAITING)
        await world.slack.uninstall()

        await world.callcow.finish(dial.call_id)

        call = await world.until_saved(lambda call: call.ending)
        assert call.ending is EndReason.RESULT


async def test_a_person_who_takes_a_token_of_their_own_back_removes_nothing(world: World) -> None:
    async with world.bot():
        await scheduled(world)

        reply = await world.slack.event(
            {"type": "tokens_revoked", "tokens": {"oauth": [ADA], "bot": []}}
        )

        assert reply.acknowledged
        assert (await world.saved()).ending is None


async def test_another_team_that_removes_the_bot_keeps_this_ones_calls(world: World) -> None:
    async with world.bot():
        await scheduled(world)

        await world.slack.event({"type": "app_uninstalled"}, team="T0OTHER")

        assert (await world.saved()).ending is None


async def test_a_removal_that_is_not_saved_is_sent_again(world: World) -> None:
    async with world.bot():
        await scheduled(world)

        async with world.locked():
            reply = await world.slack.event({"type": "app_uninstalled"})
        assert reply.status == 503
        await world.slack.event({"type": "app_uninstalled"}, retry_num=1)

        assert (await world.saved()).ending is EndReason.NOT_PLACED
