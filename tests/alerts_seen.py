"""`.ci/alerts`: a real Prometheus asks a real bot, and the alerts are seen to fire and to clear.

The rules are those of .ops/alerts.yml with shorter times: an hour is not waited for. What cannot be
brought about here within seconds is tried by tests/test_ops_alerts.py alone.
"""

import asyncio
import json
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import yaml

from bot.demo.faults import Fault
from bot.demo.slack.contents import Channel
from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.chaos_people import CROWD
from tests.faults.listening import until_answers
from tests.forked import started
from tests.test_ops_alerts import OPS
from tests.world import World, bearer, free_port, get, post, slack_says

_SECONDS: Final = 150.0
_LOOK_SECONDS: Final = 0.5
_CALLS: Final = 6
# In which what was asked for is dialed.
_SETTLE_SECONDS: Final = 10.0


class Prometheus:
    """Asks one bot every second."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def firing(self) -> set[str]:
        """Return the alerts that fire now."""
        _, told = await get(f"{self._url}/api/v1/alerts")
        alerts = json.loads(told)["data"]["alerts"]
        return {one["labels"]["alertname"] for one in alerts if one["state"] == "firing"}

    async def until(self, alert: str, *, fires: bool) -> None:
        """Wait until the alert fires, or has cleared."""
        async with asyncio.timeout(_SECONDS):
            while True:
                if (alert in await self.firing()) == fires:
                    return
                await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def prometheus(admin_port: int) -> AsyncIterator[Prometheus]:
    """Run it while the context is open."""
    program, port = shutil.which("prometheus"), free_port()
    assert program is not None, "no prometheus here: it is in Debian's package of that name"
    rules = (OPS / "alerts.yml").read_text(encoding="utf-8")
    rules = re.sub(r"for: \w+", "for: 1s", re.sub(r"\[\d+[mh]\]", "[15s]", rules))
    settings = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {
                "job_name": "ringback",
                "static_configs": [{"targets": [f"127.0.0.1:{admin_port}"]}],
            }
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "alerts.yml").write_text(rules, encoding="utf-8")
        (Path(folder) / "prometheus.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        options = ("--config.file=prometheus.yml", "--storage.tsdb.path=data")
        address = f"--web.listen-address=127.0.0.1:{port}"
        process = await started({}, program, *options, address, folder=folder)
        reading = asyncio.create_task(process.stderr.read())
        try:
            url = f"http://127.0.0.1:{port}"
            await until_answers(f"{url}/-/ready")
            yield Prometheus(url)
        finally:
            process.kill()
            await process.wait()
            reading.cancel()


class Troubles:
    """What may happen to a bot: each brings its alert about, and some have to be ended."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked = 0

    async def slack_token_refused(self) -> None:
        """Let Slack take the token no more; the bot is restarted, as it asks at the start."""
        for _ in range(5):
            self._world.slack.faults.add("auth.test", slack_says("token_revoked"))

    async def signatures_rejected(self) -> None:
        """Let somebody sign with another secret."""
        self._world.slack._delivery._signing_secret = "another"
        for _ in range(10):
            await self._world.slack.command(ADA, GENERAL, "help")
            await asyncio.sleep(_LOOK_SECONDS)
        self._world.slack._delivery._signing_secret = self._world.slack.signing_secret

    async def callbacks_refused(self) -> None:
        """Let a stranger send callbacks."""
        url = f"{self._world.url}/callcow/callback/4f3ab1d5-0000-4000-8000-000000000000"
        for _ in range(40):
            await post(url, b'{"call_status": "success"}', bearer("guessed"))
            await asyncio.sleep(_LOOK_SECONDS / 5)

    async def callcow_refuses(self) -> None:
        """Let CallCow take the key no more."""
        known, self._world.callcow.api_key = self._world.callcow.api_key, "ck_live_another"
        await self._ask()
        await asyncio.sleep(_SETTLE_SECONDS)
        self._world.callcow.api_key = known

    async def callcow_failing(self) -> None:
        """Let CallCow be away."""
        faults = [Fault(status=503, body="") for _ in range(_CALLS * 3)]
        for fault in faults:
            self._world.callcow.faults.add("call-prompt", fault)
        await self._ask(_CALLS * 3)

    async def results_missing(self) -> None:
        """Let calls end of which nothing is heard: RESULT_TIMEOUT is short here."""
        await self._ask()

    async def rate_used_up(self) -> None:
        """Ask for more calls than the key's rate."""
        await self._ask(80)

    async def _ask(self, count: int = _CALLS) -> None:
        for _ in range(count):
            self._asked += 1
            number = f"+1415{2_000_000 + self._asked}"
            # In one channel a message a second is posted.
            channel = CROWD[self._asked % len(CROWD)]
            await self._world.slack.command(ADA, channel, f"{number} Book a table")


async def _main() -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        world = await stack.enter_async_context(World(f"sqlite+aiosqlite:///{folder}/ringback.db"))
        for channel in CROWD:
            world.slack.workspace.channels[channel] = Channel(channel, channel.lower())
        world.changes |= {"RESULT_TIMEOUT": "3", "DIAL_RETRY_AFTER": "3"}
        asking = await stack.enter_async_context(prometheus(world.admin_port))
        await _seen(asking, "RingbackDown", _nothing)
        async with world.served() as bot:
            await asking.until("RingbackDown", fires=False)
            troubles = Troubles(world)
            trouble: Callable[[], Awaitable[None]]
            for alert, trouble in (
                ("RingbackSignaturesRejected", troubles.signatures_rejected),
                ("RingbackCallbacksRefused", troubles.callbacks_refused),
                ("RingbackResultsMissing", troubles.results_missing),
                ("RingbackCallCowRefuses", troubles.callcow_refuses),
                ("RingbackCallCowFailing", troubles.callcow_failing),
                ("RingbackRateUsedUp", troubles.rate_used_up),
            ):
                await _seen(asking, alert, trouble)
                await asking.until(alert, fires=False)
                sys.stdout.write(f"{alert} cleared\n")
            await bot.stop()
        await troubles.slack_token_refused()
        async with world.served():
            await _seen(asking, "RingbackSlackTokenRefused", _nothing)
            await asking.until("RingbackSlackTokenRefused", fires=False)
            sys.stdout.write("RingbackSlackTokenRefused cleared\n")


async def _nothing() -> None:
    """There is nothing to do for it."""


async def _seen(asking: Prometheus, alert: str, trouble: Callable[[], Awaitable[None]]) -> None:
    causing = asyncio.ensure_future(trouble())
    await asking.until(alert, fires=True)
    sys.stdout.write(f"{alert} fires\n")
    await causing


if __name__ == "__main__":
    asyncio.run(_main())
