"""`python -m tests.faults.chaos`: all faults at once, the bot killed every few seconds.

With `--replicas 2` there are two on one database, of which one is killed at a time; with
`--socket-mode` Slack's requests come over WebSockets.

People ask for calls and ask again; Slack, CallCow and the database fail as a seed decides; the
bot is killed and started again. At the end every acknowledged call must be reported, none dialed
twice, no thread untrue, and no post doubled that the bot could have known of.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom
from typing import Final, Literal, Self, TypeVar

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import utc_now
from bot.core.calls.states import State
from bot.demo.callcow.keys import KeyStored
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from bot.demo.slack.contents import Channel
from bot.storage.engine.database import Database
from bot.storage.tables import calls
from tests.conftest import new_postgresql_database
from tests.faults.chaos_account import Account, account, unforeseen
from tests.faults.chaos_neighbors import CallCowAtRandom, SlackAtRandom
from tests.faults.chaos_people import CROWD, People
from tests.faults.chaos_posts import Posts
from tests.world import Served, World, free_port

T = TypeVar("T")

_LEASE: Final = 4.0
# A request to Slack ends after an eighth of a lease, one to CallCow after half of it.
_SLACK_SECONDS: Final = _LEASE / 8
_CALLCOW_SECONDS: Final = _LEASE / 2
_SETTINGS: Final = {
    "LEASE": str(_LEASE),
    "DIAL_RETRY_AFTER": "4",
    "POLL_AFTER": "1",
    "RESULT_TIMEOUT": "6",
    "CALLCOW_RATE_PER_MINUTE": "1000000",
}
_KEY_STORED: Final[tuple[KeyStored, ...]] = ("on_arrival", "on_answer")
# No request fails any more once so many calls only are left.
_CALM_SHARE: Final = 0.05
# How often to look what is left, and how long no call may be finished: longer than a step that
# failed again and again is left alone.
_LOOK_SECONDS: Final = 0.5
_IDLE_SECONDS: Final = 75.0
# How long a look at the database is tried.
_LONGEST_YIELD_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run is to be like; whatever is random in it comes from the seed."""

    seed: int
    calls: int
    replicas: int = 1
    socket_mode: bool = False
    kills_at_least: int = 3
    asked_a_second: float = 8.0
    seconds_between_blows: tuple[float, float] = (0.5, 3.0)

    @property
    def key_stored(self) -> KeyStored:
        """When CallCow stores an idempotency key, which its contract leaves open."""
        return Random(f"{self.seed} keys").choice(_KEY_STORED)


class Machine:
    """The machine that the bot runs on: it kills the bot, and takes the database away."""

    def __init__(self, world: World, random: Random, plan: Plan, posts: Posts) -> None:
        self.kills = 0
        self.outages: Counter[str] = Counter()
        self.log: list[str] = []
        self._world = world
        self._random = random
        self._plan = plan
        self._posts = posts
        # By their ports; None is one that was killed.
        ports = [world.port, *(free_port() for _ in range(plan.replicas - 1))]
        self._bots: dict[int, Served | None] = dict.fromkeys(ports)

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for port in self._bots:
            await self._end(port)

    async def strike(self, until: asyncio.Event) -> None:
        """Strike one blow after the other, until nobody asks any more and there were enough."""
        while not until.is_set() or self.kills < self._plan.kills_at_least:
            # The time between two blows is what is simulated: nothing is waited for.
            await asyncio.sleep(self._random.uniform(*self._plan.seconds_between_blows))
            blow = self._random.choice(["kill", "kill", "kill", "outage", "both"])
            if blow != "kill":
                began = time.time()
                async with self._outage():
                    await asyncio.sleep(self._random.uniform(0.1, 3.5))
                    if blow == "both":
                        await self._kill()
                if len(self._bots) > 1:
                    # What one of them cannot commit before its lease runs out, another takes over.
                    ended = time.time()
                    committed = await _patiently(lambda: _committed(self._world))
                    self._posts.cut_off(began, ended, committed)
            if blow == "kill":
                await self._kill()
            if blow != "outage":
                self._posts.killed(await _patiently(lambda: _committed(self._world)))
                await self._start()

    async def _start(self) -> None:
        for port, bot in self._bots.items():
            if bot is None:
                # Each is called back itself: by the time it may be another that it dialed by.
                own = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
                started = await Served.start({**self._world.environment, **own, "ADMIN_PORT": "0"})
                self._bots[port] = started
                await started.until_ready()
        self._lead_slack_to(self._world.port)

    async def _end(self, port: int) -> None:
        if (bot := self._bots[port]) is not None:
            self._bots[port] = None
            await bot.kill()
            self.log += bot.log

    async def _kill(self) -> None:
        self._posts.kill()
        port = self._random.choice(list(self._bots))
        await self._end(port)
        self.kills += 1
        self._lead_slack_to(next((port for port, bot in self._bots.items() if bot), port))

    def _lead_slack_to(self, port: int) -> None:
        """Do what a proxy does in front of several: ask one that runs."""
        # Where no WebSocket is left, Slack reaches nobody: the discard port takes no connection.
        leads_to = 9 if self._world.socket_mode else port
        self._world.slack.request_url = f"http://127.0.0.1:{leads_to}/slack/events"

    @asynccontextmanager
    async def _outage(self) -> AsyncIterator[None]:
        if make_url(self._world.database_url).get_backend_name() == "sqlite":
            self.outages["locked"] += 1
            async with self._world.locked():
                yield
        else:
            self.outages["cut off"] += 1
            async with self._world.away():
                yield


async def run(database_url: str, plan: Plan) -> Account:
    """Let everything go wrong as the seed decides, then let it be calm, and return the account."""
    simulator = CallCowSimulator(key_stored=plan.key_stored)
    async with World(
        database_url, callcow=simulator, changes=dict(_SETTINGS), socket_mode=plan.socket_mode
    ) as world:
        _add_channels(world)
        posts = Posts(bot_waits=_SLACK_SECONDS, lease=_LEASE)
        slack = SlackAtRandom(world.slack, Random(f"{plan.seed} slack"), bot_waits=_SLACK_SECONDS)
        callcow = CallCowAtRandom(
            simulator, Random(f"{plan.seed} callcow"), bot_waits=_CALLCOW_SECONDS
        )
        people = People(world.slack, Random(f"{plan.seed} people"), plan.asked_a_second)
        asked, calm = asyncio.Event(), asyncio.Event()

        def choose(method: str) -> Fault | None:
            if method == "chat.postMessage":
                posts.arrived(world.slack.requests[-1])
            return None if calm.is_set() else slack.choose(method)

        world.slack.faults.choose = choose
        simulator.faults.choose = lambda name: None if calm.is_set() else callcow.choose(name)
        following = asyncio.create_task(callcow.follow())
        watching = asyncio.create_task(_watch_commits(world, posts))
        async with Machine(world, Random(f"{plan.seed} machine"), plan, posts) as machine:
            async with asyncio.TaskGroup() as together:
                together.create_task(machine.strike(asked))
                await people.ask(plan.calls)
                asked.set()
            await _until_reported(world, callcow, calm, plan.calls * _CALM_SHARE)
        following.cancel()
        watching.cancel()
        saved = await _patiently(world.saved_calls)
        made = account(world, people.requests, saved, posts)
    made.kills, made.outages = machine.kills, machine.outages
    made.faults = slack.chosen + callcow.chosen
    made.unforeseen = unforeseen(machine.log)
    return made


def _add_channels(world: World) -> None:
    """Let there be many to ask from: in each one message a second is posted."""
    for channel in CROWD:
        world.slack.workspace.channels[channel] = Channel(channel, channel.lower())


async def _until_reported(
    world: World, callcow: CallCowAtRandom, calm: asyncio.Event, few: float
) -> None:
    """Wait until nothing is left to do, or nothing has been done for as long as may be.

    With few calls left it becomes calm.
    """
    left, changed_at = -1, time.monotonic()
    while time.monotonic() < changed_at + _IDLE_SECONDS:
        count = await _patiently(lambda: _unreported(world)) + callcow.on_the_phone
        if not count:
            return
        if count <= few:
            calm.set()
        if count != left:
            left, changed_at = count, time.monotonic()
        await asyncio.sleep(_LOOK_SECONDS)


async def _unreported(world: World) -> int:
    """Let what is to be reported be due, and return how many calls are not reported."""
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        # A token that was refused is tried again after minutes: they have passed.
        await rows.execute(
            calls.update()
            .where(calls.c.state == State.ENDED, calls.c.due_at > utc_now())
            .values(due_at=utc_now())
        )
        counted = select(func.count()).where(calls.c.state != State.REPORTED)
        return (await rows.execute(counted)).scalar_one()


async def _watch_commits(world: World, posts: Posts) -> None:
    """Tell `posts` again and again what is committed; ends by being cancelled."""
    while True:
        with contextlib.suppress(OSError, TimeoutError, SQLAlchemyError):
            posts.committed(await _committed(world))
        await asyncio.sleep(_LOOK_SECONDS)


async def _committed(world: World) -> set[str]:
    """Return the timestamps of the posts that the database knows of."""
    async with Database.open(world.database_url) as database, database.engine.connect() as rows:
        found = await rows.execute(select(calls.c.message_ts, calls.c.result_ts))
        return {ts for row in found for ts in row if ts}


async def _patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Return what comes of an attempt, made again while a busy machine is too slow for it."""
    async with asyncio.timeout(_LONGEST_YIELD_SECONDS):
        while True:
            with contextlib.suppress(OSError, TimeoutError, SQLAlchemyError):
                return await attempt()
            await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def _database(kind: Literal["sqlite", "postgresql"]) -> AsyncIterator[str]:
    async with AsyncExitStack() as stack:
        if kind == "postgresql":
            yield await stack.enter_async_context(new_postgresql_database())
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            yield f"sqlite+aiosqlite:///{Path(folder) / 'ringback.db'}"


async def _main(plan: Plan, kind: Literal["sqlite", "postgresql"]) -> int:
    keys = f"CallCow stores keys {plan.key_stored}"
    mode = "Socket Mode" if plan.socket_mode else "HTTP"
    bots = f"{plan.replicas} of the bot, {mode}"
    sys.stdout.write(f"seed {plan.seed}: {plan.calls} calls on {kind}, {bots}, {keys}\n")
    began = time.monotonic()
    async with _database(kind) as url:
        made = await run(url, plan)
    sys.stdout.write(f"{made}\nafter {time.monotonic() - began:.0f} s\n")
    return 0 if made.sound else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1_000_000))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--replicas", type=int, default=1, help="more than one need postgresql")
    parser.add_argument("--socket-mode", action="store_true")
    given = parser.parse_args()
    asked = Plan(
        seed=given.seed,
        calls=given.calls,
        replicas=given.replicas,
        socket_mode=given.socket_mode,
    )
    sys.exit(asyncio.run(_main(asked, given.database)))
