"""What the rules for calls cost: `/call` acknowledged with all of them on, and with none."""

import asyncio
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from bot.clock import utc_now
from bot.demo.slack.workspace import TEAM
from tests.bench import seed
from tests.bench.load import Load, commands, send
from tests.bench.processes import SECRET, Process, bot, neighborhood, sqlite
from tests.bench.table import Row, latencies, speed, throughput

ALTERNATIONS: Final = 7
REQUESTS: Final = 200
ROWS: Final = (1_000, 1_000_000)
# As many as keep to the limits of a person: each asks for a few calls.
PEOPLE: Final = tuple((TEAM, f"U{number:05}") for number in range(500))
# An approval aside, which would be another way for a call to go. All of these calls are allowed.
_ALL: Final = {
    "CALLING_HOURS": "00:00-24:00",
    "CALLS_PER_PERSON_PER_HOUR": "10",
    "CALLS_PER_PERSON_PER_DAY": "30",
    "CALLS_PER_NUMBER_PER_DAY": "3",
    "CALLS_PER_DAY": "5000",
    "COUNTRIES": "US,CA,GB",
    "CALLERS": ",".join(user for _, user in PEOPLE),
}
_NONE: Final = {"REFUSED_NUMBER_TYPES": "none", "ALLOW_GUESTS": "true"}


async def rules(folder: Path) -> list[Row]:
    """Measure a bot with all rules and one with none, turn by turn, with few rows and with many."""
    return [row for rows in ROWS for row in await _with(folder, rows)]


async def _with(folder: Path, rows: int) -> list[Row]:
    on, off = (sqlite(folder, f"{name}-{rows}") for name in ("on", "off"))
    # None of them counts any more.
    old = dict.fromkeys(
        ("requested_at", "dial_at", "dialing_since", "last_dial_at", "ended_at"),
        utc_now() - timedelta(days=2),
    )
    await seed.reported(on, rows, **old)
    shutil.copyfile(*(str(make_url(url).database) for url in (on, off)))
    # They are on their way to the disk, and whoever commits now would wait for them.
    await asyncio.to_thread(os.sync)
    async with (
        neighborhood() as beside,
        bot(on, beside, changes=_ALL) as with_all,
        bot(off, beside, changes=_NONE) as with_none,
    ):
        runs: dict[Process, list[Load]] = {with_all: [], with_none: []}
        used: dict[Process, float] = {}
        for one in runs:
            await _run(one)
            used[one] = -one.processor_seconds
        for turn in range(ALTERNATIONS):
            # Each goes first as often as the other.
            for one, loads in list(runs.items())[:: -1 if turn % 2 else 1]:
                loads.append(await _run(one))
        for one in runs:
            used[one] += one.processor_seconds
    ours, theirs = runs[with_all], runs[with_none]
    ratio = throughput(theirs) / throughput(ours)
    costs, without = (used[one] / (ALTERNATIONS * REQUESTS) for one in (with_all, with_none))
    return [
        Row(
            f"/call acknowledged with all rules, {rows:,} rows, 20 concurrent",
            f"{speed(ours)}, {latencies(ours)}",
            f"with none {speed(theirs)}, {latencies(theirs)}",
            "≤ 1.15 ×",
            f"{ratio:.2f} ×",
            ratio <= 1.15,
        ),
        Row(
            "  its processor time",
            f"{costs * 1000:.2f} ms",
            f"with none {without * 1000:.2f} ms",
            "≤ 1.15 ×",
            f"{costs / without:.2f} ×",
            costs <= 1.15 * without,
        ),
    ]


async def _run(one: Process) -> Load:
    return await send(commands(f"{one.url}/slack/events", SECRET, REQUESTS, PEOPLE))
