"""What a command waits for while a million calls are erased, beside a bot that erases nothing."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.clock import utc_now
from bot.core.calls.result import CallResult, TranscriptLine
from bot.core.calls.states import EndReason
from bot.storage.tables import calls
from tests.bench import seed
from tests.bench.load import Load, commands, send
from tests.bench.processes import SECRET, Neighbors, Process, bot, neighborhood, sqlite
from tests.bench.table import Row
from tests.builders import NUMBER
from tests.conftest import new_postgresql_database

ROWS: Final = 1_000_000
ALTERNATIONS: Final = 30
# In a run, one after the other: each comes at another moment of what is under way.
REQUESTS: Final = 20
_PAUSE_SECONDS: Final = 0.03
GOAL_MILLISECONDS: Final = 50.0
_CONVERSATION: Final = CallResult(
    call_status="success",
    provider_status="completed",
    summary="The table is booked for Friday 7pm.",
    lines=tuple(TranscriptLine("assistant", f"That was said, line {line}.") for line in range(20)),
)


async def erasing(folder: Path) -> list[Row]:
    """Measure beside retention and beside `ringback forget`, on both databases."""
    rows = await _on(sqlite(folder, "old"), sqlite(folder, "quiet"), "SQLite")
    async with new_postgresql_database() as old, new_postgresql_database() as quiet:
        return rows + await _on(old, quiet, "PostgreSQL")


async def _on(old: str, quiet: str, database: str) -> list[Row]:
    long_ago = utc_now() - timedelta(days=100)
    await seed.reported(
        old,
        ROWS,
        **dict.fromkeys(("requested_at", "dial_at", "dialing_since", "ended_at"), long_ago),
        ending=EndReason.RESULT,
        normalized_result=_CONVERSATION,
        # Content alone is what takes the longest.
        callback_secret=SecretStr(""),
    )
    # They are on their way to the disk, and whoever commits now would wait for them.
    await asyncio.to_thread(os.sync)
    async with neighborhood() as beside, bot(quiet, beside) as resting:
        async with bot(old, beside, changes={"RETENTION_DAYS": "90"}) as erases:
            before = await _erased(old)
            retention = await _measured(erases, resting)
            by_retention = await _erased(old) - before
        async with bot(old, beside) as beside_it, _forgetting(old, beside):
            before = await _erased(old)
            forgetting = await _measured(beside_it, resting)
            by_command = await _erased(old) - before
    return [
        *_rows(f"a command while retention erases {ROWS:,} calls, {database}", *retention),
        Row("  calls erased meanwhile", f"{by_retention:,}", met=by_retention > 0),
        *_rows(f"a command while `ringback forget` erases as many, {database}", *forgetting),
        Row("  calls erased meanwhile", f"{by_command:,}", met=by_command > 0),
    ]


def _rows(what: str, ours: Load, theirs: Load) -> list[Row]:
    rows = []
    for percent, name in ((50, what), (90, "  its 90th percentile"), (99, "  its 99th percentile")):
        took, without = ours.percentile(percent), theirs.percentile(percent)
        rows.append(
            Row(
                name,
                f"{took:.0f} ms",
                f"without {without:.0f} ms",
                f"≤ {GOAL_MILLISECONDS:.0f} ms more",
                f"{took - without:+.0f} ms",
                took - without <= GOAL_MILLISECONDS,
            )
        )
    slowest, without = ours.percentile(100), theirs.percentile(100)
    return [*rows, Row("  the slowest of all", f"{slowest:.0f} ms", f"without {without:.0f} ms")]


async def _measured(erases: Process, resting: Process) -> tuple[Load, Load]:
    """Send commands to both, turn by turn; return how long those of each took."""
    took: dict[Process, list[float]] = {erases: [], resting: []}
    for turn in range(ALTERNATIONS + 1):
        # Each goes first as often as the other.
        for one in list(took)[:: -1 if turn % 2 else 1]:
            for command in commands(f"{one.url}/slack/events", SECRET, REQUESTS):
                took[one] += (await send([command], 1)).latencies
                await asyncio.sleep(_PAUSE_SECONDS)
        if turn == 0:
            # That run warmed up both.
            took = {one: [] for one in took}
    ours, theirs = (Load(0, sorted(took[one])) for one in (erases, resting))
    return ours, theirs


@asynccontextmanager
async def _forgetting(url: str, beside: Neighbors) -> AsyncIterator[None]:
    """Let a process forget the number of all calls meanwhile."""
    arguments = ("-m", "bot", "forget", NUMBER)
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{beside.slack}/api/",
        "CALLCOW_API_KEY": "ck_live_simulator",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    try:
        yield
    finally:
        assert process.returncode is None, "there was too little to forget"
        process.terminate()
        await process.wait()


async def _erased(url: str) -> int:
    """Return how many calls have no content any more."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = select(func.count()).where(calls.c.erased_at.is_not(None))
        count: int = await connection.scalar(found) or 0
    await engine.dispose()
    return count
