"""The submitted form, through real signed requests."""

import pytest

from bot.demo.slack_workspace import ADA, BOARD, GENERAL, SALES
from tests.conftest import both_databases
from tests.world import NUMBER, PROMPT, World, shown


@both_databases
async def test_a_submitted_form_places_the_call_and_closes(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        reply = await world.slack.submit(view, {"number": "(415) 555-2671", "prompt": PROMPT})

        assert (reply.status, reply.text) == (200, "")
        assert not view.open
        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, PROMPT)
        assert (await world.until_posted()).channel == GENERAL


async def test_the_call_is_posted_in_the_conversation_that_was_chosen(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(
            view, {"number": NUMBER, "prompt": PROMPT, "place": "other_channel", "channel": SALES}
        )

        await world.until_posted(SALES)
        assert world.slack.messages(GENERAL) == []


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        ("+1 415 555", "too short for the United States"),
        ("+1 415 555 26711", "too long for the United States"),
        ("+44 20 79", "too short for the United Kingdom"),
        ("+1 555 555 5555", "not a number in use in the United States"),
        ("call Josh", "not only a number"),
    ],
)
async def test_a_number_that_cannot_be_dialed_is_an_error_at_its_field(
    world: World, number: str, trouble: str
) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": number, "prompt": PROMPT})

        assert list(view.errors) == ["number"]
        assert trouble in view.errors["number"]
        assert view.open
        assert await world.saved_calls() == []


@pytest.mark.parametrize(
    ("prompt", "trouble"),
    [
        (" \n ", "Say what the call is for"),
        ("book it", "too short"),
    ],
)
async def test_a_prompt_of_no_use_is_an_error_at_its_field_with_a_good_example(
    world: World, prompt: str, trouble: str
) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": prompt})

        assert list(view.errors) == ["prompt"]
        assert trouble in view.errors["prompt"]
        assert "for example “Book a table for Friday 7pm" in view.errors["prompt"]
        assert await world.saved_calls() == []


async def test_both_fields_are_named_at_once(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": "911", "prompt": "help"})

        assert sorted(view.errors) == ["number", "prompt"]


async def test_a_corrected_form_is_placed(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, {"number": "911", "prompt": PROMPT})

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        assert (await world.until_dialed()).recipient_phone == NUMBER


@both_databases
async def test_the_same_form_submitted_twice_is_one_call(world: World) -> None:
    values = {"number": NUMBER, "prompt": PROMPT}
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, values)

        again = await world.slack.submit(view, values)

        assert again.acknowledged
        assert len(await world.saved_calls()) == 1
        await world.until_dialed()
        assert len(world.callcow.dials) == 1


async def test_a_form_carries_text_raw(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": "Say &amp; spell <b>&lt;</b>"})

        assert (await world.until_dialed()).prompt == "Say &amp; spell <b>&lt;</b>"


async def test_a_locked_database_is_told_in_the_form_which_stays_open(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        async with world.locked():
            reply = await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        assert reply.acknowledged
        assert "Nothing was saved" in view.errors["prompt"]
        assert view.open
        assert await world.saved_calls() == []


async def test_a_form_submitted_again_after_the_lock_is_one_call(world: World) -> None:
    values = {"number": NUMBER, "prompt": PROMPT}
    async with world.bot():
        view = await world.open_form()
        async with world.locked():
            await world.slack.submit(view, values)

        await world.slack.submit(view, values)

        await world.until_dialed()
        assert len(await world.saved_calls()) == 1


async def test_a_private_channel_without_the_bot_moves_the_thread_to_a_direct_message(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(
            view, {"number": NUMBER, "prompt": PROMPT, "place": "other_channel", "channel": BOARD}
        )

        await world.until_dialed()
        direct = world.slack.workspace.direct_message(ADA)
        status = shown(await world.until_posted(direct.id))
        assert f"I could not post in <#{BOARD}>" in status
        assert "/invite @Ringback" in status
