"""What a call costs with a million rows in the table, beside one with a thousand."""

import asyncio
import os
import statistics
import time
from pathlib import Path
from typing import Final

from tests.bench import seed
from tests.bench.load import commands, send
from tests.bench.processes import (
    SECRET,
    Neighbors,
    Process,
    bot,
    neighborhood,
    sqlite,
)
from tests.bench.table import Row

ALTERNATIONS: Final = 7
CALLS: Final = 100
ROWS: Final = {"small": 1_000, "large": 1_000_000}


async def growth(folder: Path) -> list[Row]:
    """Measure the processor time and the time of calls, from typed to reported."""
    for name, rows in ROWS.items():
        await seed.reported(sqlite(folder, name), rows)
    # A million rows are on their way to the disk, and whoever commits now would wait for them.
    await asyncio.to_thread(os.sync)
    async with (
        neighborhood() as small_beside,
        neighborhood() as large_beside,
        bot(sqlite(folder, "small"), small_beside, callcow_rate=1_000_000) as small,
        bot(sqlite(folder, "large"), large_beside, callcow_rate=1_000_000) as large,
    ):
        costs: dict[str, list[tuple[float, float]]] = {"small": [], "large": []}
        for _ in range(ALTERNATIONS + 1):
            costs["small"].append(await _calls(small, small_beside))
            costs["large"].append(await _calls(large, large_beside))
    rows_ = []
    for at, what in enumerate(["processor time of a call", "  from typed to reported, each"]):
        few, many = (statistics.median(cost[at] for cost in costs[name][1:]) for name in ROWS)
        ratio = many / few
        rows_.append(
            Row(
                f"{what}, with 1,000,000 rows",
                f"{many * 1000:.2f} ms",
                f"with 1,000 rows {few * 1000:.2f} ms",
                "≤ 1.1 ×",
                f"{ratio:.2f} ×",
                ratio <= 1.1,
            )
        )
    return rows_


async def _calls(ours: Process, beside: Neighbors) -> tuple[float, float]:
    """Place and complete calls; return the processor seconds and the seconds of one."""
    wanted = (await beside.counts())["replies"] + CALLS
    used, began = ours.processor_seconds, time.perf_counter()
    await send(commands(f"{ours.url}/slack/events", SECRET, CALLS))
    await completed(beside, wanted)
    took = time.perf_counter() - began
    return (ours.processor_seconds - used) / CALLS, took / CALLS


async def completed(beside: Neighbors, replies: int) -> None:
    """Let CallCow complete every call, until there are so many reports in Slack."""
    async with asyncio.timeout(300):
        while (await beside.counts())["replies"] < replies:
            await beside.ask("complete")
