"""What many workspaces cost: `/call` acknowledged with 10,000 installed, and with one."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Connection, insert

from bot.clock import utc_now
from bot.manifest import scopes
from bot.storage import migrations
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from bot.storage.tables import installations
from tests.bench.load import Load, commands, send
from tests.bench.processes import SECRET, Process, bot, neighborhood, sqlite
from tests.bench.table import Row, latencies, speed, throughput

INSTALLED: Final = 10_000
ALTERNATIONS: Final = 11
REQUESTS: Final = 400
# A bot that uses less of a core than that over such a time has done what commands left to do.
_IDLE: Final = 0.06
_LOOK_SECONDS: Final = 0.5
_SETTLE_SECONDS: Final = 600.0


async def workspaces(folder: Path) -> list[Row]:
    """Measure a bot with many workspaces and one with a single one, turn by turn."""
    key = new_key()
    teams = [f"T{number:05}" for number in range(INSTALLED)]
    many, single = sqlite(folder, "many"), sqlite(folder, "one")
    await _install(many, key, teams)
    await _install(single, key, teams[:1])
    changes = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1234.5678",
        "SLACK_CLIENT_SECRET": "client-secret",
        "ENCRYPTION_KEYS": key,
    }
    async with (
        neighborhood() as beside,
        bot(many, beside, changes=changes) as with_many,
        bot(single, beside, changes=changes) as with_one,
    ):
        # As many people in both: each has a name that is asked for, and a home tab.
        asked = {
            with_many: [(team, f"U{team}") for team in teams],
            with_one: [(teams[0], f"U{team}") for team in teams],
        }
        # Once in each workspace; as many in the other, so that both databases hold as much.
        first = {one: await _run(one, INSTALLED, chosen) for one, chosen in asked.items()}
        runs: dict[Process, list[Load]] = {one: [] for one in asked}
        used = dict.fromkeys(asked, 0.0)
        for turn in range(ALTERNATIONS):
            # Each goes first as often as the other.
            for one, chosen in list(asked.items())[:: -1 if turn % 2 else 1]:
                # Otherwise what is measured is beside the other's threads and home tabs, of which
                # the one that was asked last has more left to do.
                await _settle(list(asked))
                start = turn * REQUESTS
                before = one.processor_seconds
                runs[one].append(await _run(one, REQUESTS, chosen[start : start + REQUESTS]))
                used[one] += one.processor_seconds - before
    ours, theirs = runs[with_many], runs[with_one]
    ratio = throughput(ours) / throughput(theirs)
    return [
        Row(
            f"/call acknowledged with {INSTALLED:,} workspaces, 20 concurrent",
            f"{speed(ours)}, {latencies(ours)}",
            f"with one {speed(theirs)}, {latencies(theirs)}",
            "≥ 0.95 ×",
            f"{ratio:.2f} ×",
            ratio >= 0.95,
        ),
        Row(
            "  processor time of each meanwhile",
            f"{used[with_many] / (ALTERNATIONS * REQUESTS) * 1000:.2f} ms",
            f"with one {used[with_one] / (ALTERNATIONS * REQUESTS) * 1000:.2f} ms",
            ratio=f"{used[with_one] / used[with_many]:.2f} ×",
        ),
        Row(
            "  the first in each workspace since the start",
            f"{first[with_many].throughput:.0f}/s",
            f"with one {first[with_one].throughput:.0f}/s",
        ),
    ]


async def _install(url: str, key: str, teams: Sequence[str]) -> None:
    now = utc_now()
    rows = [
        {
            "team": team,
            "token_digest": "",
            "team_id": team,
            "org_wide": False,
            "url": "https://bench.slack.com/",
            "learned_at": now,
            "version": version,
            "bot_token": SecretStr("xoxb-local"),
            "scopes": ",".join(scopes()),
            "installed_by": "U1",
            "installed_at": now,
        }
        for version, team in enumerate(teams, 1)
    ]

    def work(connection: Connection) -> None:
        connection.execute(insert(installations), rows)

    async with Database.open(url, [key]) as database:
        await migrations.upgrade(database.engine)
        await database.write(work)


async def _settle(bots: Sequence[Process]) -> None:
    """Wait until the bots have done what the commands left to do."""
    async with asyncio.timeout(_SETTLE_SECONDS):
        shares = [1.0]
        while max(shares) > _IDLE:
            used = [one.processor_seconds for one in bots]
            await asyncio.sleep(_LOOK_SECONDS)
            shares = [
                (one.processor_seconds - before) / _LOOK_SECONDS
                for one, before in zip(bots, used, strict=True)
            ]


async def _run(one: Process, requests: int, people: Sequence[tuple[str, str]]) -> Load:
    return await send(commands(f"{one.url}/slack/events", SECRET, requests, people))
