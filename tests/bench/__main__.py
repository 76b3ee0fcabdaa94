"""`python -m tests.bench`: measures side by side and prints one table."""

import asyncio
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import aiohttp

from tests.bench.load import Load, commands
from tests.bench.processes import SECRET, Bot, bare, bot

ALTERNATIONS: Final = 7
REQUESTS: Final = 400
WARM_UP: Final = 200
CONCURRENT: Final = 20
STARTS: Final = 5

Row = tuple[str, str, str, str, str]


async def main() -> None:
    """Measure every row and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*await _acknowledgement(folder), *await _memory(folder), *await _start(folder)]
    header: Row = ("what", "measured", "beside it", "goal", "met")
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.write(
        f"\n{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version} with synchronous=FULL; "
        f"medians of {ALTERNATIONS} alternations of {REQUESTS} requests\n"
    )


async def _acknowledgement(folder: Path) -> list[Row]:
    """Measure the bot and both kinds of bare Bolt, turn by turn."""
    database = folder / "acknowledged.db"
    async with (
        bot(database) as ours,
        bare() as (default, _),
        bare("--process-before-response") as (ceiling, _),
    ):
        runs: dict[str, list[Load]] = {ours.url: [], default: [], ceiling: []}
        for url in runs:
            await _run(url, WARM_UP)
        for _ in range(ALTERNATIONS):
            for url, loads in runs.items():
                loads.append(await _run(url, REQUESTS))
        sent = WARM_UP + ALTERNATIONS * REQUESTS
        saved = _count(database)
    ratio = _throughput(runs[ours.url]) / _throughput(runs[default])
    p99 = _latency(runs[ours.url], 99)
    return [
        (
            f"/call acknowledged after a durable commit, {CONCURRENT} concurrent",
            _speed(runs[ours.url]),
            f"bare Bolt {_speed(runs[default])}",
            "≥ 0.5 ×",
            f"{ratio:.2f} × {_met(ratio >= 0.5)}",
        ),
        (
            "  its latency, p99 and p50",
            _latencies(runs[ours.url]),
            f"bare Bolt {_latencies(runs[default])}",
            "p99 < 100 ms",
            _met(p99 < 100),
        ),
        (
            "  the ceiling: bare Bolt, processing before it responds",
            "",
            f"{_speed(runs[ceiling])}, {_latencies(runs[ceiling])}",
            "",
            "",
        ),
        ("  of them in the database", f"{saved} of {sent}", "", "all", _met(saved == sent)),
    ]


async def _memory(folder: Path) -> list[Row]:
    """Measure what 1,000 calls leave in memory, all the way to their reports."""
    async with bot(folder / "memory.db", callcow_rate=1_000_000) as ours:
        idle = ours.resident
        began = time.perf_counter()
        await _run(ours.url, 1000)
        await _complete_all(ours, 1000)
        took = time.perf_counter() - began
        after = ours.resident
    return [
        (
            "resident memory after 1,000 calls",
            f"{after:.0f} MB",
            f"{idle:.0f} MB before",
            "< 120 MB",
            _met(after < 120),
        ),
        ("  from typed to reported", f"{1000 / took:.0f} calls/s", "", "", ""),
    ]


async def _complete_all(ours: Bot, calls: int) -> None:
    """Let CallCow complete every call, until each has its report in Slack."""
    async with asyncio.timeout(300), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{ours.control}/counts") as response:
                if (await response.json())["replies"] == calls:
                    return
            async with session.post(f"{ours.control}/complete") as response:
                await response.read()


async def _start(folder: Path) -> list[Row]:
    """Measure how long the bot takes until it is ready."""
    with_us, without_us = [], []
    for number in range(STARTS):
        async with bot(folder / f"start{number}.db") as ours:
            with_us.append(ours.seconds_to_ready)
        async with bare() as (_, seconds):
            without_us.append(seconds)
    ready = statistics.median(with_us)
    beside = f"bare Bolt {statistics.median(without_us):.2f} s"
    return [("start to ready", f"{ready:.2f} s", beside, "< 3 s", _met(ready < 3))]


async def _run(url: str, requests: int) -> Load:
    return await commands(url, SECRET, requests=requests, concurrent=CONCURRENT)


def _count(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        count: int = connection.execute("SELECT count(*) FROM calls").fetchone()[0]
        return count


def _throughput(loads: Sequence[Load]) -> float:
    return statistics.median(load.throughput for load in loads)


def _latency(loads: Sequence[Load], percent: float) -> float:
    return statistics.median(load.percentile(percent) for load in loads)


def _speed(loads: Sequence[Load]) -> str:
    return f"{_throughput(loads):.0f}/s"


def _latencies(loads: Sequence[Load]) -> str:
    return f"{_latency(loads, 99):.0f} and {_latency(loads, 50):.0f} ms"


def _met(met: bool) -> str:
    return "yes" if met else "NO"


if __name__ == "__main__":
    asyncio.run(main())
