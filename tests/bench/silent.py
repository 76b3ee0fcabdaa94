"""What connections that send half a header, and a machine that vanishes, cost the others."""

import asyncio
import resource
import time
from pathlib import Path
from typing import Final

from bot.demo.slack.workspace import ADA, GENERAL
from tests.bench.processes import sqlite
from tests.bench.table import Row
from tests.conftest import new_postgresql_database
from tests.faults.test_vanished import until_taken_over
from tests.handlers.transport.test_connections import half_open
from tests.world import World

HALF_OPEN: Final = 1_100
COMMANDS: Final = 40
_FILES: Final = 8_192
_UNTIL_ENDED_SECONDS: Final = 15.0


async def silent(folder: Path) -> list[Row]:
    """Measure commands beside half-open connections, and the log; then a vanished machine."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, _FILES), hard))
    async with World(sqlite(folder, "silent")) as world, world.served() as bot:
        without = await _commands(world)
        lines = len(bot.log)
        async with half_open(world.port, HALF_OPEN):
            beside = await _commands(world)
            # Until the silent ones have ended.
            await asyncio.sleep(_UNTIL_ENDED_SECONDS)
        logged = len(bot.log) - lines
    async with new_postgresql_database() as url, World(url) as world:
        taken_over = await until_taken_over(world)
    slowest = max(beside) * 1000
    return [
        Row(
            f"a command beside {HALF_OPEN:,} half-open connections, the slowest of {COMMANDS}",
            f"{slowest:.0f} ms",
            f"without them {max(without) * 1000:.0f} ms",
            "< 100 ms",
            met=slowest < 100,
        ),
        Row("  lines logged of them", str(logged), goal="< 100", met=logged < 100),
        Row(
            "calls that a vanished machine had locked go on after",
            f"{taken_over:.1f} s",
            goal="< 30 s",
            met=taken_over < 30,
        ),
    ]


async def _commands(world: World) -> list[float]:
    took = []
    for _ in range(COMMANDS):
        began = time.monotonic()
        assert (await world.slack.command(ADA, GENERAL, "list")).acknowledged
        took.append(time.monotonic() - began)
    return took
