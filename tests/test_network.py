"""The way out: proxies, exceptions from them, and certificates."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.callcow.client import CallCow, CallPrompt
from bot.core.errors import InvalidSettings, NotDialed
from bot.demo.loopback import Loopback
from bot.network import Network

SLACK, CALLCOW = "https://slack.com/api/", "https://www.callcow.ai/api"
LOOPBACK = ("http://127.0.0.1:9/api/", "http://localhost:9", "ws://127.0.0.2/link", "http://[::1]/")


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_used(name: str) -> None:
    network = Network.of_environment({name: "http://proxy:3128"})

    assert network.proxy_for(SLACK) == "http://proxy:3128"
    assert network.proxy_for(CALLCOW) == "http://proxy:3128"
    assert network.proxy_for("wss://wss-primary.slack.com/link") == "http://proxy:3128"


@pytest.mark.parametrize("url", LOOPBACK)
def test_this_machine_is_never_reached_through_a_proxy(url: str) -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://proxy:3128")

    assert Network.of_environment(proxies).proxy_for(url) is None


@pytest.mark.parametrize(
    ("no_proxy", "is_direct"),
    [
        ("slack.com", True),
        (".slack.com", True),
        ("*.slack.com", True),
        ("SLACK.com", True),
        ("example.com, slack.com", True),
        ("example.com slack.com", True),
        ("slack.com:443", False),
        ("*", True),
        ("lack.com", False),
        ("callcow.ai", False),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_exceptions_from_the_proxy_are_honored(no_proxy: str, is_direct: bool) -> None:
    network = Network.of_environment({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": no_proxy})

    assert (network.proxy_for(SLACK) is None) == is_direct


@pytest.mark.parametrize("no_proxy", ["10.0.0.0/8", "10.1.2.3", "10.1.2.3:8443"])
def test_an_address_or_a_network_is_an_exception_as_well(no_proxy: str) -> None:
    network = Network.of_environment({"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": no_proxy})

    assert network.proxy_for("https://10.1.2.3:8443/api") is None
    assert network.proxy_for("https://11.1.2.3/api") == "http://proxy:1"


def test_a_proxy_without_a_scheme_speaks_http() -> None:
    assert Network.of_environment({"https_proxy": "proxy:3128"}).proxy_for(SLACK) == (
        "http://proxy:3128"
    )


@pytest.mark.parametrize(
    "value", ["ftp://proxy", "socks4://proxy:1", "http://", "http://proxy:x", "http://[::1",
              "http://pröxy", "socks5://"]
)  # fmt: skip
def test_a_proxy_that_cannot_be_used_is_one_line_that_names_the_variable(value: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        Network.of_environment({"ALL_PROXY": value.replace("//", "//user:hunter2@")})

    [problem] = refused.value.problems
    assert problem.startswith("ALL_PROXY: ")
    assert "hunter2" not in problem


@pytest.mark.parametrize("content", [None, "no certificate", ""])
def test_certificates_that_cannot_be_read_are_one_line(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(InvalidSettings) as refused:
        Network.of_environment({"SSL_CERT_FILE": str(path)})

    [problem] = refused.value.problems
    assert problem.startswith("SSL_CERT_FILE: cannot be read (")


def test_a_folder_of_certificates_that_is_not_there_is_one_line() -> None:
    with pytest.raises(InvalidSettings, match="SSL_CERT_DIR: is not a folder"):
        Network.of_environment({"SSL_CERT_DIR": "/no/such/folder"})


@pytest.fixture
def _connections_left_open() -> Iterator[None]:
    """Collect what a library leaves open after a proxy has failed, here and not in another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@asynccontextmanager
async def a_proxy(answer: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Listen where a proxy would, and note how connections begin."""
    begun: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.append(await reader.read(200))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], begun


@pytest.mark.parametrize(
    ("scheme", "begins"), [("http", b"CONNECT slack.example:443"), ("socks5", b"\x05")]
)
@pytest.mark.usefixtures("_connections_left_open")
async def test_slack_is_asked_through_the_proxy(scheme: str, begins: bytes) -> None:
    async with a_proxy(b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as (port, begun):
        network = Network.of_environment({"ALL_PROXY": f"{scheme}://127.0.0.1:{port}"})
        async with network.session("https://slack.example/api/", seconds=5) as session:
            with pytest.raises(aiohttp.ClientError):
                async with session.request("POST", "https://slack.example/api/auth.test"):
                    pass

    assert begun[0].startswith(begins)


@pytest.mark.parametrize(
    ("scheme", "begins"), [("http", b"CONNECT callcow.example:443"), ("socks5", b"\x05")]
)
@pytest.mark.usefixtures("_connections_left_open")
async def test_callcow_is_asked_through_the_proxy(scheme: str, begins: bytes) -> None:
    async with a_proxy(b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as (port, begun):
        network = Network.of_environment({"HTTPS_PROXY": f"{scheme}://127.0.0.1:{port}"})
        callcow = CallCow(
            base_url="https://callcow.example/api",
            status_path="/calls/{call_id}",
            timeout=5,
            network=network,
        )
        prompt = CallPrompt(prompt="x", recipient_phone="+14155552671", idempotency_key="1")
        async with callcow:
            # Nothing was passed on, so nobody was called.
            with pytest.raises(NotDialed):
                await callcow.place(prompt, SecretStr("ck_live_1"))

    assert begun[0].startswith(begins)


async def test_a_request_to_this_machine_goes_there_whatever_the_session_was_made_for() -> None:
    server = Loopback()
    application = web.Application()

    async def here(_: web.Request) -> web.Response:
        return web.Response(text="here")

    application.router.add_get("/", here)
    await server.start(application)
    network = Network.of_environment({"ALL_PROXY": "http://127.0.0.1:1"})
    async with (
        network.session(SLACK) as session,
        session.request("GET", f"{server.url}/", proxy="http://127.0.0.1:1") as answer,
    ):
        assert await answer.text() == "here"
    await server.stop()
