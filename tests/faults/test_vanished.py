"""A machine vanishes in the midst of a transaction: nothing is closed, and nothing is answered."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.engine import make_url

from bot.clock import utc_now
from bot.demo.slack.workspace import ADA, GENERAL, TEAM
from bot.storage.engine import sessions
from bot.storage.engine.database import Database
from bot.storage.tables import calls
from tests.builders import a_call
from tests.faults.silent_proxy import SilentProxy
from tests.world import World


@asynccontextmanager
async def vanished(database_url: str) -> AsyncIterator[None]:
    """Lock every call in a transaction, by a way to the server on which nothing comes any more."""
    url = make_url(database_url)
    proxy = SilentProxy(url.host or "", url.port or 5432)
    async with proxy.listening():
        way = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
        async with Database.open(way) as database:
            connection = await database.engine.connect()
            await connection.begin()
            await connection.execute(calls.update().values(lease=None))
            driver = (await connection.get_raw_connection()).driver_connection
            proxy.go_silent()
            try:
                yield
            finally:
                assert driver is not None
                driver.terminate()
                await connection.invalidate()


async def until_taken_over(world: World) -> float:
    """Return how long a call waits that such a machine had locked, until another dials it."""
    now = utc_now()
    times = {"requested_at": now, "dial_at": now, "due_at": now}
    await world.given(a_call(team=TEAM, requester=ADA, channel=GENERAL, **times))
    async with vanished(world.database_url):
        began = time.monotonic()
        async with world.bot():
            await world.until_dialed()
            return time.monotonic() - began


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_it_had_locked_another_goes_on_with(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sessions._IDLE_SECONDS <= 10
    monkeypatch.setattr(sessions, "_IDLE_SECONDS", 1.0)

    assert await until_taken_over(world) < 20
