"""SIGTERM in every situation: it ends within 10 s with 0, and holds nothing back from others."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.core.calls.states import State
from bot.demo.callcow.dial import Dial
from bot.demo.faults import Fault
from bot.demo.loopback import Loopback
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.calls.results import Results
from tests.conftest import both_databases
from tests.faults.cluster import Cluster
from tests.forked import CommandLine, forked, started
from tests.world import COMMAND, Served, World, get

# From the signal to the end of the process.
STOP_SECONDS = 10
BODY = b'{"call_status": "success", "provider_status": "completed"}'


async def stop(bot: Served) -> None:
    """Stop the bot and check how it ended."""
    async with asyncio.timeout(STOP_SECONDS):
        code = await bot.stop()
    log = "".join(bot.log)
    assert code == 0, log
    assert '"stopped"' in log, log
    assert "Traceback" not in log, log
    assert "Unclosed" not in log, log


@asynccontextmanager
async def half_a_callback(
    dial: Dial,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Send a callback without the second half of its body while the context is open."""
    url = urlsplit(str(dial.callback_url))
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = (
        f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Length: {len(BODY)}\r\n"
        f"Authorization: Bearer {dial.callback_secret}\r\nExpect: 100-continue\r\n\r\n"
    )
    writer.write(head.encode())
    # By this the bot says that it has begun with the request.
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(BODY[:20])
    await writer.drain()
    try:
        yield reader, writer
    finally:
        writer.close()


@both_databases
async def test_idle(world: World) -> None:
    async with world.served() as bot:
        await stop(bot)


@both_databases
async def test_while_it_dials(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

        await stop(bot)

    call = await world.saved()
    assert (call.state, call.lease) == (State.ANNOUNCED, None)
    assert call.dialing_since is not None


async def test_while_it_dials_and_the_answer_comes_soon(world: World) -> None:
    answer = asyncio.Event()
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=answer))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()

        ending = asyncio.create_task(stop(bot))
        await bot.until_logged('"stopping"')
        answer.set()
        await ending

    call = await world.saved()
    assert (call.state, call.lease) == (State.WAITING, None)
    assert call.provider_call_id == dial.call_id


async def test_while_it_posts_to_slack(world: World) -> None:
    world.slack.faults.add("chat.postMessage", Fault(hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.until(lambda: world.slack.requests_of("chat.postMessage"))

        await stop(bot)

    call = await world.saved()
    assert (call.state, call.lease) == (State.REQUESTED, None)


async def test_while_it_polls(world: World) -> None:
    world.changes["POLL_AFTER"] = "0.1"
    world.callcow.faults.add("calls", Fault(hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()
        await world.until_placed()
        await world.make_due()
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)

        await stop(bot)

    call = await world.saved()
    assert (call.state, call.lease) == (State.WAITING, None)


async def test_while_a_callback_never_ends(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()
        await world.until_placed()
        async with half_a_callback(world.callcow.dials[0]) as (reader, _):
            await stop(bot)

            assert b" 200 " not in await reader.read()

    assert (await world.saved()).state is State.WAITING


async def test_while_a_callback_comes_slowly(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()
        await world.until_placed()
        async with half_a_callback(world.callcow.dials[0]) as (reader, writer):
            ending = asyncio.create_task(stop(bot))
            await bot.until_logged('"stopping"')
            writer.write(BODY[20:])
            await ending

            assert b" 200 " in await reader.readline()

    call = await world.saved()
    # The report may have gone out before the end.
    assert call.state in {State.ENDED, State.REPORTED}
    assert call.lease is None


async def test_it_stops_taking_work_at_once(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()
        await world.until_placed()
        async with half_a_callback(world.callcow.dials[0]):
            ending = asyncio.create_task(stop(bot))
            await bot.until_logged('"stopping"')
            async with world.database() as database:
                await Results(database).record_result(
                    (await world.saved()).id,
                    {"call_status": "success"},
                    workflow_id=None,
                    provider_call_id=None,
                    now=(await world.saved()).requested_at,
                )
            await ending

    call = await world.saved()
    assert (call.state, call.lease) == (State.ENDED, None)


async def test_while_sqlite_is_locked_and_it_dials(world: World) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=world.forever, drop=True))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        async with world.locked():
            await stop(bot)


@pytest.mark.parametrize("away", ["stopped", "frozen"])
async def test_while_postgresql_is_away(cluster: Cluster, cluster_world: World, away: str) -> None:
    world = cluster_world
    answer = asyncio.Event()
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=answer))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        async with half_a_callback(dial):
            if away == "stopped":
                async with cluster.stopped("immediate"):
                    answer.set()
                    await bot.until_logged("step not saved yet")
                    await stop(bot)
            else:
                with cluster.frozen():
                    answer.set()
                    await bot.until_logged("step not saved yet")
                    await stop(bot)


async def test_idle_while_postgresql_is_silent(cluster: Cluster, cluster_world: World) -> None:
    async with cluster_world.served() as bot:
        with cluster.frozen():
            await stop(bot)


async def test_in_socket_mode(sqlite_url: str) -> None:
    async with World(sqlite_url, socket_mode=True) as world, world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_posted()
        await world.until_placed()

        await stop(bot)


async def test_in_socket_mode_while_a_command_waits_for_the_database(sqlite_url: str) -> None:
    async with World(sqlite_url, socket_mode=True) as world, world.served() as bot:
        async with world.locked():
            asked = asyncio.create_task(world.slack.command(ADA, GENERAL, COMMAND))
            await world.slack.until(lambda: world.slack.sent)
            # What comes in order is taken in order: with an answer to this, that is under way.
            assert (await world.slack.command(ADA, GENERAL, "help")).acknowledged

            await stop(bot)

        assert "Nothing was saved" in (await asked).text


async def test_in_socket_mode_with_a_slack_that_does_not_take_part(sqlite_url: str) -> None:
    async with World(sqlite_url, socket_mode=True) as world, deaf_socket() as (url, connected):
        world.slack.faults.add(
            "apps.connections.open",
            Fault(
                status=200,
                headers={"Content-Type": "application/json"},
                body=f'{{"ok": true, "url": "{url}"}}',
            ),
        )
        async with world.launched(world.port) as bot:
            await bot.until_ready()
            await connected.wait()

            await stop(bot)


@asynccontextmanager
async def deaf_socket() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Take a WebSocket and then neither say nor hear anything."""
    connected = asyncio.Event()

    async def take(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        connected.set()
        await ended.wait()
        return socket

    ended = asyncio.Event()
    application = web.Application()
    application.router.add_get("/", take)
    server = Loopback()
    await server.start(application)
    yield server.url.replace("http", "ws"), connected
    ended.set()
    await server.stop()


async def test_while_it_starts_and_slack_does_not_answer(world: World) -> None:
    world.slack.faults.add("auth.test", Fault(hold=world.forever, drop=True))
    async with world.launched(world.port) as bot:
        await world.slack.until(lambda: world.slack.requests_of("auth.test"))

        await stop(bot)

        assert not any('"ready"' in line for line in bot.log)


@asynccontextmanager
async def migrating(url: str) -> AsyncIterator[AsyncConnection]:
    """Let another replica be at work on the schema while the context is open."""
    engine = create_async_engine(url)
    async with engine.connect() as other:
        await other.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x52494E47})
        yield other
    await engine.dispose()


async def until_connected(other: AsyncConnection) -> None:
    """Wait until the bot is connected, which cannot go on before the other replica has ended."""
    connected = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'ringback' AND datname = current_database()"
    )
    async with asyncio.timeout(45):
        while not (await other.execute(connected)).scalar_one():
            # Inside a transaction the first answer would be given again.
            await other.execute(text("SELECT pg_stat_clear_snapshot()"))


@pytest.mark.parametrize("database_url", ["empty_postgresql"], indirect=True)
async def test_while_it_starts_and_another_replica_migrates(world: World) -> None:
    async with migrating(world.database_url) as other, world.launched(world.port) as bot:
        await until_connected(other)

        await stop(bot)


async def until_it_is_sent_elsewhere(world: World) -> None:
    """Wait until `/readyz` says that no traffic is to come."""
    async with asyncio.timeout(45):
        while (await get(f"{world.url}/readyz"))[0] != 503:
            continue


async def test_for_drain_seconds_it_is_not_ready_and_takes_everything(world: World) -> None:
    world.changes["DRAIN_SECONDS"] = "60"
    async with world.served() as bot:
        bot.process.send_signal(signal.SIGTERM)
        await until_it_is_sent_elsewhere(world)

        reply = await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"{world.url}/healthz")
        delivery = await world.callcow.finish(dial.call_id)

        assert reply.acknowledged
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert delivery is not None
        assert delivery.status == 200
        # A second signal ends the draining.
        await stop(bot)


async def test_draining_ends_by_itself(world: World) -> None:
    world.changes["DRAIN_SECONDS"] = "0.5"
    async with world.served() as bot:
        await stop(bot)

        assert any('"draining"' in line for line in bot.log)


async def test_a_callback_that_waits_for_the_database_is_answered_at_the_end(
    world: World,
) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        await world.until_saved(lambda call: call.state is State.WAITING)
        async with world.locked():
            sent = asyncio.create_task(world.callcow.finish(dial.call_id))
            await bot.until_logged("callback waits for the database")

            await stop(bot)

        delivery = await sent
        assert delivery is not None
        assert delivery.status == 503


MODULES = ["bot.app", "slack_bolt", "sqlalchemy", "bot.settings"]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    ("command", "name", "code"),
    [("serve", "SIGTERM", 0), ("serve", "SIGINT", 130), ("check", "SIGINT", 130)],
)
async def test_while_its_modules_are_being_loaded(
    world: World, module: str, command: str, name: str, code: int
) -> None:
    program = (
        "import os, runpy, signal, sys, importlib.abc\n"
        "class Stop(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {module!r}:\n"
        f"            os.kill(os.getpid(), signal.{name})\n"
        "sys.meta_path.insert(0, Stop())\n"
        f"sys.argv = ['ringback', {command!r}]\n"
        "runpy.run_module('bot', run_name='__main__')\n"
    )
    environment = {"PATH": os.environ["PATH"], **world.environment}

    process = await started(environment, sys.executable, "-c", program, folder=None)
    async with asyncio.timeout(45):
        _, errors = await process.communicate()

    assert (await process.wait(), errors) == (code, b"")


def serve_without_signal_handlers() -> int:
    """Run `ringback serve` on a loop such as Windows' has."""
    from bot.__main__ import main

    def refuse(*_: object) -> None:
        raise NotImplementedError

    # uvloop is not for Windows.
    sys.modules["uvloop"] = None  # type: ignore[assignment]
    setattr(asyncio.SelectorEventLoop, "add_signal_handler", refuse)  # noqa: B010
    return main(["serve"])


async def test_on_a_loop_that_takes_no_signal_handlers(world: World) -> None:
    async with world.served(serve_without_signal_handlers) as bot:
        await stop(bot)


async def test_ctrl_c_ends_what_serves(world: World) -> None:
    async with world.served() as bot, asyncio.timeout(STOP_SECONDS):
        bot.process.send_signal(signal.SIGINT)

        assert await bot.process.wait() == 0


async def test_ctrl_c_ends_a_check_that_waits_for_slack(world: World) -> None:
    world.slack.faults.add("auth.test", Fault(hold=world.forever, drop=True))
    process = await forked(
        CommandLine(("check",)), {"PATH": os.environ["PATH"], **world.environment}, None
    )
    await world.slack.until(lambda: world.slack.requests_of("auth.test"))

    process.send_signal(signal.SIGINT)

    async with asyncio.timeout(STOP_SECONDS):
        output, errors = await process.communicate()
    assert (process.returncode, output, errors) == (130, b"", b"")
