"""`ringback demo` as a process: what it prints, where it listens and how it ends."""

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.run import running
from bot.demo.slack.server import LocalSlack
from tests.forked import CommandLine, Process, forked
from tests.test_main import run
from tests.world import free_port, get


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[Process, str, str]]:
    """Start the demo, wait for what it prints, and yield it with both lines."""
    environment = {"PATH": os.environ["PATH"], "SLACK_BOT_TOKEN": "not-for-the-demo"}
    program = CommandLine(("demo", "--no-browser", *arguments))
    process = await forked(program, environment, None)
    try:
        async with asyncio.timeout(45):
            address = (await process.stdout.readline()).decode()
            advice = (await process.stdout.readline()).decode()
        yield process, address, advice
    finally:
        process.kill()
        await process.wait()


async def test_it_prints_its_address_and_what_to_try() -> None:
    port = free_port()
    async with started("--port", str(port)) as (_, address, advice):
        assert address == f"Ringback's demo is at http://127.0.0.1:{port}\n"
        assert advice.startswith("Type /call +1 415-555-2600, ")
        status, body = await get(f"http://127.0.0.1:{port}/")

    assert status == 200
    assert "<title>Ringback demo</title>" in body


async def test_with_workspaces_it_says_what_comes_first() -> None:
    async with started("--workspaces", "--port", str(free_port())) as (_, _, advice):
        assert advice == "Add Ringback to a workspace first: it is in none\n"


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_it_ends_with_a_page_open_and_a_call_under_way(name: signal.Signals) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = {"act": "write", "user": "U0ADA", "channel": "C0GENERAL",
               "text": "/call +1 415 555 2600, ask whether they are open"}  # fmt: skip
    async with (
        started("--port", str(port)) as (process, _, _),
        aiohttp.ClientSession() as page,
        page.ws_connect(f"{url}/updates?user=U0ADA") as updates,
    ):
        async with page.post(f"{url}/acts", json=command) as answer:
            assert answer.status == 200
        async for update in updates:
            if '"kind": "ringing"' in update.data:
                break
        process.send_signal(name)
        # The bound is 2 s; the test only wants that it ends by itself.
        async with asyncio.timeout(45):
            assert await process.wait() == 0


async def test_a_port_that_is_taken_is_one_line_and_exit_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = await run("demo", "--no-browser", "--port", str(port))

    assert ended.code == 2
    assert ended.lines == [f"--port: {port} cannot be listened on; leave --port out for a free one"]


async def test_without_a_port_a_free_one_is_found_where_the_usual_is_taken() -> None:
    with socket.socket() as usual:
        usual.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            usual.bind(("127.0.0.1", 3000))
            usual.listen()
        except OSError:
            assert await _answers(3000), "somebody else has it, which is as good"
        async with started() as (_, address, _):
            port = int(re.findall(r":(\d+)$", address.strip())[0])
            assert port != 3000
            assert (await get(f"http://127.0.0.1:{port}/"))[0] == 200


async def _answers(port: int) -> bool:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    return True


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with running(port=free_port(), pace=0) as url:
        yield url


async def test_the_page_is_served_under_this_machines_own_name_only(url: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers={"Host": "stranger.example:3000"}) as answer,
    ):
        assert answer.status == 403


async def test_the_page_may_reach_nothing_but_its_own_server(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"act=write", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b'{"act": "fly", "user": "U0ADA"}', "application/json", 400),
        (b'{"act": "close", "user": "U0ADA", "view": "V9"}', "application/json", 400),
        (b'{"act": "remove", "user": "U0ADA", "team": "T0NOWHERE"}', "application/json", 400),
        (
            b'{"act": "press", "user": "U0ADA", "channel": "C1", "ts": "1", "action_id": "a"}',
            "application/json",
            400,
        ),
    ],
)
async def test_an_act_that_cannot_be_done_is_refused(
    url: str, body: bytes, type_: str, status: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/acts", data=body, headers={"Content-Type": type_}) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize(
    "change",
    [
        {"act": "move", "minutes": -1},
        {"act": "go_to", "stranger": "An emergency number", "hour": 8},
        {"act": "set_rules", "rules": ["no such rule"]},
    ],
)
async def test_a_change_that_cannot_be_made_is_refused(url: str, change: dict[str, object]) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/conditions", json=change) as answer,
    ):
        assert answer.status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/updates?user=U0ADA", "/acts", "/conditions"])
async def test_a_page_of_another_site_is_answered_nothing(
    url: str, path: str, headers: dict[str, str]
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}{path}", headers=headers) as answer,
    ):
        assert answer.status == 403


async def test_the_stand_ins_of_slack_and_callcow_answer_no_page_of_another_site() -> None:
    async with LocalSlack() as slack, CallCowSimulator() as callcow:
        for url in (f"{slack.api_url}auth.test", f"{callcow.base_url}/call-prompt"):
            async with (
                aiohttp.ClientSession(headers={"Origin": "https://evil.example"}) as session,
                session.post(url) as answer,
            ):
                assert answer.status == 403


async def test_a_stranger_has_no_page(url: str) -> None:
    assert (await get(f"{url}/updates?user=U0NOBODY"))[0] == 404


async def test_each_person_is_sent_only_what_they_may_see(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        help_ = {"act": "write", "user": "U0ADA", "channel": "C0GENERAL", "text": "/call help"}
        await session.post(f"{url}/acts", json=help_)
        async with session.ws_connect(f"{url}/updates?user=U0GRACE") as updates:
            first = await updates.receive_json()

    assert first["first"] is True
    assert not [key for key in first["set"] if key.startswith("message:")]
    assert "channel:D0GRACE" in first["set"]
    assert "channel:D0ADA" not in first["set"]
