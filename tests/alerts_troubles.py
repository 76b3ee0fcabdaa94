"""What may happen to a bot, to Slack, to CallCow or to the database: each brings its alert about.

A trouble lasts while its context is open.
"""

import asyncio
import os
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import text

from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.tables import calls
from tests.faults.chaos_people import CROWD
from tests.world import World, bearer, post, slack_says

_CALLS: Final = 10
# Longer than the thresholds of what is slow, and within what a handler waits for the database.
_SLOW_SECONDS: Final = 6.0
_LOCKED_SECONDS: Final = 1.7
_FILES_MAX: Final = 100


@asynccontextmanager
async def repeated(what: Callable[[], Awaitable[object]], every: float) -> AsyncIterator[None]:
    """Do it again and again while the context is open."""

    async def again() -> None:
        while True:
            await what()
            await asyncio.sleep(every)

    doing = asyncio.create_task(again())
    try:
        yield
    finally:
        doing.cancel()
        with suppress(asyncio.CancelledError):
            await doing


class Troubles:
    """Those of one bot, which runs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked = 0

    async def ask(self, count: int = _CALLS) -> None:
        """Ask for calls, each in another channel: in one a message a second is posted."""
        for _ in range(count):
            self._asked += 1
            number = f"+1415{2_000_000 + self._asked}"
            channel = CROWD[self._asked % len(CROWD)]
            await self._world.slack.command(ADA, channel, f"{number}, Book a table")

    async def finish(self) -> None:
        """Let CallCow report all calls that are not over."""
        for dial in self._world.callcow.dials:
            if dial.final is None:
                await self._world.callcow.finish(dial.call_id)

    @asynccontextmanager
    async def signatures_rejected(self) -> AsyncIterator[None]:
        """Somebody signs with another secret."""
        self._world.slack._delivery._signing_secret = "another"
        async with repeated(lambda: self._world.slack.command(ADA, GENERAL, "help"), 0.5):
            yield
        self._world.slack._delivery._signing_secret = self._world.slack.signing_secret

    @asynccontextmanager
    async def callbacks_refused(self) -> AsyncIterator[None]:
        """A stranger sends callbacks."""
        url = f"{self._world.url}/callcow/callback/4f3ab1d5-0000-4000-8000-000000000000"
        body = b'{"call_status": "success"}'
        async with repeated(lambda: post(url, body, bearer("guessed")), 0.1):
            yield

    @asynccontextmanager
    async def no_results(self) -> AsyncIterator[None]:
        """CallCow takes calls and says no more of them: RESULT_TIMEOUT is short here."""
        async with repeated(self.ask, 5):
            yield

    @asynccontextmanager
    async def callcow_refuses(self) -> AsyncIterator[None]:
        """CallCow takes the key no more."""
        known, self._world.callcow.api_key = self._world.callcow.api_key, "ck_live_another"
        async with repeated(self.ask, 5):
            yield
        self._world.callcow.api_key = known

    @asynccontextmanager
    async def callcow_away(self) -> AsyncIterator[None]:
        """CallCow is busy with something else."""
        self._world.callcow.faults.choose = lambda _: Fault(status=503)
        async with repeated(self.ask, 5):
            yield
        self._world.callcow.faults.choose = None

    @asynccontextmanager
    async def rate_used_up(self) -> AsyncIterator[None]:
        """More calls are asked for than the key's rate."""
        await self.ask(80)
        yield

    @asynccontextmanager
    async def callcow_silent(self) -> AsyncIterator[None]:
        """CallCow holds a request: the call's step goes on and on."""
        goes_on = asyncio.Event()
        self._world.callcow.faults.choose = lambda _: Fault(hold=goes_on)
        await self.ask(1)
        yield
        self._world.callcow.faults.choose = None
        goes_on.set()

    @asynccontextmanager
    async def slack_refuses_edits(self) -> AsyncIterator[None]:
        """Slack refuses one method."""

        def choose(method: str) -> Fault | None:
            return slack_says("cant_update_message") if method == "chat.update" else None

        self._world.slack.faults.choose = choose
        async with repeated(self.ask, 5), repeated(self.finish, 1):
            yield
        self._world.slack.faults.choose = None
        await self.finish()

    @asynccontextmanager
    async def slack_slow(self) -> AsyncIterator[None]:
        """Slack keeps each message for seconds: results come late."""
        goes_on = asyncio.Event()
        await self.ask()
        await self._world.callcow.until(lambda: self._world.callcow.dials[-_CALLS:])
        await asyncio.sleep(_SLOW_SECONDS)
        self._world.slack.faults.choose = lambda _: Fault(hold=goes_on)
        await self.finish()
        await asyncio.sleep(_SLOW_SECONDS)
        goes_on.set()
        self._world.slack.faults.choose = None
        yield

    @asynccontextmanager
    async def database_slow(self) -> AsyncIterator[None]:
        """Another process holds SQLite's lock nearly for as long as a handler waits."""

        async def once() -> None:
            async with self._world.locked():
                asking = asyncio.create_task(self.ask(1))
                await asyncio.sleep(_LOCKED_SECONDS)
            await asking

        async with repeated(once, 0.5):
            yield

    @asynccontextmanager
    async def row_unreadable(self) -> AsyncIterator[None]:
        """A newer version wrote a row that is due."""
        await self.ask(1)
        await asyncio.sleep(1)
        async with self._world.database() as database:
            newest = calls.select().order_by(calls.c.requested_at.desc()).limit(1)
            async with database.engine.begin() as rows:
                row = (await rows.execute(newest)).one()
                odd = {"if_unanswered": text("'five_in_all'"), "due_at": row.requested_at}
                changed = calls.update().where(calls.c.id == row.id)
                await rows.execute(changed.values(odd | {"lease": None}))
            yield
            async with database.engine.begin() as rows:
                await rows.execute(calls.delete().where(calls.c.id == row.id))

    @asynccontextmanager
    async def database_away(self) -> AsyncIterator[None]:
        """PostgreSQL takes nobody, while people ask for calls."""
        async with self._world.away(), repeated(lambda: self.ask(1), 0.5):
            yield

    @asynccontextmanager
    async def result_while_the_database_is_away(self) -> AsyncIterator[None]:
        """The result of a call comes for as long as the database is away."""
        await self.ask(1)
        await self._world.callcow.until(lambda: self._world.callcow.dials)
        await asyncio.sleep(1)
        async with self._world.away():
            await self.finish()
            yield

    @asynccontextmanager
    async def socket_broken(self) -> AsyncIterator[None]:
        """Slack opens no WebSocket."""

        def choose(method: str) -> Fault | None:
            return Fault(status=503) if method == "apps.connections.open" else None

        self._world.slack.faults.choose = choose
        self._world.slack.reset_sockets()
        yield
        self._world.slack.faults.choose = None

    @asynccontextmanager
    async def few_files(self, pid: int) -> AsyncIterator[None]:
        """Somebody opens connections and keeps them, and only so many files may be open."""
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (_FILES_MAX, limits[1]))
        wanted = int(_FILES_MAX * 0.9) - len(os.listdir(f"/proc/{pid}/fd"))
        open_ones: list[socket.socket] = []

        async def connect() -> None:
            for one in open_ones:
                one.close()
            address = ("127.0.0.1", self._world.port)
            open_ones[:] = [socket.create_connection(address) for _ in range(wanted)]

        async with repeated(connect, 5):
            yield
        for one in open_ones:
            one.close()


class Ahead:
    """A clock that is ahead of the database's: a program whose `time` a file moves."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ahead"
        self._file.write_text("0", encoding="ascii")
        self.folder = folder
        (folder / "sitecustomize.py").write_text(
            "import pathlib, time\n"
            "told, ahead = time.time, pathlib.Path(__file__).with_name('ahead')\n"
            "time.time = lambda: told() + float(ahead.read_text() or 0)\n",
            encoding="ascii",
        )

    @asynccontextmanager
    async def off(self) -> AsyncIterator[None]:
        """The machine's clock is seven seconds ahead."""
        self._file.write_text("7", encoding="ascii")
        yield
        self._file.write_text("0", encoding="ascii")
