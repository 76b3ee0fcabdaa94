"""`.ci/rolling-upgrade`: an upgrade and a rollback under load, and what came of every call.

The version before runs first. Then each replica is replaced by this version, one after the other,
and each again by the version before, as .github/OPERATING.md says, while people ask for calls and
CallCow reports results through the same proxy.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.core.calls.states import State
from bot.core.errors import StoreError
from bot.demo.slack.contents import Channel, Person
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.workspace import TEAM
from tests.conftest import new_postgresql_database
from tests.faults.caddy import caddy
from tests.faults.chaos_people import CROWD
from tests.forked import started
from tests.world import Served, World, free_port

# The interpreter that has the version before.
PREVIOUS: Final = os.environ.get("RINGBACK_PREVIOUS_VERSION")
# After that Slack tells the person that the bot did not answer.
_SLACK_SECONDS: Final = 3.0
# Longer than Caddy, which asks every second, takes to hear of it.
_DRAIN_SECONDS: Final = "3"
_ON_THE_PHONE_SECONDS: Final = 1.0
_END_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.5


@dataclass
class Load:
    """People who ask for calls, so many a second, and CallCow, which reports each result."""

    world: World
    a_second: float
    replies: list[tuple[str, Reply]] = field(default_factory=list)
    callbacks: list[int | None] = field(default_factory=list)
    reporting: list[asyncio.Task[None]] = field(default_factory=list)

    async def ask(self, until: asyncio.Event) -> None:
        """Ask until it is said to be enough, nobody waiting for anybody else."""
        async with asyncio.TaskGroup() as asking:
            count = 0
            while not until.is_set():
                asking.create_task(self._ask(count))
                count += 1
                # Their pauses are what is simulated: nothing is waited for.
                await asyncio.sleep(1 / self.a_second)

    async def report(self) -> None:
        """Report the result of each call a while after it was dialed; ends by being cancelled."""
        dials = self.world.callcow.dials
        async with asyncio.TaskGroup() as reporting:
            while True:
                await self.world.callcow.until(lambda: len(dials) > len(self.reporting))
                for dial in dials[len(self.reporting) :]:
                    self.reporting.append(reporting.create_task(self._report(dial.call_id)))

    async def _ask(self, count: int) -> None:
        person = Person(f"U0P{count:05d}", f"person-{count}", TEAM)
        self.world.slack.workspace.people[person.id] = person
        number = f"+1415{2_000_000 + count}"
        channel = CROWD[count % len(CROWD)]
        reply = await self.world.slack.command(person.id, channel, f"{number}, Book a table")
        self.replies.append((number, reply))

    async def _report(self, call_id: str) -> None:
        await asyncio.sleep(_ON_THE_PHONE_SECONDS)
        delivery = await self.world.callcow.finish(call_id)
        self.callbacks.append(delivery.status if delivery else None)


@dataclass
class Fleet:
    """The replicas, by their ports."""

    world: World
    folder: str
    ports: list[int]
    running: dict[int, Served] = field(default_factory=dict)

    async def start(self, port: int, python: str) -> None:
        """Start a replica on that port, and wait until it is ready."""
        environment = {**self._environment, "PORT": str(port), "ADMIN_PORT": "0"}
        process = await started(environment, python, "-m", "bot", "serve", folder=self.folder)
        self.running[port] = Served.reading(process, f"http://127.0.0.1:{port}")
        await self.running[port].until_ready()

    async def stop(self, port: int) -> None:
        """Stop the replica on that port as an operator does."""
        code = await self.running.pop(port).stop()
        assert code == 0, f"the replica on {port} ended with {code}"

    async def migrate(self, python: str) -> None:
        """Run `ringback migrate`."""
        process = await started(
            self._environment, python, "-m", "bot", "migrate", folder=self.folder
        )
        output, errors = await process.communicate()
        assert process.returncode == 0, (output + errors).decode()

    async def replace(self, python: str) -> None:
        """Replace each replica by that version, one after the other."""
        for port in self.ports:
            await self.stop(port)
            await self.start(port, python)

    async def kill(self) -> None:
        """End all that run."""
        for served in self.running.values():
            await served.kill()

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], **self.world.environment}


@asynccontextmanager
async def _database(kind: str) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield f"sqlite+aiosqlite:///{Path(folder) / 'ringback.db'}"
            return
        async with new_postgresql_database() as url:
            yield url


async def run(kind: str, a_second: float) -> tuple[Load, list[str]]:
    """Do it all, and return what was asked and what is wrong."""
    assert PREVIOUS is not None, "run by .ci/rolling-upgrade"
    replicas = 2 if kind == "postgresql" else 1
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(_database(kind))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        proxy_port = free_port()
        world = await stack.enter_async_context(World(url, port=proxy_port))
        world.changes |= {
            "MIGRATE_AT_START": "false",
            # One alone is not drained: there is nobody to take over.
            "DRAIN_SECONDS": _DRAIN_SECONDS if replicas > 1 else "0",
            "CALLCOW_RATE_PER_MINUTE": "1000000",
        }
        for channel in CROWD:
            world.slack.workspace.channels[channel] = Channel(channel, channel.lower())
        fleet = Fleet(world, folder, [free_port() for _ in range(replicas)])
        stack.push_async_callback(fleet.kill)
        await fleet.migrate(PREVIOUS)
        for port in fleet.ports:
            await fleet.start(port, PREVIOUS)
        await stack.enter_async_context(caddy(fleet.ports, proxy_port))
        load, enough = Load(world, a_second), asyncio.Event()
        reporting = asyncio.create_task(load.report())
        asking = asyncio.create_task(load.ask(enough))
        await fleet.migrate(sys.executable)
        await fleet.replace(sys.executable)
        await fleet.replace(PREVIOUS)
        enough.set()
        await asking
        await _until_reported(world)
        reporting.cancel()
        return load, [line async for line in _wrong(world, load)]


async def _until_reported(world: World) -> None:
    """Wait until all are reported, or for so long none more is: a busy machine takes its time."""
    reported, until = 0, time.monotonic() + _END_SECONDS
    while time.monotonic() < until:
        # It may not even answer in time.
        with suppress(StoreError):
            states = [call.state for call in await world.saved_calls()]
            if (now := states.count(State.REPORTED)) == len(states):
                return
            if now > reported:
                reported, until = now, time.monotonic() + _END_SECONDS
        await asyncio.sleep(_LOOK_SECONDS)


async def _wrong(world: World, load: Load) -> AsyncIterator[str]:
    saved = {call.recipient: call for call in await world.saved_calls()}
    dialed = [dial.recipient_phone for dial in world.callcow.dials]
    for number, reply in load.replies:
        if not reply.acknowledged:
            yield f"{number} was refused: {reply.status} {reply.problem}"
        elif number not in saved:
            yield f"{number} was acknowledged and is lost: {reply.text}"
        elif saved[number].state is not State.REPORTED:
            yield f"{number} is {saved[number].state}"
        elif dialed.count(number) != 1:
            yield f"{number} was dialed {dialed.count(number)} times"
    for line in _refused_callbacks(load):
        yield line


def _refused_callbacks(load: Load) -> Iterator[str]:
    for status in load.callbacks:
        if status != 200:
            yield f"a callback was answered {status}"


def _told(kind: str, load: Load, wrong: list[str], seconds: float) -> str:
    waits = sorted(reply.seconds for _, reply in load.replies)
    late = sum(wait > _SLACK_SECONDS for wait in waits)
    return "\n".join(
        [
            f"{kind}: {len(waits)} calls asked for, {len(load.callbacks)} results, "
            f"an upgrade and a rollback in {seconds:.0f} s",
            f"  longest wait for an answer {waits[-1]:.2f} s, over {_SLACK_SECONDS:.0f} s: {late}",
            f"  refused, lost, dialed twice or not reported: {len(wrong)}",
            *(f"  {line}" for line in wrong[:20]),
            "",
        ]
    )


async def _main(kinds: list[str], a_second: float) -> int:
    failed = False
    for kind in kinds:
        began = time.monotonic()
        load, wrong = await run(kind, a_second)
        sys.stdout.write(_told(kind, load, wrong, time.monotonic() - began))
        # With two, one of them answers at any time.
        late = any(reply.seconds > _SLACK_SECONDS for _, reply in load.replies)
        failed = failed or bool(wrong) or (kind == "postgresql" and late)
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--a-second", type=float, default=10.0)
    given = parser.parse_args()
    chosen = [given.database] if given.database else ["postgresql", "sqlite"]
    sys.exit(asyncio.run(_main(chosen, given.a_second)))
