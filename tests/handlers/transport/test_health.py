"""The addresses for those who watch over the process."""

import json

import pytest
from aiohttp import ClientConnectorError

from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.world import COMMAND, World, get


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
async def test_they_answer_in_both_modes(database_url: str, socket_mode: bool) -> None:
    async with World(database_url, socket_mode=socket_mode) as world, world.bot():
        public = [await get(world.url + path) for path in ("/", "/healthz", "/readyz")]
        admin = [await get(world.admin_url + path) for path in ("/status", "/metrics")]

        assert [status for status, _ in public + admin] == [200, 200, 200, 200, 200]
        assert public[0][1] == "Ringback\n"


async def test_what_is_for_those_who_run_it_is_not_on_the_public_port(world: World) -> None:
    async with world.bot():
        answers = [await get(world.url + path) for path in ("/status", "/metrics")]

        assert [status for status, _ in answers] == [404, 404]


async def test_without_an_admin_port_it_is_nowhere(world: World) -> None:
    world.changes["ADMIN_PORT"] = ""
    async with world.bot():
        with pytest.raises(ClientConnectorError):
            await get(f"{world.admin_url}/status")


@both_databases
async def test_ready_names_its_parts(world: World) -> None:
    async with world.bot():
        _, body = await get(f"{world.url}/readyz")

        assert json.loads(body) == {"database": True, "dispatcher": True}


async def test_metrics_count_calls(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        _, body = await get(f"{world.admin_url}/metrics")

        assert "ringback_calls_requested_total 1.0" in body


async def test_socket_mode_has_no_address_for_slack(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world, world.bot():
        status, _ = await get(f"{world.url}/slack/events")

        assert status == 404
