"""What secrets at rest cost: `/call` acknowledged with what is saved encrypted, and without."""

from pathlib import Path
from typing import Final

from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.encryption import Encryption
from bot.storage.sealing import new_key
from tests.bench.load import Load, commands, send
from tests.bench.processes import SECRET, bot, neighbourhood, sqlite
from tests.bench.table import Row, latencies, speed, throughput

ALTERNATIONS: Final = 11
REQUESTS: Final = 400
WARM_UP: Final = 200


async def encryption(folder: Path) -> list[Row]:
    """Measure a bot that encrypts and one that does not, turn by turn."""
    key, url = new_key(), sqlite(folder, "encrypted")
    async with Database.open(url, [key]) as database:
        await migrations.upgrade(database.engine)
        await Encryption(database).begin_writing()
    async with (
        neighbourhood() as beside,
        bot(url, beside, changes={"ENCRYPTION_KEYS": key}) as encrypting,
        bot(sqlite(folder, "plain"), beside) as plain,
    ):
        runs: dict[str, list[Load]] = {one.url: [] for one in (encrypting, plain)}
        for one in runs:
            await _run(one, WARM_UP)
        for _ in range(ALTERNATIONS):
            for one, loads in runs.items():
                loads.append(await _run(one, REQUESTS))
    ours, theirs = runs[encrypting.url], runs[plain.url]
    ratio = throughput(ours) / throughput(theirs)
    return [
        Row(
            "/call acknowledged with secrets at rest, 20 concurrent",
            f"{speed(ours)}, {latencies(ours)}",
            f"without {speed(theirs)}, {latencies(theirs)}",
            "≥ 0.9 ×",
            f"{ratio:.2f} ×",
            ratio >= 0.9,
        )
    ]


async def _run(url: str, requests: int) -> Load:
    return await send(commands(f"{url}/slack/events", SECRET, requests))
