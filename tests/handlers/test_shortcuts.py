"""The two shortcuts, through real signed requests."""

from typing import Any

import pytest

from bot.demo.faults import Fault
from bot.demo.slack import payloads
from bot.demo.slack.contents import View
from bot.demo.slack.workspace import ADA, ADA_AND_GRACE, BOARD, GENERAL, GRACE, SALES
from tests.builders import texts_in
from tests.handlers.test_command import filled, named
from tests.world import NUMBER, PROMPT, World, shown, slack_says

ABOUT_MESSAGE = "call_about_message"
PLACE_CALL = "place_call"


def the_form(world: World) -> View:
    """Return the form that lies over the page."""
    return list(world.slack.open_views.values())[-1]


def places_of(view: View) -> list[str]:
    """Return the places that a form offers to post in."""
    block = next(block for block in view.payload["blocks"] if block.get("block_id") == "place")
    options: list[dict[str, Any]] = block["element"]["options"]
    return [option["text"]["text"] for option in options]


async def test_a_message_becomes_a_form_with_its_text_and_the_number_found_in_it(
    world: World,
) -> None:
    said = await world.slack.say(
        GRACE, GENERAL, "Could someone ring Luigi's at +1 415 555 2671 & book a table?"
    )
    assert "<tel:+14155552671|+1 415 555 2671>" in said.message.text
    async with world.bot():
        reply = await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        assert (reply.problem, reply.acknowledged) == (None, True)
        view = the_form(world)
        assert filled(view, "number") == "+1 415-555-2671"
        assert filled(view, "prompt") == (
            "Could someone ring Luigi's at +1 415 555 2671 & book a table?"
        )
        assert places_of(view)[0] == "This thread"


async def test_a_message_with_an_emergency_number_says_so_at_the_number(world: World) -> None:
    said = await world.slack.say(GRACE, GENERAL, "My house burns, call 911!")
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        assert filled(the_form(world), "number") == ""
        assert "⚠️ 911 is an emergency number. Ringback never calls it" in texts_in(
            the_form(world).payload["blocks"]
        )


async def test_the_result_of_a_call_about_a_message_goes_into_its_thread(world: World) -> None:
    said = await world.slack.say(GRACE, GENERAL, "Is Luigi's open on Sunday? +1 415 555 2671")
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        await world.slack.submit(the_form(world))
        dial = await world.until_dialed()
        await world.callcow.finish(dial.call_id, call_summary="They are.")

        result = await world.until_replied(said.message, 2)
        assert dial.recipient_phone == NUMBER
        assert f"<@{ADA}>" in shown(result)
        assert "They are." in shown(result)


async def test_about_a_reply_the_result_goes_into_the_thread_that_it_is_in(world: World) -> None:
    root = (await world.slack.say(GRACE, GENERAL, "Dinner on Sunday?")).message
    reply = (await world.slack.say(ADA, GENERAL, f"Luigi's: {NUMBER}", root.ts)).message
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, reply.ts)

        await world.slack.submit(the_form(world), {"prompt": PROMPT})

        status = await world.until_replied(root, 2)
        assert status.thread_ts == root.ts


async def test_a_message_without_a_number_leaves_that_field_empty(world: World) -> None:
    said = await world.slack.say(GRACE, GENERAL, "Is Luigi's open at 7pm on 12/12?")
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        assert filled(the_form(world), "number") == ""
        assert named(the_form(world)) == ""


@pytest.mark.parametrize("character", ["&", "😀", "\n"])
async def test_the_longest_message_still_opens_the_form(world: World, character: str) -> None:
    said = await world.slack.say(GRACE, GENERAL, f"a{character * 20_000}z")
    async with world.bot():
        reply = await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        assert reply.problem is None
        assert len(filled(the_form(world), "prompt")) == 3000


async def test_the_shortcut_from_anywhere_leads_to_a_direct_message(world: World) -> None:
    async with world.bot():
        reply = await world.slack.shortcut(PLACE_CALL, ADA)

        assert reply.problem is None
        view = the_form(world)
        assert places_of(view) == ["Just me (direct message)", "Another channel"]
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})
        direct = world.slack.workspace.direct_message(ADA)
        status = await world.until_posted(direct.id)
        await world.callcow.finish((await world.until_dialed()).call_id)
        assert "Completed" in shown(await world.until_replied(status))
        assert world.slack.messages(GENERAL) == []


async def test_from_anywhere_a_channel_can_be_chosen(world: World) -> None:
    async with world.bot():
        await world.slack.shortcut(PLACE_CALL, ADA)

        view = the_form(world)
        await world.slack.press_in_view(view, "place", "other_channel")
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "channel": SALES})

        assert PROMPT in shown(await world.until_posted(SALES))


async def test_a_person_of_another_team_is_told_so_and_gets_no_form(world: World) -> None:
    eve = world.slack.join_from_another_team()
    said = await world.slack.say(GRACE, GENERAL, f"Luigi's is {NUMBER}")
    async with world.bot():
        reply = await world.slack.message_shortcut(ABOUT_MESSAGE, eve, GENERAL, said.message.ts)

        assert reply.acknowledged
        assert list(world.slack.open_views) == []
        [told] = world.slack.ephemerals
        assert told.user == eve
        assert "Only members of the workspace that Ringback belongs to" in told.text


async def test_from_anywhere_a_person_of_another_team_is_told_so_and_sees_no_house_rules(
    world: World,
) -> None:
    eve = world.slack.join_from_another_team()
    world.changes["HOUSE_RULES"] = "Whisper."
    async with world.bot():
        reply = await world.slack.shortcut(PLACE_CALL, eve)
        for typed in ("help", "", "call somebody"):
            await world.slack.command(eve, GENERAL, typed)

        assert reply.acknowledged
        assert list(world.slack.open_views) == []
        direct = world.slack.workspace.direct_message(eve)
        told = [shown(await world.until_posted(direct.id))]
        told += [ephemeral.text for ephemeral in world.slack.ephemerals]
        assert ["Only members of the workspace" in words for words in told] == [True] * 4


async def test_a_form_of_a_person_of_another_team_places_no_call(world: World) -> None:
    eve = world.slack.join_from_another_team()
    async with world.bot():
        await world.slack.shortcut(PLACE_CALL, ADA)
        view = the_form(world)

        reply = await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT}, eve)

        assert reply.acknowledged
        assert "Only members of the workspace" in view.errors["prompt"]
        assert await world.saved_calls() == []


@pytest.mark.parametrize(
    "fault", [Fault(status=500), slack_says("expired_trigger_id")], ids=["500", "expired"]
)
async def test_a_form_that_cannot_be_opened_is_told_where_the_shortcut_was_chosen(
    world: World, fault: Fault
) -> None:
    said = await world.slack.say(GRACE, GENERAL, f"Luigi's is {NUMBER}")
    world.slack.faults.add("views.open", fault)
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        [told] = world.slack.ephemerals
        assert (told.user, told.channel) == (ADA, GENERAL)
        assert told.text.startswith("I couldn't open the form")


async def test_from_anywhere_a_form_that_cannot_be_opened_is_told_in_a_direct_message(
    world: World,
) -> None:
    world.slack.faults.add("views.open", slack_says("expired_trigger_id"))
    async with world.bot():
        reply = await world.slack.shortcut(PLACE_CALL, ADA)

        assert reply.problem is None
        direct = world.slack.workspace.direct_message(ADA)
        assert "I couldn't open the form" in shown(await world.until_posted(direct.id))


@pytest.mark.short_of_time
async def test_a_slack_that_answers_nothing_is_acknowledged_in_time_all_the_same(
    world: World,
) -> None:
    said = await world.slack.say(GRACE, GENERAL, f"Luigi's is {NUMBER}")
    for method in ("views.open", "response_url"):
        world.slack.faults.add(method, Fault(hold=world.forever))
    async with world.bot():
        reply = await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        assert (reply.problem, reply.acknowledged) == (None, True)


async def test_other_peoples_direct_messages_are_not_offered(world: World) -> None:
    said = await world.slack.say(GRACE, ADA_AND_GRACE, f"Luigi's is {NUMBER}")
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, ADA_AND_GRACE, said.message.ts)

        view = the_form(world)
        assert places_of(view) == ["Just me (direct message)", "Another channel"]
        await world.slack.submit(view, {"prompt": PROMPT})
        direct = world.slack.workspace.direct_message(ADA)
        assert "I couldn't post" not in shown(await world.until_posted(direct.id))


async def test_where_the_bot_may_not_post_the_thread_is_a_direct_message_and_that_is_told(
    world: World,
) -> None:
    said = await world.slack.say(GRACE, BOARD, f"Luigi's is {NUMBER}")
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, BOARD, said.message.ts)

        await world.slack.submit(the_form(world), {"prompt": PROMPT})

        direct = world.slack.workspace.direct_message(ADA)
        assert "I couldn't post in" in shown(await world.until_posted(direct.id))
        await world.slack.until(lambda: world.slack.ephemerals)
        [told] = world.slack.ephemerals
        assert (told.user, told.channel) == (ADA, BOARD)
        assert "so this call's thread is in our direct message" in told.text
        await world.until_dialed()


@pytest.mark.parametrize(
    "message",
    [
        {"text": None, "blocks": [{"type": "section", "text": {"type": "plain_text"}}]},
        {"text": None},
        {},
    ],
)
async def test_a_message_without_any_text_opens_the_form(
    world: World, message: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await world.slack.say(GRACE, GENERAL, "x")
    monkeypatch.setattr(payloads, "message_payload", lambda *_: {**message, "ts": said.message.ts})
    async with world.bot():
        reply = await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        assert (reply.status, reply.problem) == (200, None)
        assert filled(the_form(world), "prompt") == ""


async def test_a_message_of_blocks_and_a_forwarded_one_fills_number_and_text(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await world.slack.say(GRACE, GENERAL, "x")
    content = {
        "ts": said.message.ts,
        "text": None,
        "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "New order 3101234"}}],
        "attachments": [{"is_share": True, "text": "Please call <tel:+14155552671|the shop>"}],
    }
    monkeypatch.setattr(payloads, "message_payload", lambda *_: content)
    async with world.bot():
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)

        view = the_form(world)
        assert filled(view, "number") == "+1 415-555-2671"
        assert filled(view, "prompt") == ("New order 3101234\nPlease call the shop (+14155552671)")
