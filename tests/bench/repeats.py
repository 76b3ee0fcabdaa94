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
from tests.bench.processes import SECRET, bot, neighbourhood
from tests.bench.table import Row
from tests.conftest import new_postgresql_database
from tests.many_rows import copy_row

ROWS: Final = 1_000_000
AT_ONCE: Final = 12
ROUNDS: Final = 40
COMMANDS: Final = 150
GOAL_MILLISECONDS: Final = 50.0


async def repeats(_folder: Path) -> list[Row]:
    """Measure commands alone, then while a callback is repeated by twelve at once."""
    async with neighbourhood() as beside, new_postgresql_database() as url:
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

            async def repeated() -> None:
                for _ in range(ROUNDS):
                    await send(callbacks([address], [call] * AT_ONCE, ANSWER), AT_ONCE)

            async def commanded() -> Load:
                return await send(commands(f"{ours.url}/slack/events", SECRET, COMMANDS), 1)

            await commanded()
            alone = await commanded()
            beside_them, _ = await asyncio.gather(commanded(), repeated())
    slowest, without = beside_them.percentile(100), alone.percentile(100)
    return [
        Row(
            f"a command while {AT_ONCE} of the same callback come at once, the slowest",
            f"{slowest:.0f} ms (p50 {beside_them.percentile(50):.0f} ms)",
            f"without them {without:.0f} ms (p50 {alone.percentile(50):.0f} ms)",
            f"≤ {GOAL_MILLISECONDS:.0f} ms more",
            f"{slowest - without:+.0f} ms",
            slowest - without <= GOAL_MILLISECONDS,
        )
    ]
