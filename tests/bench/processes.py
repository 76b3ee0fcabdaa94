"""The processes that are measured: the bot with its neighbors, and the bare peers."""

import asyncio
import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.bench import neighbors
from tests.world import AT_ANY_TIME, free_port

SECRET: Final = "signing-secret"


@dataclass(frozen=True)
class Process:
    """A running process and where it answers."""

    url: str
    process_id: int
    seconds_to_ready: float

    @property
    def resident(self) -> float:
        """The resident memory now, in megabytes (10^6 bytes)."""
        status = Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6

    @property
    def processor_seconds(self) -> float:
        """The processor time used until now, in seconds."""
        fields = Path(f"/proc/{self.process_id}/stat").read_text(encoding="ascii").split(") ")[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Neighbors:
    """Slack and CallCow: where they listen, and where they take orders."""

    slack: int
    callcow: int
    control: int

    async def ask(self, order: str) -> Any:
        """Give an order and return the answer."""
        url = f"http://127.0.0.1:{self.control}/{order}"
        async with aiohttp.ClientSession() as session, session.post(url) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def counts(self) -> dict[str, int]:
        """Return how many calls were dialed and how many replies posted."""
        url = f"http://127.0.0.1:{self.control}/counts"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            counted: dict[str, int] = await response.json()
            return counted


@asynccontextmanager
async def neighborhood() -> AsyncIterator[Neighbors]:
    """Run Slack's and CallCow's stand-ins in a process of their own."""
    made = Neighbors(free_port(), free_port(), free_port())
    context = multiprocessing.get_context("spawn")
    arguments = (made.slack, made.callcow, made.control)
    beside = context.Process(target=neighbors.main, args=arguments)
    beside.start()
    try:
        await _answers(f"http://127.0.0.1:{made.control}/counts")
        yield made
    finally:
        beside.terminate()
        beside.join()


@asynccontextmanager
async def bot(
    database_url: str,
    beside: Neighbors,
    *,
    callcow_rate: int = 60,
    changes: dict[str, str] | None = None,
) -> AsyncIterator[Process]:
    """Run the bot; the rate is CallCow's published limit, unless the calls are measured."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{beside.slack}/api/",
        "CALLCOW_API_KEY": "ck_live_simulator",
        "CALLCOW_BASE_URL": f"http://127.0.0.1:{beside.callcow}/api",
        "CALLCOW_RATE_PER_MINUTE": str(callcow_rate),
        "PUBLIC_URL": url,
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
        **AT_ANY_TIME,
        **(changes or {}),
    }
    async with _process("-m", "tests.bench.deployed", "serve", environment=environment) as process:
        seconds = await _answers(f"{url}/readyz")
        yield Process(url, process.pid, seconds)


@asynccontextmanager
async def bare(*options: str) -> AsyncIterator[Process]:
    """Run a bare Bolt app, with one bare route beside."""
    port = free_port()
    arguments = ("-m", "tests.bench.peers", str(port), SECRET, *options)
    async with _process(*arguments, environment={"PATH": os.environ["PATH"]}) as process:
        url = f"http://127.0.0.1:{port}"
        yield Process(url, process.pid, await _answers(f"{url}/healthz"))


def sqlite(folder: Path, name: str) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite+aiosqlite:///{folder / name}.db"


@asynccontextmanager
async def bots(database_url: str, beside: Neighbors, count: int) -> AsyncIterator[list[Process]]:
    """Run several replicas on one database."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(bot(database_url, beside)) for _ in range(count)]


@asynccontextmanager
async def _process(
    *arguments: str, environment: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _answers(url: str) -> float:
    """Wait until an address answers 200 and return how many seconds that took."""
    began = time.perf_counter()
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status == 200:
                        return time.perf_counter() - began
            await asyncio.sleep(0.01)
