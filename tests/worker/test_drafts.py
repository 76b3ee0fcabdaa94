"""The lane of drafts: it goes on, whatever happens when it looks for work."""

from typing import Any

import pytest

from bot.core.errors import NotSaved
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from bot.storage.leased.draft_store import DraftStore
from tests.world import World


@pytest.mark.parametrize("method", ["claim", "delete_old"])
@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), NotSaved("away")])
async def test_a_look_for_drafts_that_fails_is_not_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch, method: str, error: Exception
) -> None:
    real, failures = getattr(DraftStore, method), [error]

    async def fail_once(*arguments: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return await real(*arguments, **named)

    monkeypatch.setattr(DraftStore, method, fail_once)
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> book a table")

        await world.until_replied(said.message)
        assert failures == []
