"""The slash command, in all its forms, through real signed requests."""

import pytest

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.contents import View
from bot.demo.slack.workspace import ADA, GENERAL, GRACE
from tests.rendered import rendered
from tests.world import COMMAND, NUMBER, PROMPT, World, shown, slack_says


def filled(view: View, field: str) -> str:
    """Return what stands in a field of a form when it opens."""
    block = next(block for block in view.payload["blocks"] if block.get("block_id") == field)
    text: str = block["element"].get("initial_value", "")
    return text


def named(view: View) -> str:
    """Return the troubles that a form names."""
    blocks = [block for block in view.payload["blocks"] if block["type"] == "context"]
    return "\n".join(element["text"] for block in blocks for element in block["elements"])


async def test_a_number_and_a_prompt_place_the_call_at_once(world: World) -> None:
    async with world.bot():
        reply = await world.slack.command(ADA, GENERAL, COMMAND)

        assert (reply.status, reply.text) == (200, "")
        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, PROMPT)
        status = await world.until_posted()
        assert "+1 415-555-2671" in shown(status)
        assert "for\u00a0Ada" in shown(status)
        assert PROMPT in shown(status)


async def test_the_command_alone_opens_an_empty_form(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        assert (filled(view, "number"), filled(view, "prompt"), named(view)) == ("", "", "")


async def test_a_bad_number_opens_the_form_with_the_text_kept_and_the_trouble_named(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form("+1 415 555, book a table for two")

        assert filled(view, "number") == "+1 415 555"
        assert filled(view, "prompt") == "book a table for two"
        assert "too short for the United States" in named(view)
        assert await world.saved_calls() == []


@pytest.mark.parametrize("text", [f"don't call {NUMBER} again", f"{NUMBER} do not call"])
async def test_a_wish_for_no_call_is_told_how_to_block_the_number(world: World, text: str) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, text)

        [told] = world.slack.ephemerals
        assert "No new call was made" in told.text
        assert "type `/call block +1 415-555-2671`" in told.text
        assert (world.slack.open_views, await world.saved_calls()) == ({}, [])


async def test_a_short_prompt_opens_the_form_with_an_example_of_a_good_one(world: World) -> None:
    async with world.bot():
        view = await world.open_form(f"{NUMBER} hi")

        assert filled(view, "number") == "+1 415-555-2671"
        assert "for example “Book a table" in named(view)
        assert await world.saved_calls() == []


async def test_a_number_that_could_end_in_two_places_is_not_dialed(world: World) -> None:
    async with world.bot():
        view = await world.open_form("+4930123456 2 tickets for Saturday, please")

        assert "where the number ends" in named(view)
        assert await world.saved_calls() == []


async def test_a_prompt_without_a_number_opens_the_form_with_the_prompt(world: World) -> None:
    async with world.bot():
        view = await world.open_form("book a table for Friday 7pm")

        assert filled(view, "prompt") == "book a table for Friday 7pm"
        assert "Enter the number to call" in named(view)


@pytest.mark.parametrize(
    "link",
    [
        f"<tel:{NUMBER}|+1 415-555-2671>",
        "<tel:4155552671|415-555-2671>",
        "<tel:4155552671|(415) 555-2671>",
        "<tel:14155552671>",
    ],
)
async def test_what_slack_escaped_is_heard_by_callcow_as_it_was_typed(
    world: World, link: str
) -> None:
    text = f"{link} ask for Tom &amp; Jerry &lt;the cats&gt;"
    async with world.bot():
        await world.slack.command(ADA, GENERAL, text, as_typed=False)

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, "ask for Tom & Jerry <the cats>")


async def test_help_is_shown_to_that_person_only(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, "help")

        help_text = world.slack.ephemerals[0]
        assert (help_text.user, help_text.channel) == (ADA, GENERAL)
        assert "/call +1 415-555-2671" in help_text.text
        assert world.slack.messages(GENERAL) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Help me, please", "the outcome comes back in a thread"),
        ("show my calls", "any calls yet"),
        ("hi!", "Tell me which number to call"),
        ("thank you :pray:", "You're welcome!"),
    ],
)
async def test_small_talk_is_answered_without_asking_for_a_number(
    world: World, text: str, words: str
) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, text)

        [answer] = world.slack.ephemerals
        assert words in answer.text
        assert list(world.slack.open_views) == []


async def test_another_command_name_answers_and_names_itself(world: World) -> None:
    world.changes["SLACK_COMMAND"] = "/ringback"
    async with world.bot():
        reply = await world.slack.command(ADA, GENERAL, "help", command="/ringback")

        assert "/ringback list" in reply.json["text"]


@pytest.mark.parametrize(
    "fault",
    [Fault(status=500), Fault(drop=True), slack_says("invalid_arguments")],
    ids=["500", "dropped", "refused"],
)
async def test_a_form_that_cannot_be_opened_leaves_a_sentence_instead(
    world: World, fault: Fault
) -> None:
    world.slack.faults.add("views.open", fault)
    async with world.bot():
        await world.slack.command(ADA, GENERAL)

        assert "couldn't open the form" in world.slack.ephemerals[0].text


@pytest.mark.short_of_time
async def test_a_form_that_slack_never_answers_for_leaves_a_sentence_within_3_seconds(
    world: World,
) -> None:
    held = Fault(hold=world.forever)
    world.slack.faults.add("views.open", held)
    async with world.bot():
        reply = await world.slack.command(ADA, GENERAL)

        assert reply.acknowledged
        assert "couldn't open the form" in world.slack.ephemerals[0].text


async def test_a_locked_database_is_told_privately_and_nothing_is_saved(world: World) -> None:
    async with world.bot():
        async with world.locked():
            reply = await world.slack.command(ADA, GENERAL, COMMAND)

        assert reply.acknowledged
        assert "Nothing was saved" in world.slack.ephemerals[0].text
        assert await world.saved_calls() == []


async def test_a_command_typed_again_after_the_lock_is_gone_is_placed(world: World) -> None:
    async with world.bot():
        async with world.locked():
            await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
        assert len(await world.saved_calls()) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_database_server_that_is_away_is_told_privately_and_comes_back(
    world: World,
) -> None:
    async with world.bot():
        async with world.away():
            reply = await world.slack.command(ADA, GENERAL, COMMAND)
            assert reply.acknowledged
            assert "Nothing was saved" in world.slack.ephemerals[0].text

        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        assert len(await world.saved_calls()) == 1


# The list


async def test_the_list_without_calls_explains_how_to_begin(world: World) -> None:
    async with world.bot():
        reply = await world.slack.command(ADA, GENERAL, "list")

        assert reply.problem is None
        listed = world.slack.ephemerals[0]
        assert (listed.user, listed.channel) == (ADA, GENERAL)
        assert "You haven't placed any calls yet." in listed.text


async def test_the_list_shows_a_persons_calls_to_that_person_only(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_saved(lambda call: call.state is State.WAITING)

        await world.slack.command(ADA, GENERAL, " LIST ")
        await world.slack.command(GRACE, GENERAL, "list")

        ada, grace = world.slack.ephemerals
        assert (ada.text, ada.user) == ("Your calls: 1 recent.", ADA)
        assert "☎️ *Calling* · +1 415-555-2671" in rendered(ada.blocks)
        assert "|Open the thread>" in rendered(ada.blocks)
        assert "any calls yet" in grace.text
        assert len(world.slack.messages(GENERAL)) == 1


async def test_a_scheduled_call_is_canceled_in_the_list_where_that_is_said(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        at = int(utc_now().timestamp()) + 3600
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})
        await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        await world.slack.command(ADA, GENERAL, "list")

        reply = await world.slack.press(world.slack.ephemerals[0], "cancel_call:0", ADA)

        assert reply.problem is None
        assert "Canceled. No call will be made" in world.slack.ephemerals[1].text
        assert (await world.saved()).ending is EndReason.CANCELED


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_list_that_cannot_be_read_says_so(world: World) -> None:
    async with world.bot():
        async with world.away():
            reply = await world.slack.command(ADA, GENERAL, "list")

        assert reply.acknowledged
        assert "I couldn't reach my database" in world.slack.ephemerals[0].text


async def test_a_person_of_another_team_places_no_call(world: World) -> None:
    eve = world.slack.join_from_another_team()
    async with world.bot():
        reply = await world.slack.command(eve, GENERAL, COMMAND)

        assert reply.problem is None
        assert "Only members of the workspace" in world.slack.ephemerals[0].text
        assert await world.saved_calls() == []
