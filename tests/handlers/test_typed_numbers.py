"""What people type around numbers, through the command and its form."""

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from tests.handlers.test_command import filled, named
from tests.world import NUMBER, World


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("*+1 415 555 2671* book a table for two", "book a table for two"),
        ("please call (415) 555-2671 and book a table for two", "book a table for two"),
        ("\u202a+1 415 555 2671\u202c，订周五晚七点两位", "订周五晚七点两位"),
    ],
)
async def test_a_number_is_understood_whatever_is_typed_around_it(
    world: World, text: str, prompt: str
) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, text)

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, prompt)


@pytest.mark.parametrize(
    ("text", "number", "prompt", "words"),
    [
        (
            "Joe 415-555-2600 book a table",
            "+1 415-555-2600",
            "Joe 415-555-2600 book a table",
            "I found +1 415-555-2600 in the text",
        ),
        (
            "+1 415 555 2671 tomorrow at noon and book a table",
            "+1 415-555-2671",
            "tomorrow at noon and book a table",
            "If “tomorrow at noon” is when to call, choose that time here",
        ),
        ("310-1234, book a table", "310-1234", "book a table", "the area code is missing"),
        (
            "+1 415 555 2600 and +1 415 555 2601 ask both",
            "+1 415-555-2600",
            "and +1 415 555 2601 ask both",
            "more than one number",
        ),
        (
            "+1 (415) 555-2600 x123 ask for Bob",
            "+1 415-555-2600",
            "ask for Bob",
            "I can't dial the extension",
        ),
        (
            "+1 415 555 2671\n2 people at seven",
            "+1 415-555-2671",
            "2 people at seven",
            "where the number ends",
        ),
    ],
)
async def test_what_is_not_certain_opens_the_form_and_dials_nobody(
    world: World, text: str, number: str, prompt: str, words: str
) -> None:
    async with world.bot():
        view = await world.open_form(text)

        assert (filled(view, "number"), filled(view, "prompt")) == (number, prompt)
        assert words in named(view)
        assert await world.saved_calls() == []
