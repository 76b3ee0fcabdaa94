"""Socket Mode: connected again soon after a loss, and whoever runs the bot sees both."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from tests.world import COMMAND, Served, World, get, slack_says


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with World(sqlite_url, socket_mode=True) as made:
        yield made


async def socket_status(world: World) -> dict[str, Any]:
    """Return what `/status` says of the socket."""
    _, text = await get(f"{world.admin_url}/status")
    socket: dict[str, Any] = json.loads(text)["socket"]
    return socket


async def gauge(world: World) -> str:
    """Return what the metrics say of the socket."""
    _, text = await get(f"{world.admin_url}/metrics")
    name = "ringback_slack_socket_connected "
    [line] = [line for line in text.splitlines() if line.startswith(name)]
    return line.removeprefix(name)


def times(bot: Served, event: str) -> int:
    """Return how often an event was logged."""
    return sum(f'"event": "{event}"' in line for line in bot.log)


async def until_status(world: World, trouble: str | None) -> None:
    """Wait until `/status` says this of the socket."""
    async with asyncio.timeout(45):
        while (await socket_status(world))["trouble"] != trouble:
            continue


async def test_after_a_reset_it_hears_again_within_three_seconds(world: World) -> None:
    async with world.served() as bot:
        for _ in range(3):
            started = time.monotonic()
            world.slack.reset_sockets()
            await world.slack.socket_connected()
            assert time.monotonic() - started < 3

        assert (await world.slack.command(ADA, GENERAL, COMMAND)).acknowledged
        await until_status(world, None)
        await bot.stop()
        assert times(bot, "socket lost") == 3
        assert times(bot, "socket connected") == 4


async def test_a_refresh_that_slack_asks_for_is_no_loss(world: World) -> None:
    async with world.served() as bot:
        await world.slack.disconnect_sockets()
        await world.slack.socket_connected()

        assert (await world.slack.command(ADA, GENERAL, "help")).acknowledged
        await bot.stop()
        assert '"error"' not in "".join(bot.log)


async def test_while_it_is_connected_status_and_gauge_say_so(world: World) -> None:
    async with world.served():
        await until_status(world, None)

        assert (await socket_status(world))["ok"] is True
        assert await gauge(world) == "1.0"


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "not_allowed_token_type"])
async def test_an_app_token_that_slack_rejects_is_shown_and_keeps_nothing_else_out(
    world: World, error: str
) -> None:
    for _ in range(50):
        world.slack.faults.add("apps.connections.open", slack_says(error))
    async with world.launched(world.port) as bot:
        await bot.until_ready()
        await bot.until_logged("SLACK_APP_TOKEN: Slack rejects it")

        await until_status(world, error)
        assert (await socket_status(world))["ok"] is False
        assert (await get(f"{world.admin_url}/status"))[0] == 503
        assert await gauge(world) == "0.0"
        assert (await get(f"{world.url}/readyz"))[0] == 200
        assert times(bot, "SLACK_APP_TOKEN: Slack rejects it; copy it from Slack again") == 1


async def test_a_slack_that_is_away_is_logged_once_and_connected_to_when_it_is_back(
    world: World,
) -> None:
    for _ in range(3):
        world.slack.faults.add("apps.connections.open", slack_says("internal_error"))
    async with world.served() as bot:
        await until_status(world, None)
        await bot.stop()

        assert times(bot, "socket cannot be opened") == 1
        assert times(bot, "socket connected") == 1


async def test_a_revoked_app_token_is_shown_once_the_socket_is_lost(world: World) -> None:
    async with world.served() as bot:
        for _ in range(50):
            world.slack.faults.add("apps.connections.open", slack_says("token_revoked"))
        world.slack.reset_sockets()

        await bot.until_logged("SLACK_APP_TOKEN: Slack rejects it")
        await until_status(world, "token_revoked")
        assert times(bot, "socket lost") == 1
