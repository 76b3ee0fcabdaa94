"""The processes that are measured: the bot with its neighbours, and the bare peers."""

import asyncio
import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from tests.bench import neighbours
from tests.world import free_port

SECRET: Final = "signing-secret"


@dataclass(frozen=True)
class Bot:
    """A running `ringback serve`; times are of `time.perf_counter`."""

    url: str
    control: str
    process_id: int
    seconds_to_ready: float

    @property
    def resident(self) -> float:
        """The resident memory now, in megabytes (10^6 bytes)."""
        status = Path(f"/proc/{self.process_id}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6


@asynccontextmanager
async def bot(database: Path, *, callcow_rate: int = 60) -> AsyncIterator[Bot]:
    """Run the bot on a new SQLite file, its neighbours in another process.

    The rate is CallCow's published limit, unless the calls themselves are measured.
    """
    ports = [free_port() for _ in range(4)]
    slack, callcow, control, port = ports
    context = multiprocessing.get_context("spawn")
    beside = context.Process(target=neighbours.main, args=(slack, callcow, control))
    beside.start()
    try:
        await _answers(f"http://127.0.0.1:{control}/counts")
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": "xoxb-local",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"http://127.0.0.1:{slack}/api/",
            "CALLCOW_API_KEY": "ck_live_simulator",
            "CALLCOW_BASE_URL": f"http://127.0.0.1:{callcow}/api",
            "CALLCOW_RATE_PER_MINUTE": str(callcow_rate),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "WARNING",
        }
        url = f"http://127.0.0.1:{port}"
        async with _process("-m", "bot", "serve", environment=environment) as process:
            seconds = await _answers(f"{url}/readyz")
            control_url = f"http://127.0.0.1:{control}"
            yield Bot(f"{url}/slack/events", control_url, process.pid, seconds)
    finally:
        beside.terminate()
        beside.join()


@asynccontextmanager
async def bare(*options: str) -> AsyncIterator[tuple[str, float]]:
    """Run a bare Bolt app; the value is its address and the seconds until it was ready."""
    port = free_port()
    arguments = ("-m", "tests.bench.peers", str(port), SECRET, *options)
    async with _process(*arguments, environment={"PATH": os.environ["PATH"]}):
        seconds = await _answers(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}/slack/events", seconds


@asynccontextmanager
async def _process(
    *arguments: str, environment: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _answers(url: str) -> float:
    """Wait until an address answers 200 and return how many seconds that took."""
    began = time.perf_counter()
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status == 200:
                        return time.perf_counter() - began
            await asyncio.sleep(0.01)
