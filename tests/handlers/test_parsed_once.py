"""A number is parsed once on its way, from what a person typed to the saved call."""

from typing import Any

import phonenumbers
import pytest

from bot.core.remembered import forget_remembered
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from tests.world import NUMBER, PROMPT, World


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is parsed, by whomever."""
    texts: list[str] = []
    parse = phonenumbers.parse

    def counting(text: str, *others: Any, **named: Any) -> Any:
        texts.append(text)
        return parse(text, *others, **named)

    # What other tests have parsed is parsed again.
    forget_remembered()
    monkeypatch.setattr(phonenumbers, "parse", counting)
    return texts


async def test_a_command_parses_its_number_once(world: World, parsed: list[str]) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, f"+1 415 555 2671, {PROMPT}")

        assert (await world.saved()).recipient == NUMBER
        assert parsed == [NUMBER]


async def test_a_mention_parses_its_number_once(world: World, parsed: list[str]) -> None:
    async with world.bot():
        await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> call +1 415 555 2671, {PROMPT}")

        assert (await world.saved()).recipient == NUMBER
        assert parsed == [NUMBER]


async def test_a_form_parses_its_number_once(world: World, parsed: list[str]) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": "+1 (415) 555-2671", "prompt": PROMPT})

        assert (await world.saved()).recipient == NUMBER
        assert parsed == [NUMBER]
