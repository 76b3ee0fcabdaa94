"""What the bot takes when it starts, when it rests, and when many calls wait."""

import asyncio
import statistics
import time
from pathlib import Path
from typing import Final

from tests.bench import seed
from tests.bench.growth import completed
from tests.bench.load import commands, send
from tests.bench.processes import SECRET, bare, bot, neighborhood, sqlite
from tests.bench.table import Row

STARTS: Final = 5
WAITING: Final = 10_000
WATCHED_SECONDS: Final = 20.0


async def start(folder: Path) -> list[Row]:
    """Measure how long a start takes, and the memory after it."""
    with_us, without_us, resident, bare_resident = [], [], [], []
    async with neighborhood() as beside:
        for number in range(STARTS):
            async with bot(sqlite(folder, f"start{number}"), beside) as ours:
                with_us.append(ours.seconds_to_ready)
                resident.append(ours.resident)
            async with bare() as peer:
                without_us.append(peer.seconds_to_ready)
                bare_resident.append(peer.resident)
    ready, memory = statistics.median(with_us), statistics.median(resident)
    return [
        Row(
            "start to ready",
            f"{ready:.2f} s",
            f"bare Bolt {statistics.median(without_us):.2f} s",
            "< 1.5 s",
            met=ready < 1.5,
        ),
        Row(
            "resident memory when idle",
            f"{memory:.0f} MB",
            f"bare Bolt {statistics.median(bare_resident):.0f} MB",
            "< 110 MB",
            met=memory < 110,
        ),
    ]


async def memory(folder: Path) -> list[Row]:
    """Measure what 1,000 calls leave in memory, all the way to their reports."""
    url = sqlite(folder, "memory")
    async with neighborhood() as beside, bot(url, beside, callcow_rate=1_000_000) as ours:
        before, began = ours.resident, time.perf_counter()
        await send(commands(f"{ours.url}/slack/events", SECRET, 1000))
        await completed(beside, 1000)
        took = time.perf_counter() - began
        after = ours.resident
    return [
        Row(
            "resident memory after 1,000 calls",
            f"{after:.0f} MB",
            f"{before:.0f} MB before",
            "< 125 MB",
            met=after < 125,
        ),
        Row("  from typed to reported", f"{1000 / took:.0f} calls/s"),
    ]


async def waiting(folder: Path) -> list[Row]:
    """Measure the processor and the memory while 10,000 calls wait, none of them due."""
    url = sqlite(folder, "waiting")
    async with neighborhood() as beside:
        await seed.waiting(url, WAITING, root_ts="1.000100")
        async with bot(url, beside) as ours:
            # The start's own work is over.
            await asyncio.sleep(2)
            used, began = ours.processor_seconds, time.perf_counter()
            await asyncio.sleep(WATCHED_SECONDS)
            share = (ours.processor_seconds - used) / (time.perf_counter() - began)
            resident = ours.resident
    return [
        Row(
            "10,000 calls wait, none due: processor",
            f"{share:.2%}",
            f"over {WATCHED_SECONDS:.0f} s",
            "< 1 %",
            met=share < 0.01,
        ),
        Row("  and memory", f"{resident:.0f} MB", goal="< 150 MB", met=resident < 150),
    ]
