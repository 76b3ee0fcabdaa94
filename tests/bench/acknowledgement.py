"""How fast `/call` is acknowledged after a durable commit, beside bare Bolt."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.bench.load import Load, commands, send
from tests.bench.processes import SECRET, bare, bot, neighborhood, sqlite
from tests.bench.table import Row, latencies, latency, speed, throughput

ALTERNATIONS: Final = 11
REQUESTS: Final = 400
WARM_UP: Final = 200


async def acknowledgement(folder: Path) -> list[Row]:
    """Measure the bot and both kinds of bare Bolt, turn by turn."""
    async with (
        neighborhood() as beside,
        bot(sqlite(folder, "acknowledged"), beside) as ours,
        bare() as default,
        bare("--process-before-response", "--our-loop") as ceiling,
    ):
        runs: dict[str, list[Load]] = {one.url: [] for one in (ours, default, ceiling)}
        for url in runs:
            await _run(url, WARM_UP)
        for _ in range(ALTERNATIONS):
            for url, loads in runs.items():
                loads.append(await _run(url, REQUESTS))
        sent = WARM_UP + ALTERNATIONS * REQUESTS
        saved = _count(folder / "acknowledged.db")
        with_us, without_us, most = (runs[one.url] for one in (ours, default, ceiling))
    ratio, of_most = (throughput(with_us) / throughput(peer) for peer in (without_us, most))
    p99 = latency(with_us, 99)
    return [
        Row(
            "/call acknowledged after a durable commit, 20 concurrent",
            speed(with_us),
            f"bare Bolt {speed(without_us)}",
            "≥ 1.3 ×",
            f"{ratio:.2f} ×",
            ratio >= 1.3,
        ),
        Row(
            "  its latency, p99 and p50",
            latencies(with_us),
            f"bare Bolt {latencies(without_us)}",
            "p99 < 30 ms",
            met=p99 < 30,
        ),
        Row(
            "  the ceiling: bare Bolt on our loop, processing before it responds",
            "",
            f"{speed(most)}, {latencies(most)}",
            "≥ 0.40 ×",
            f"{of_most:.2f} ×",
            of_most >= 0.4,
        ),
        Row("  of them in the database", f"{saved} of {sent}", goal="all", met=saved == sent),
    ]


async def _run(url: str, requests: int) -> Load:
    return await send(commands(f"{url}/slack/events", SECRET, requests))


def _count(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        count: int = connection.execute("SELECT count(*) FROM calls").fetchone()[0]
        return count
