"""`.ci/alerts`: a real Prometheus asks real bots, and every alert is seen to fire and to clear.

The rules are those of .ops/alerts.yml with shorter times: an hour is not waited for.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.demo.slack.contents import Channel
from tests.alerts_prometheus import Prometheus, prometheus
from tests.alerts_troubles import Ahead, Troubles, repeated
from tests.conftest import new_postgresql_database
from tests.faults.chaos_people import CROWD
from tests.faults.listening import until_answers
from tests.forked import started
from tests.test_ops_alerts import ALERTS
from tests.world import World, free_port, slack_says

_RESTARTS: Final = 6
# In which Prometheus has asked.
_ASKED_SECONDS: Final = 2.0
_ROOT: Final = Path(__file__).parents[1]

_Trouble = Callable[[], AbstractAsyncContextManager[None]]


@dataclass
class Seen:
    """Which alerts have fired, and cleared."""

    asking: Prometheus
    alerts: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def fires(self, alert: str) -> AsyncIterator[None]:
        """Wait until the alert fires; once the context is closed, until it has cleared."""
        await self.asking.until(alert, fires=True)
        sys.stdout.write(f"{alert} fires\n")
        yield
        await self.asking.until(alert, fires=False)
        sys.stdout.write(f"{alert} cleared\n")
        self.alerts.append(alert)

    async def of(self, trouble: _Trouble, *alerts: str) -> None:
        """Let the trouble bring these alerts about, and end."""
        async with AsyncExitStack() as clearing, trouble():
            for alert in alerts:
                await clearing.enter_async_context(self.fires(alert))


async def _on_sqlite(seen: Seen, url: str) -> None:
    async with World(url) as world:
        _make_room(world)
        world.changes |= {"RESULT_TIMEOUT": "12", "DIAL_RETRY_AFTER": "3"}
        seen.asking.ask(world.admin_port)
        troubles = Troubles(world)
        async with AsyncExitStack() as clearing:
            await clearing.enter_async_context(seen.fires("RingbackDown"))
            bot = await clearing.enter_async_context(world.served())
            await seen.asking.until("RingbackDown", fires=False)
            await seen.of(troubles.signatures_rejected, "RingbackSignaturesRejected")
            await seen.of(troubles.callbacks_refused, "RingbackCallbacksRefused")
            await seen.of(troubles.callcow_silent, "RingbackStepsLate")
            await seen.of(troubles.slack_slow, "RingbackReportsSlow")
            await seen.of(troubles.slack_refuses_edits, "RingbackSlackFailing")
            await seen.of(troubles.database_slow, "RingbackAcknowledgementsSlow")
            await seen.of(troubles.row_unreadable, "RingbackRowsUnreadable")
            await seen.of(troubles.no_results, "RingbackCallbacksMissing", "RingbackResultsMissing")
            await seen.of(troubles.callcow_refuses, "RingbackCallCowRefuses")
            await seen.of(troubles.callcow_away, "RingbackCallCowFailing")
            await seen.of(troubles.rate_used_up, "RingbackRateUsedUp")
            await seen.of(lambda: troubles.few_files(bot.process.pid), "RingbackFilesUsedUp")


async def _on_postgresql(seen: Seen, url: str) -> None:
    async with World(url) as world, AsyncExitStack() as stack:
        _make_room(world)
        seen.asking.ask(world.admin_port)
        troubles = Troubles(world)
        ahead = Ahead(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        async with _serving(world, PYTHONPATH=f"{ahead.folder}:{_ROOT}"):
            await seen.of(troubles.database_away, "RingbackDatabaseFailing")
            await seen.of(troubles.result_while_the_database_is_away, "RingbackCallbacksNotSaved")
            await seen.of(ahead.off, "RingbackClockOff")


async def _in_socket_mode(seen: Seen, url: str) -> None:
    async with World(url, socket_mode=True) as world:
        seen.asking.ask(world.admin_port)
        async with world.served():
            await seen.of(Troubles(world).socket_broken, "RingbackSocketDisconnected")


async def _at_the_start(seen: Seen, url: str) -> None:
    """What shows in a bot that is started: of a token, again and again, of another version."""
    async with World(url) as world, AsyncExitStack() as stack:
        _make_room(world)
        seen.asking.ask(world.admin_port)
        for _ in range(5):
            world.slack.faults.add("auth.test", slack_says("token_revoked"))
        async with world.served(), seen.fires("RingbackSlackTokenRefused"):
            world.slack.faults.choose = None
        for _ in range(_RESTARTS):
            async with world.served() as bot:
                await asyncio.sleep(_ASKED_SECONDS)
                await bot.stop()
        async with world.served(), seen.fires("RingbackRestarting"):
            pass
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        async with world.served():
            await seen.of(lambda: _another_version(seen, world, folder), "RingbackVersionsDiffer")
        troubles = Troubles(world)
        async with _serving(world, log="/dev/full"):
            await seen.of(lambda: repeated(troubles.ask, 5), "RingbackLogLinesDropped")


@asynccontextmanager
async def _another_version(seen: Seen, world: World, folder: Path) -> AsyncIterator[None]:
    """Let a replica of another version run beside the first."""
    installed = folder / "ringback-99.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ringback\nVersion: 99.0\n")
    ports = {"PORT": str(free_port()), "ADMIN_PORT": str(free_port())}
    async with _serving(world, PYTHONPATH=f"{folder}:{_ROOT}", **ports):
        seen.asking.ask(world.admin_port, int(ports["ADMIN_PORT"]))
        yield
        seen.asking.ask(world.admin_port)


@asynccontextmanager
async def _serving(world: World, *, log: str = "/dev/null", **changes: str) -> AsyncIterator[None]:
    """Run `ringback serve` in an interpreter of its own, which these variables can change."""
    environment = {"PYTHONPATH": str(_ROOT), **world.environment, **changes}
    command = ("bash", "-c", f"exec {sys.executable} -m bot serve 2>{log}")
    process = await started(environment, *command, folder=None)
    try:
        await until_answers(f"http://127.0.0.1:{environment['PORT']}/readyz")
        yield
    finally:
        process.kill()
        await process.wait()


def _make_room(world: World) -> None:
    for channel in CROWD:
        world.slack.workspace.channels[channel] = Channel(channel, channel.lower())


_PARTS: Final = (_on_sqlite, _on_postgresql, _in_socket_mode, _at_the_start)


async def _main(chosen: list[str]) -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        seen = Seen(await stack.enter_async_context(prometheus([free_port()])))
        for part in _PARTS:
            if chosen and part.__name__ not in chosen:
                continue
            url = f"sqlite+aiosqlite:///{folder}/{part.__name__}.db"
            if part is _on_postgresql:
                url = await stack.enter_async_context(new_postgresql_database())
            await part(seen, url)
    if not chosen:
        assert set(seen.alerts) == set(ALERTS), set(ALERTS) - set(seen.alerts)
    sys.stdout.write(f"{len(seen.alerts)} alerts were seen to fire and to clear.\n")


if __name__ == "__main__":
    # Names of parts; without any, all of them.
    asyncio.run(_main(sys.argv[1:]))
