"""How fast callbacks are accepted after a durable commit, and how soon Slack hears of them."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from tests.bench import seed
from tests.bench.load import CONCURRENT, Load, callbacks, commands, send
from tests.bench.processes import SECRET, bare, bot, neighborhood, sqlite
from tests.bench.table import Row, latencies, speed, throughput

ALTERNATIONS: Final = 9
REQUESTS: Final = 300
PACED: Final = 250
ANSWER: Final = b'{"ok": true}'


async def acceptance(folder: Path) -> list[Row]:
    """Measure the callback's handler and a bare route, turn by turn."""
    url = sqlite(folder, "callbacks")
    async with neighborhood() as beside:
        root_ts = (await beside.ask("root"))["ts"]
        calls = await seed.waiting(url, REQUESTS * (ALTERNATIONS + 1), root_ts=root_ts)
        async with bot(url, beside) as ours, bare("--our-loop") as route:
            left = iter(calls)
            with_us: list[Load] = []
            without_us: list[Load] = []
            for _ in range(ALTERNATIONS + 1):
                # Half a run warms up both.
                with_us.append(await _run(ours.url, islice(left, REQUESTS)))
                without_us.append(await _run(route.url, calls[:REQUESTS]))
    ratio = throughput(with_us[1:]) / throughput(without_us[1:])
    return [
        Row(
            f"callbacks accepted after a durable commit, {CONCURRENT} concurrent",
            speed(with_us[1:]),
            f"bare route {speed(without_us[1:])}",
            "≥ 0.25 ×",
            f"{ratio:.2f} ×",
            ratio >= 0.25,
        ),
        Row(
            "  their latency, p99 and p50",
            latencies(with_us[1:]),
            f"bare route {latencies(without_us[1:])}",
        ),
    ]


async def reports(folder: Path) -> list[Row]:
    """Measure the time from an accepted callback to the report's request to Slack."""
    async with (
        neighborhood() as beside,
        bot(sqlite(folder, "reports"), beside, callcow_rate=1_000_000) as ours,
    ):
        await send(commands(f"{ours.url}/slack/events", SECRET, PACED))
        await beside.ask(f"settle?dials={PACED}")
        load = Load(0, sorted(await beside.ask("pace?rate=50")))
    p50, p99 = load.percentile(50), load.percentile(99)
    return [
        Row(
            "callback accepted → the report leaves for Slack, 50 a second",
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
            goal="p50 < 8 ms, p99 < 40 ms",
            met=p50 < 8 and p99 < 40,
        )
    ]


async def _run(url: str, calls: Iterable[tuple[str, str]]) -> Load:
    return await send(callbacks([f"{url}/callcow/callback"], calls, ANSWER))
