"""The addresses for those who watch over the process."""

import json

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.world import COMMAND, World, get


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
async def test_they_answer_in_both_modes(database_url: str, socket_mode: bool) -> None:
    async with World(database_url, socket_mode=socket_mode) as world, world.bot():
        answers = [await get(world.url + path) for path in ("/healthz", "/readyz", "/metrics")]

        assert [status for status, _ in answers] == [200, 200, 200]


@both_databases
async def test_ready_names_its_parts(world: World) -> None:
    async with world.bot():
        _, body = await get(f"{world.url}/readyz")

        assert json.loads(body) == {"database": True, "dispatcher": True}


async def test_metrics_count_calls(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        _, body = await get(f"{world.url}/metrics")

        assert "ringback_calls_requested_total 1.0" in body


async def test_socket_mode_has_no_address_for_slack(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world, world.bot():
        status, _ = await get(f"{world.url}/slack/events")

        assert status == 404
