"""Connections that say little or nothing: they end, are bounded, and cost nobody else anything."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.core.errors import InvalidSettings
from bot.demo.slack.workspace import ADA, GENERAL
from handlers.transport import connections
from handlers.transport.connections import Connections, listening
from tests.world import COMMAND, World, free_port

HALF = b"POST /slack/events HTTP/1.1\r\nHost: a\r\nX-Half: "
HALF_BODY = b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"
halves = pytest.mark.parametrize("sent", [HALF, HALF_BODY], ids=["header", "body"])


@asynccontextmanager
async def half_open(
    port: int, count: int, sent: bytes = HALF
) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Keep so many connections open that have sent half of something."""
    async with AsyncExitStack() as stack:
        readers = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
            writer.write(sent)
            readers.append(reader)
        yield readers


async def read(request: web.Request) -> web.Response:
    """Answer with what was sent."""
    return web.Response(body=await request.read())


@asynccontextmanager
async def limited(
    monkeypatch: pytest.MonkeyPatch, most: int, events: Handler = read
) -> AsyncIterator[int]:
    """Listen with room for so many connections; the value is the port."""
    monkeypatch.setattr(connections, "most_connections", lambda: most)
    app = web.Application()

    async def name(_: web.Request) -> web.Response:
        return web.Response(text="here")

    app.router.add_get("/", name)
    app.router.add_post("/slack/events", events)
    async with listening(app, "127.0.0.1", free_port(), "PORT") as listener:
        yield listener.port


@halves
async def test_of_too_many_the_one_silent_for_longest_gives_way(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    async with limited(monkeypatch, 5) as port, half_open(port, 8, sent) as readers:
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


async def test_one_that_is_being_answered_stays_when_silent_ones_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def answer_late(request: web.Request) -> web.Response:
        begun.set()
        await go_on.wait()
        return web.Response(body=await request.read())

    async with limited(monkeypatch, 5, answer_late) as port, aiohttp.ClientSession() as session:
        asking = asyncio.create_task(
            session.post(f"http://127.0.0.1:{port}/slack/events", data=b"whole")
        )
        await begun.wait()
        async with half_open(port, 8) as readers:
            await readers[2].read()
            go_on.set()

            assert await (await asking).read() == b"whole"


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


@halves
async def test_a_thousand_half_open_connections_delay_no_command_and_fill_no_log(
    world: World, sent: bytes
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    try:
        async with world.served() as bot, half_open(world.port, 1_100, sent):
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
