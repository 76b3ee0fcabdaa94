"""What tests of several workspaces share: a world with two of them."""

from collections.abc import AsyncIterator

import pytest

from tests.world import World


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """Return a world with two workspaces, in which the bot is not installed."""
    async with World.of_many_workspaces(database_url) as made:
        yield made
