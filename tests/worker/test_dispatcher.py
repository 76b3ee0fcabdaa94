"""The dispatcher: it goes on, whatever happens when it looks for work."""

from typing import Any

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.calls.store import Store
from tests.world import COMMAND, World


async def test_a_look_that_fails_in_an_unforeseen_way_is_not_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, failures = Store.claim, [RuntimeError("unforeseen")]

    async def fail_once(*arguments: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return await claim(*arguments, **named)

    monkeypatch.setattr(Store, "claim", fail_once)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
        assert failures == []
