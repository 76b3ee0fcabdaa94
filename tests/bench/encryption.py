"""What secrets at rest cost: `/call` acknowledged with what is saved encrypted, and without."""

from pathlib import Path
from typing import Final

from bot.storage import migrations
from bot.storage.encryption.sealing import new_key
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from tests.bench.load import Load, commands, send
from tests.bench.processes import SECRET, bot, neighborhood, sqlite
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
        neighborhood() as beside,
        bot(url, beside, changes={"ENCRYPTION_KEYS": key}) as encrypting,
        bot(sqlite(folder, "plain"), beside) as plain,
    ):
        runs: dict[str, list[Load]] = {one.url: [] for one in (encrypting, plain)}
        for one in runs:
            await _run(one, WARM_UP)
        used = [-one.processor_seconds for one in (encrypting, plain)]
        for _ in range(ALTERNATIONS):
            for one, loads in runs.items():
                loads.append(await _run(one, REQUESTS))
        used = [
            spent + one.processor_seconds
            for spent, one in zip(used, (encrypting, plain), strict=True)
        ]
    ours, theirs = runs[encrypting.url], runs[plain.url]
    ratio = throughput(ours) / throughput(theirs)
    encrypted, without = (spent / (ALTERNATIONS * REQUESTS) * 1000 for spent in used)
    return [
        Row(
            "/call acknowledged with secrets at rest, 20 concurrent",
            f"{speed(ours)}, {latencies(ours)}",
            f"without {speed(theirs)}, {latencies(theirs)}",
            "≥ 0.9 ×",
            f"{ratio:.2f} ×",
            ratio >= 0.9,
        ),
        # What follows an acknowledgement is in it: the thread is opened.
        Row(
            "  its processor time, also on a machine that others use",
            f"{encrypted:.2f} ms",
            f"without {without:.2f} ms",
            "≤ 1.1 ×",
            f"{encrypted / without:.2f} ×",
            encrypted <= 1.1 * without,
        ),
    ]


async def _run(url: str, requests: int) -> Load:
    return await send(commands(f"{url}/slack/events", SECRET, requests))
