"""How the rate of a key is shared: by two replicas, and among the people who wait for it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.slack.contents import Channel
from bot.demo.slack.workspace import ADA, GENERAL, GRACE
from tests.bench.neighbors import CHANNELS
from tests.bench.processes import sqlite
from tests.bench.table import Row
from tests.conftest import new_postgresql_database
from tests.world import World

REFUSED_RATE: Final = 240
REFUSED_CALLS: Final = 400
QUEUED: Final = 200
QUEUED_RATE: Final = 20
_MINUTE_SECONDS: Final = 66.0
_OTHERS: Final = "+13125552671"


async def refused(_folder: Path) -> list[Row]:
    """Let two replicas dial more than a key allows; count what CallCow refused."""
    async with new_postgresql_database() as url, _world(url, REFUSED_RATE) as world:
        async with world.replicas():
            await _ask(world, ADA, REFUSED_CALLS)
            await asyncio.sleep(_MINUTE_SECONDS)
        dials = [one for one in world.callcow.requests if one.method == "POST"]
    too_many = sum(one.status == 429 for one in dials)
    share = too_many / len(dials)
    return [
        Row(
            f"dials refused of two replicas on one key at its limit, {REFUSED_RATE} a minute",
            f"{too_many} of {len(dials)}",
            goal="≤ 2 %",
            ratio=f"{share:.1%}",
            met=share <= 0.02,
        )
    ]


async def fairness(folder: Path) -> list[Row]:
    """Let one person queue many calls, then another ask for one; see when that is dialed."""
    async with _world(sqlite(folder, "fair"), QUEUED_RATE) as world, world.served():
        # Whom Slack was asked about a moment ago, so that no answer of its own is measured.
        await world.slack.command(GRACE, GENERAL, "+1 312 555 2672 ask about one table")
        await world.until_dialed()
        await _ask(world, ADA, QUEUED)
        await world.callcow.until(lambda: len(world.callcow.dials) >= QUEUED_RATE)
        await world.slack.command(GRACE, GENERAL, "+1 312 555 2671 ask about one table")
        await world.until_posted()
        dials = world.callcow.dials
        before, began = len(dials), time.monotonic()
        await world.callcow.until(
            lambda: any(dial.recipient_phone == _OTHERS for dial in dials), 3 * _MINUTE_SECONDS
        )
        waited = time.monotonic() - began
    place = [dial.recipient_phone for dial in dials].index(_OTHERS)
    return [
        Row(
            f"another's one call while {QUEUED} of one person wait for permits",
            f"permit {place + 1 - before} of those after it was asked for",
            f"after {waited:.0f} s, {QUEUED_RATE} a minute",
            "1 or 2",
            met=place + 1 - before <= 2,
        )
    ]


@asynccontextmanager
async def _world(url: str, rate: int) -> AsyncIterator[World]:
    callcow = CallCowSimulator(requests_per_minute=rate)
    async with World(url, callcow=callcow) as world:
        for channel in CHANNELS:
            world.slack.workspace.channels[channel] = Channel(channel, channel.lower())
        world.changes["CALLCOW_RATE_PER_MINUTE"] = str(rate)
        world.changes |= dict.fromkeys(
            ("CALLS_PER_PERSON_PER_HOUR", "CALLS_PER_PERSON_PER_DAY", "CALLS_PER_DAY"), "0"
        )
        yield world


async def _ask(world: World, person: str, count: int) -> None:
    """Ask for calls to as many numbers, each from a channel of its own."""
    for number in range(count):
        text = f"+1 415 555 {1000 + number} ask about a table"
        assert (await world.slack.command(person, CHANNELS[number], text)).acknowledged
