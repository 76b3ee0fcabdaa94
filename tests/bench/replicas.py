"""Two replicas on one PostgreSQL beside one: callbacks a second, driven from outside."""

import os
import statistics
import time
from itertools import islice
from pathlib import Path
from typing import Final

from tests.bench import seed
from tests.bench.callbacks import ANSWER
from tests.bench.load import Load, callbacks, send
from tests.bench.processes import bots, neighborhood
from tests.bench.table import Row, speed, throughput
from tests.conftest import new_postgresql_database

ALTERNATIONS: Final = 5
REQUESTS: Final = 600
CONCURRENT: Final = 40


async def replicas(_folder: Path) -> list[Row]:
    """Measure one and two replicas, turn by turn, and how busy the machine was."""
    async with neighborhood() as beside, new_postgresql_database() as url:
        root_ts = (await beside.ask("root"))["ts"]
        calls = await seed.waiting(url, REQUESTS * 2 * (ALTERNATIONS + 1), root_ts=root_ts)
        left = iter(calls)
        runs: dict[int, list[Load]] = {1: [], 2: []}
        busy: dict[int, list[float]] = {1: [], 2: []}
        async with bots(url, beside, 2) as running:
            urls = [f"{one.url}/callcow/callback" for one in running]
            for _ in range(ALTERNATIONS + 1):
                for count in runs:
                    began, used = time.perf_counter(), _busy_seconds()
                    requests = callbacks(urls[:count], islice(left, REQUESTS), ANSWER)
                    runs[count].append(await send(requests, CONCURRENT))
                    took = time.perf_counter() - began
                    busy[count].append((_busy_seconds() - used) / took)
    one, two = runs[1][1:], runs[2][1:]
    ratio = throughput(two) / throughput(one)
    shares = [f"{statistics.median(busy[count][1:]):.1f}" for count in (1, 2)]
    cores = os.cpu_count()
    return [
        Row(
            "callbacks accepted by two replicas on PostgreSQL",
            speed(two),
            f"by one {speed(one)}",
            "≥ 1.6 ×",
            f"{ratio:.2f} ×",
            ratio >= 1.6,
        ),
        Row(f"  processors busy, of {cores}: with two, with one", f"{shares[1]}, {shares[0]}"),
    ]


def _busy_seconds() -> float:
    """Return how long all processors together have been busy until now."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n")[0].split()[1:]
    times = [int(field) for field in fields[:8]]
    # The fourth and the fifth are idle and waiting for the disk.
    return (sum(times) - times[3] - times[4]) / os.sysconf("SC_CLK_TCK")
