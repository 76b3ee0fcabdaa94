"""Connections that say little or nothing: they end, are bounded, and cost nobody else anything."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.core.errors import InvalidSettings
from bot.demo.slack.workspace import ADA, GENERAL
from handlers.transport import connections
from handlers.transport.connections import Connections, listening
from tests.world import COMMAND, World, free_port

HALF = b"POST /slack/events HTTP/1.1\r\nHost: a\r\nX-Half: "


@asynccontextmanager
async def half_open(port: int, count: int) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Keep so many connections open that have sent half a header."""
    async with AsyncExitStack() as stack:
        readers = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(HALF)
            readers.append(reader)
        yield readers


@asynccontextmanager
async def limited(monkeypatch: pytest.MonkeyPatch, most: int) -> AsyncIterator[int]:
    """Listen with room for so many connections; the value is the port."""
    monkeypatch.setattr(connections, "most_connections", lambda: most)
    app = web.Application()

    async def name(_: web.Request) -> web.Response:
        return web.Response(text="here")

    app.router.add_get("/", name)
    async with listening(app, "127.0.0.1", free_port(), "PORT") as listener:
        yield listener.port


async def test_of_too_many_the_one_silent_for_longest_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with limited(monkeypatch, 5) as port, half_open(port, 8) as readers:
        gone = [await reader.read() for reader in readers[:3]]

        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"http://127.0.0.1:{port}/")

        assert gone == [b"", b"", b""]
        assert answer.status == 200
        assert not readers[-1].at_eof()


async def test_one_that_has_asked_before_stays_when_silent_ones_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with limited(monkeypatch, 5) as port, aiohttp.ClientSession() as session:
        await (await session.get(f"http://127.0.0.1:{port}/")).read()

        async with half_open(port, 8) as readers:
            await readers[2].read()
            assert session.connector is not None
            answer = await session.get(f"http://127.0.0.1:{port}/")

        assert answer.status == 200


@pytest.mark.parametrize("sent", [b"", HALF, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" + HALF])
async def test_a_silent_connection_ends(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    assert connections._SILENT_SECONDS <= 10
    monkeypatch.setattr(connections, "_SILENT_SECONDS", 0.2)
    async with limited(monkeypatch, 5) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)

        async with asyncio.timeout(5):
            await reader.read()

        writer.close()


async def test_a_thousand_half_open_connections_delay_no_command_and_fill_no_log(
    world: World,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    try:
        async with world.served() as bot, half_open(world.port, 1_100):
            lines = len(bot.log)

            # Within the three seconds that Slack waits; the bench `silent` measures how fast.
            reply = await world.slack.command(ADA, GENERAL, COMMAND)

            assert reply.acknowledged
            await world.until_dialed()
            assert len(bot.log) - lines < 20
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_no_more_than_half_of_the_files_are_connections() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert connections.most_connections() <= soft // 2


def test_an_address_that_is_none_of_ours_is_the_hosts_fault() -> None:
    async def listen() -> None:
        async with listening(web.Application(), "192.0.2.1", free_port(), "PORT"):
            pass

    with pytest.raises(InvalidSettings) as refused:
        asyncio.run(listen())

    assert refused.value.problems[0].startswith("HOST: cannot listen on 192.0.2.1:")


def test_the_count_is_of_what_is_open() -> None:
    assert len(Connections(3)) == 0
