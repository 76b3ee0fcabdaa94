"""The world a test happens in: a local Slack, a CallCow simulator and a bot between them."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final, Self

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Connection, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot import app
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.draft import Draft
from bot.demo.callcow.dial import Dial
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.changes import Changes
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message, View
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, GENERAL
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.rows import call_of
from bot.storage.tables import approvals, calls, channel_slots, drafts
from tests.forked import CommandLine, Process, Program, forked
from tests.slack_types import type_problems_of_all_said

SECOND_TEAM: Final = "T0SECOND"
NUMBER: Final = "+14155552671"
PROMPT: Final = "Book a reservation at Friday 7pm for Josh for 2"
COMMAND: Final = f"{NUMBER}, {PROMPT}"
SUMMARY: Final = "Customer booked a reservation for Friday 7pm, party of 2."

ENCRYPTION_KEY: Final = "2k1Bqz8cVQ9mS5bYdJxW3pTn7RuLhXeCaGoFiKyZvE0="

# No test depends on the time of day or on how often it tries; those of the rules turn them on.
AT_ANY_TIME: Final = {
    # The builders' calls are of a day that is long past.
    "RETENTION_DAYS": "0",
    "CALLING_HOURS": "off",
    "CALLS_PER_PERSON_PER_HOUR": "0",
    "CALLS_PER_PERSON_PER_DAY": "0",
    "CALLS_PER_NUMBER_PER_DAY": "0",
    "CALLS_PER_DAY": "0",
}

# A busy machine takes its time.
_START_SECONDS: Final = 60.0
# How often the database is looked at for a change that nothing tells of.
_LOOK_SECONDS: Final = 0.01

# Below the ports that the system gives to outgoing connections, and for each of the processes
# that run tests side by side a range of its own, so that nobody takes a port before it is used.
# Two runs at once begin at different places.
WORKER: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_RANGE: Final = range(12_000 + 2_500 * WORKER, 14_500 + 2_500 * WORKER)
_ports: Final[Iterator[int]] = itertools.cycle(
    [*_RANGE[os.getpid() % 2_500 :], *_RANGE[: os.getpid() % 2_500]]
)


def free_port() -> int:
    """Return a port that nothing listens on now."""
    for port in _ports:
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports never end")


@dataclass
class Clock:
    """Seconds since the epoch, as far ahead of the real time as a test has let pass."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class World:
    """Both stand-ins and what a bot needs to know of them; open it with `async with`.

    `forever` is for faults that hold a request until the test has ended.
    """

    database_url: str
    socket_mode: bool = False
    # Whether the bot is for any workspace, and installed in each by OAuth.
    distributed: bool = False
    port: int = field(default_factory=free_port)
    admin_port: int = field(default_factory=free_port)
    # Slack waits for 3 s. A handler answers in 2 s at most, to which a busy machine adds its own.
    slack: LocalSlack = field(default_factory=lambda: LocalSlack(reply_seconds=12))
    callcow: CallCowSimulator = field(default_factory=CallCowSimulator)
    changes: dict[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    forever: asyncio.Event = field(default_factory=asyncio.Event)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _beside: dict[tuple[str, str], Database] = field(default_factory=dict)
    _bots: int = 0

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.slack)
        await self._stack.enter_async_context(self.callcow)
        if not self.socket_mode:
            self.slack.request_url = f"{self.url}/slack/events"
            self.slack.app.redirect_urls = [f"{self.url}/slack/oauth_redirect"]
        return self

    async def __aexit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.forever.set()
        await self._stack.aclose()
        if error is None:
            # Whatever a test lets the bot say has the shape that Slack publishes.
            assert type_problems_of_all_said(self.slack) == []

    @classmethod
    def of_many_workspaces(cls, database_url: str, *, enterprise: str | None = None) -> Self:
        """Return a world with two workspaces, alone or of one organization, the bot in neither."""
        slack = LocalSlack(reply_seconds=12, bot_token=None, enterprise=enterprise)
        slack.add_workspace(SECOND_TEAM, "Second", enterprise=enterprise)
        return cls(database_url, distributed=True, slack=slack)

    @property
    def second(self) -> LocalWorkspace:
        """The second of two workspaces."""
        return self.slack.workspace_of(SECOND_TEAM)

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        """Where those who run the bot ask it."""
        return f"http://127.0.0.1:{self.admin_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The bot's settings as environment variables; `changes` come last, empty ones unset."""
        mode = (
            {"SLACK_APP_TOKEN": self.slack.app_token}
            if self.socket_mode
            else {"SLACK_SIGNING_SECRET": self.slack.signing_secret}
        )
        if self.distributed:
            token = {
                "SLACK_CLIENT_ID": self.slack.app.client_id,
                "SLACK_CLIENT_SECRET": self.slack.app.client_secret,
                "ENCRYPTION_KEYS": ENCRYPTION_KEY,
            }
        else:
            token = {"SLACK_BOT_TOKEN": self.slack.bot_token}
        return {
            "SLACK_API_URL": self.slack.api_url,
            "CALLCOW_API_KEY": self.callcow.api_key,
            "CALLCOW_BASE_URL": self.callcow.base_url,
            "PUBLIC_URL": self.url,
            "DATABASE_URL": self.database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "ADMIN_PORT": str(self.admin_port),
            "LOG_FORMAT": "json",
            **AT_ANY_TIME,
            **token,
            **mode,
            **self.changes,
        }

    @property
    def settings(self) -> Settings:
        """The bot's settings, for one that runs in the test's own process."""
        given = {name.lower(): value for name, value in self.environment.items() if value}
        return Settings.given(given)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[None]:
        """Run the bot in the test's own process while the context is open."""
        async with app.running(self.settings):
            if self.socket_mode:
                await self.slack.socket_connected()
            self._bots += 1
            try:
                yield
            finally:
                self._bots -= 1

    @asynccontextmanager
    async def served(self, program: Program | None = None) -> AsyncIterator["Served"]:
        """Run `ringback serve` as a process while the context is open; `program` as in `start`."""
        async with self.launched(self.port, program) as served:
            await served.until_ready()
            if self.socket_mode:
                await self.slack.socket_connected()
            yield served

    @asynccontextmanager
    async def launched(self, port: int, program: Program | None = None) -> AsyncIterator["Served"]:
        """Run `ringback serve` on that port as `served` does, without waiting until it is ready."""
        environment = {**self.environment, "PORT": str(port)}
        if port != self.port:
            del environment["ADMIN_PORT"]
        served = await Served.start(environment, program)
        try:
            yield served
        finally:
            await served.kill()

    @asynccontextmanager
    async def replicas(self) -> AsyncIterator[tuple["Served", "Served"]]:
        """Run two processes on one database: Slack asks the first, CallCow calls the second."""
        second_port = free_port()
        self.changes["PUBLIC_URL"] = f"http://127.0.0.1:{second_port}"
        async with self.launched(self.port) as first, self.launched(second_port) as second:
            await asyncio.gather(first.until_ready(), second.until_ready())
            yield first, second

    async def until_dialed(self) -> Dial:
        """Wait for the first call and return it as CallCow knows it."""
        await self.callcow.until(lambda: self.callcow.dials)
        return self.callcow.dials[0]

    async def until_placed(self, count: int = 1) -> None:
        """Wait until CallCow has taken so many calls, and nothing more is done about them."""
        async with asyncio.timeout(30):
            while True:
                saved = await self.saved_calls()
                if len([call for call in saved if call.placed_at and not call.lease]) >= count:
                    return
                await asyncio.sleep(_LOOK_SECONDS)

    async def until_posted(self, channel: str = GENERAL) -> Message:
        """Wait for the first message in a channel and return it."""
        await self.slack.until(lambda: self.slack.messages(channel))
        return self.slack.messages(channel)[0]

    async def until_replied(self, root: Message, count: int = 1) -> Message:
        """Wait for so many replies in a thread and return the last."""
        await self.slack.until(lambda: len(root.replies) >= count)
        return root.replies[count - 1]

    async def until_shows(self, message: Message, words: str) -> None:
        """Wait until a message shows the words, in its text or in its blocks."""
        await self.slack.until(lambda: words in shown(message))

    async def open_form(self, typed: str = "") -> View:
        """Type the command and return the form that it opens."""
        await self.slack.command(ADA, GENERAL, typed)
        return list(self.slack.open_views.values())[-1]

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Hold SQLite's lock, as another process would, while the context is open."""
        path = make_url(self.database_url).database
        assert path is not None
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        with closing(other):
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Cut PostgreSQL's connections and let it take no new ones while the context is open."""
        url = make_url(self.database_url)
        admin = create_async_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        async with admin.connect() as connection:
            await connection.execute(
                text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false')
            )
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                ),
                {"name": url.database},
            )
            yield
            await connection.execute(
                text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true')
            )
        await admin.dispose()

    async def _opened(self) -> Database:
        """Return the bot's database, opened beside the bot: once, since that costs most."""
        keys = self.changes.get("ENCRYPTION_KEYS", "")
        if (self.database_url, keys) not in self._beside:
            opened = Database.open(self.database_url, [key for key in keys.split(",") if key])
            await self._stack.enter_async_context(opened)
            self._beside[self.database_url, keys] = opened
        return self._beside[self.database_url, keys]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Open the bot's database beside the bot."""
        yield await self._opened()

    async def given(self, *saved: Call) -> None:
        """Let calls be in the database before the bot starts."""
        database = await self._opened()
        await migrations.upgrade(database.engine)
        for call in saved:
            assert await Store(database).add(call)

    async def make_due(self) -> None:
        """Let what is left to do be due now: time that a test need not wait for."""
        async with self._at_rest() as rows:
            for table in (calls, drafts, approvals):
                is_left = table.c.due_at.is_not(None)
                await rows.execute(table.update().where(is_left).values(due_at=utc_now()))

    async def pass_time(self, **span: float) -> None:
        """Let time pass once no step is under way: all that is saved is older then (`minutes=4`).

        CallCow's clock goes with it where it was made with `clock`.
        """
        passed = timedelta(**span)
        async with self._at_rest() as rows:
            self.clock.ahead += passed.total_seconds()
            await rows.execute(
                channel_slots.update().values(
                    free_at=channel_slots.c.free_at - passed.total_seconds()
                )
            )
            for table in (calls, drafts, approvals):
                for row in (await rows.execute(table.select())).all():
                    moved = {
                        name: value - passed
                        for name, value in row._mapping.items()
                        if isinstance(value, datetime)
                    }
                    await rows.execute(table.update().where(table.c.id == row.id).values(moved))

    async def until_at_rest(self) -> None:
        """Wait until the bot has saved what it did, whose effects may have been seen before."""
        async with self._at_rest():
            return

    @asynccontextmanager
    async def _at_rest(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction in which the bot is at no step, and begins none.

        What a step does is seen before it is saved, with the times of before.
        """
        database = await self._opened()
        async with asyncio.timeout(30):
            while True:
                if self._bots and await database.read(_is_under_way):
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                async with database.engine.begin() as rows:
                    # What is locked is not claimed; on SQLite the transaction itself locks all.
                    for table in (calls, drafts, approvals):
                        await rows.execute(select(table.c.id).with_for_update())
                    if not self._bots or not await rows.run_sync(_is_under_way):
                        yield rows
                        return

    async def saved(self) -> Call:
        """Return the only call in the database."""
        [call] = await self.saved_calls()
        return call

    async def until_saved(self, condition: Callable[[Call], object]) -> Call:
        """Wait until the only call is as the condition wants it, and return it."""
        async with asyncio.timeout(30):
            while True:
                call = await self.saved()
                if condition(call):
                    return call
                await asyncio.sleep(_LOOK_SECONDS)

    async def saved_calls(self) -> list[Call]:
        """Return every call in the database."""

        def work(rows: Connection) -> list[Call]:
            return [call_of(row) for row in rows.execute(calls.select())]

        return await (await self._opened()).read(work)

    async def saved_drafts(self) -> list[Draft]:
        """Return every draft in the database, the first first."""

        def work(rows: Connection) -> list[Draft]:
            found = rows.execute(drafts.select().order_by(drafts.c.created_at))
            return [Draft(**row._mapping) for row in found]

        return await (await self._opened()).read(work)


def _is_under_way(rows: Connection) -> bool:
    """Whether the bot is at a step; a lease of days is somebody else's, by the test."""
    soon = utc_now() + timedelta(hours=1)
    leased = (
        select(table.c.id).where(table.c.lease.is_not(None), table.c.lease_until < soon)
        for table in (calls, drafts, approvals)
    )
    return any(rows.scalar(statement.limit(1)) is not None for statement in leased)


@dataclass
class Served:
    """A running `ringback serve`."""

    process: Process
    url: str
    log: list[str] = field(default_factory=list)
    _changes: Changes = field(default_factory=Changes)
    _reader: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, environment: dict[str, str], program: Program | None = None) -> Self:
        """Start the process with these settings; `program` is what it runs instead of `serve`."""
        process = await forked(
            program or CommandLine(("serve",)),
            {"PATH": os.environ["PATH"], **environment},
            os.environ.get("RINGBACK_TEST_DIRECTORY"),
        )
        return cls.reading(process, f"http://127.0.0.1:{environment['PORT']}")

    @classmethod
    def reading(cls, process: Process, url: str) -> Self:
        """Return a process that has been started, its log being read."""
        served = cls(process, url)
        served._reader = asyncio.create_task(served._read_log())
        served._reader.add_done_callback(lambda _: served._changes.notify())
        return served

    async def until_ready(self) -> None:
        """Wait until it has started."""
        # As JSON, or on the console.
        await self._until_logged(lambda line: '"event": "ready"' in line or "] ready " in line)

    async def until_logged(self, words: str) -> None:
        """Wait until a line of its log holds the words; fail if it ended without."""
        await self._until_logged(lambda line: words in line)

    async def _until_logged(self, is_meant: Callable[[str], bool]) -> None:
        await self._changes.until(
            lambda: self._has_ended or any(is_meant(line) for line in self.log),
            _START_SECONDS,
            lambda: "".join(self.log),
        )
        assert any(is_meant(line) for line in self.log), "".join(self.log)

    @property
    def _has_ended(self) -> bool:
        return self._reader is not None and self._reader.done()

    async def _read_log(self) -> None:
        async for line in self.process.stderr:
            self.log.append(line.decode())
            self._changes.notify()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the process stand still while the context is open."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """End the process at once, as a crash would (SIGKILL)."""
        self.process.kill()
        await self.ended()

    async def stop(self) -> int:
        """Ask the process to end (SIGTERM) and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until the process has ended and return its exit code."""
        code = await self.process.wait()
        if self._reader is not None:
            await self._reader
        return code


def slack_says(error: str) -> Fault:
    """Return a fault in which Slack answers `ok: false` with that error."""
    return Fault(
        status=200,
        headers={"Content-Type": "application/json"},
        body=json.dumps({"ok": False, "error": error}),
    )


async def get(url: str) -> tuple[int, str]:
    """Return the status and the text that an address answers."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def post(url: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Return the status and the text that an address answers to a body."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=BytesIO(body), headers=headers) as response,
    ):
        return response.status, await response.text()


def bearer(secret: SecretStr | str | None) -> dict[str, str]:
    """Return the header that carries a callback's secret."""
    plain = secret.get_secret_value() if isinstance(secret, SecretStr) else secret
    return {"Authorization": f"Bearer {plain}"}


def shown(message: Message) -> str:
    """Return all that a message shows: its text and the texts in its blocks."""
    return "\n".join([message.text, *_texts(message.blocks)])


def _texts(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in _texts(value)]
    return [text for item in part for text in _texts(item)] if isinstance(part, list) else []
