"""The same callback many times at once, with a million rows: what others wait for meanwhile."""

import asyncio
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.tables import calls
from tests.bench import seed
from tests.bench.callbacks import ANSWER
from tests.bench.load import Load, callbacks, commands, send
from tests.bench.processes import SECRET, bot, neighborhood
from tests.bench.table import Row
from tests.conftest import new_postgresql_database
from tests.many_rows import copy_row

ROWS: Final = 1_000_000
AT_ONCE: Final = 12
ALTERNATIONS: Final = 60
GOAL_MILLISECONDS: Final = 50.0


async def repeats(_folder: Path) -> list[Row]:
    """Measure commands alone, then while a callback is repeated by twelve at once."""
    async with neighborhood() as beside, new_postgresql_database() as url:
        root_ts = (await beside.ask("root"))["ts"]
        [call] = await seed.waiting(url, 1, root_ts=root_ts)
        patient = create_async_engine(url)
        # What is left to do of the copies: nothing.
        await copy_row(patient, calls, ROWS, {"due_at": "NULL", "state": "'reported'"})
        async with patient.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
        await patient.dispose()
        async with bot(url, beside, callcow_rate=1_000_000) as ours:
            address = f"{ours.url}/callcow/callback"

            async def commanded() -> float:
                load = await send(commands(f"{ours.url}/slack/events", SECRET, 1), 1)
                return load.latencies[0]

            async def beside_callbacks() -> float:
                again = callbacks([address], [call] * AT_ONCE, ANSWER)
                took, _ = await asyncio.gather(commanded(), send(again, AT_ONCE))
                return took

            alone: list[float] = []
            delayed: list[float] = []
            for _ in range(ALTERNATIONS + 1):
                alone.append(await commanded())
                delayed.append(await beside_callbacks())
    without, slower = (Load(0, sorted(each[1:])) for each in (alone, delayed))
    delay = slower.percentile(50) - without.percentile(50)
    return [
        Row(
            f"a command beside {AT_ONCE} of the same callback at once, {ROWS:,} rows",
            f"p50 {slower.percentile(50):.0f} ms, p90 {slower.percentile(90):.0f} ms",
            f"alone p50 {without.percentile(50):.0f} ms, p90 {without.percentile(90):.0f} ms",
            f"≤ {GOAL_MILLISECONDS:.0f} ms more",
            f"{delay:+.0f} ms",
            delay <= GOAL_MILLISECONDS,
        )
    ]
