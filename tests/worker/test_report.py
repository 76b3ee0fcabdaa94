"""The last step: the result reaches its thread, whatever Slack does meanwhile."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.clock import utc_now
from bot.core.calls.states import State
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from bot.slack import thread
from tests.builders import a_call, an_ended_call
from tests.world import COMMAND, World, shown, slack_says


async def on_the_phone(world: World) -> Message:
    """Place a call and return its status message."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    status = await world.until_posted()
    await world.until_placed()
    return status


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, headers={"Retry-After": "1"}),
        Fault(status=500),
        Fault(drop=True),
        slack_says("fatal_error"),
    ],
    ids=["429", "500", "dropped", "fatal_error"],
)
async def test_a_slack_that_fails_is_asked_again(world: World, fault: Fault) -> None:
    async with world.bot():
        status = await on_the_phone(world)
        world.slack.faults.add("chat.postMessage", fault)

        await world.callcow.finish(world.callcow.dials[0].call_id)

        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert [("Completed" in shown(reply)) for reply in status.replies] == [True]


async def test_a_failed_update_holds_no_report_up_and_is_made_good(world: World) -> None:
    async with world.bot():
        status = await on_the_phone(world)
        world.slack.faults.add("chat.update", Fault(status=500), Fault(status=500))

        await world.callcow.finish(world.callcow.dials[0].call_id)

        await world.until_replied(status)
        await world.until_shows(status, "Completed")
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert len(status.replies) == 1


async def test_an_update_is_made_good_however_often_the_post_was_tried(world: World) -> None:
    status = world.slack.workspace.post(GENERAL, BOT_USER, "Calling")
    await world.given(
        an_ended_call(channel=GENERAL, posted_in=GENERAL, message_ts=status.ts, attempts=9)
    )
    world.slack.faults.add("chat.update", Fault(status=500))
    async with world.bot():
        await world.until_replied(status)

        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert "+1 415-555-2671" in shown(status)


async def test_a_place_that_takes_not_even_plain_text_moves_the_report_to_a_direct_message(
    world: World,
) -> None:
    async with world.bot():
        await on_the_phone(world)
        refusal = slack_says("invalid_blocks")
        world.slack.faults.add("chat.postMessage", refusal, refusal)

        await world.callcow.finish(world.callcow.dials[0].call_id)

        direct = world.slack.workspace.direct_message(ADA)
        assert "Completed" in shown(await world.until_posted(direct.id))


async def test_an_archived_channel_moves_the_report_to_a_direct_message(world: World) -> None:
    async with world.bot():
        await on_the_phone(world)
        world.slack.workspace.channels[GENERAL].archived = True

        await world.callcow.finish(world.callcow.dials[0].call_id)

        direct = world.slack.workspace.direct_message(ADA)
        assert "Completed" in shown(await world.until_posted(direct.id))
        await world.until_saved(lambda call: call.state is State.REPORTED)


async def test_a_channel_without_the_bot_moves_the_report_to_a_direct_message(
    world: World,
) -> None:
    async with world.bot():
        await on_the_phone(world)
        world.slack.workspace.channels[GENERAL].members.discard(BOT_USER)
        world.slack.workspace.channels[GENERAL].kind = "private"

        await world.callcow.finish(world.callcow.dials[0].call_id)

        direct = world.slack.workspace.direct_message(ADA)
        assert "Completed" in shown(await world.until_posted(direct.id))


async def test_a_deleted_root_moves_the_report_to_a_direct_message(world: World) -> None:
    async with world.bot():
        status = await on_the_phone(world)
        world.slack.workspace.delete(status)

        await world.callcow.finish(world.callcow.dials[0].call_id)

        direct = world.slack.workspace.direct_message(ADA)
        assert "Completed" in shown(await world.until_posted(direct.id))


async def test_the_report_mentions_the_requester_and_reads_well_as_a_notification(
    world: World,
) -> None:
    async with world.bot():
        status = await on_the_phone(world)

        await world.callcow.finish(
            world.callcow.dials[0].call_id, call_summary="The table is booked."
        )

        result = await world.until_replied(status)
        assert result.text == f"<@{ADA}> ✅ Completed · +1 415-555-2671: The table is booked."


async def test_what_the_ai_collected_is_shown(world: World) -> None:
    fills = [{"name": "Party size", "value": 2}, {"label": "Time", "answer": "19:00"}]
    async with world.bot():
        status = await on_the_phone(world)

        await world.callcow.finish(world.callcow.dials[0].call_id, form_fills=fills)

        result = await world.until_replied(status)
        assert "Party size\n \n2" in shown(result)
        assert "Time\n \n19:00" in shown(result)


async def test_a_summary_of_any_length_is_shown_cut(world: World) -> None:
    async with world.bot():
        status = await on_the_phone(world)

        await world.callcow.finish(world.callcow.dials[0].call_id, call_summary="&" * 20_000)

        assert "&amp;…" in shown(await world.until_replied(status))


async def test_a_token_that_is_mended_lets_the_report_through(world: World) -> None:
    async with world.served() as bot:
        status = await on_the_phone(world)
        world.slack.workspace.token_error = "token_revoked"
        await world.callcow.finish(world.callcow.dials[0].call_id)
        await world.until_saved(lambda call: call.state is State.ENDED and call.attempts)
        await bot.stop()

        world.slack.workspace.token_error = None
        await world.make_due()
        async with world.served():
            assert "Completed" in shown(await world.until_replied(status))


async def test_a_result_that_cannot_be_shown_is_told_plainly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a mistake")

    async with world.bot():
        status = await on_the_phone(world)
        monkeypatch.setattr(thread, "result_message", broken)

        await world.callcow.finish(world.callcow.dials[0].call_id)

        reply = await world.until_replied(status)
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert reply.text == (
            f"<@{ADA}> Completed · +1 415-555-2671. I can't show more of its result here."
        )


async def test_a_report_that_slack_does_not_take_for_a_day_has_an_end(world: World) -> None:
    day_ago = utc_now() - timedelta(days=1)
    await world.given(
        an_ended_call(
            channel=GENERAL, posted_in=GENERAL, message_ts="1.1", attempts=10, ended_at=day_ago
        )
    )
    async with world.bot():
        call = await world.until_saved(lambda call: call.state is State.REPORTED)

        assert call.result_ts is None
        assert world.slack.requests_of("chat.postMessage") == []


async def test_a_call_that_slack_does_not_take_for_a_day_ends_in_words(world: World) -> None:
    day_ago = utc_now() - timedelta(days=1)
    await world.given(a_call(requester=ADA, attempts=10, dial_at=day_ago, requested_at=day_ago))
    async with world.bot():
        await world.until_saved(lambda call: call.state is State.REPORTED)

        direct = world.slack.workspace.direct_message(ADA)
        assert "no call was made" in shown(await world.until_posted(direct.id))
        assert world.callcow.requests == []


async def test_a_result_that_can_never_be_shown_is_not_tried_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise RuntimeError("unforeseen")

    for name in ("result_message", "result_not_shown"):
        monkeypatch.setattr(thread, name, fail)
    day_ago = utc_now() - timedelta(days=1)
    url = SecretStr("http://127.0.0.1:9/response")
    await world.given(
        an_ended_call(attempts=9, response_url=url, dial_at=day_ago, ended_at=day_ago)
    )
    async with world.bot():
        await world.until_saved(lambda call: call.attempts == 10 and not call.lease)
        await world.make_due()

        await world.until_saved(lambda call: call.state is State.REPORTED)
