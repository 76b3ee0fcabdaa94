"""PostgreSQL sessions: what the server ends by itself, a failover, and a pooler in between."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import InternalClientError  # type: ignore[import-untyped]
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.clock import utc_now
from bot.core.calls.states import State
from bot.core.errors import NotSaved, SchemaError
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage import migrations
from bot.storage.calls.due import Due
from bot.storage.calls.store import Store
from bot.storage.engine import sessions
from bot.storage.engine.database import Database
from tests.builders import a_call
from tests.storage.pgbouncer import pgbouncer
from tests.world import COMMAND, World, shown

SETTINGS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
)
TCP = (
    "tcp_user_timeout",
    "tcp_keepalives_idle",
    "tcp_keepalives_interval",
    "tcp_keepalives_count",
)
WAYS = pytest.mark.parametrize(
    "extra",
    ["", f"ignore_startup_parameters = {','.join([*SETTINGS, *TCP])}"],
    ids=["refuses settings", "drops settings"],
)

pytestmark = pytest.mark.short_of_time


def shown_by_server(connection: Connection) -> dict[str, str]:
    """Return the session's limits as the server shows them."""
    return {
        name: str(connection.execute(text(f"SHOW {name}")).scalar()) for name in (*SETTINGS, *TCP)
    }


async def test_the_server_ends_what_a_machine_that_vanished_left_behind(
    postgresql_url: str,
) -> None:
    async with Database.open(postgresql_url) as database:
        limits = await database.write(shown_by_server)

    assert limits == {
        "statement_timeout": "2s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "10s",
        "tcp_user_timeout": "10000",
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "2",
    }


async def test_a_server_that_turned_read_only_is_left_for_the_one_that_is_not(
    postgresql_url: str,
) -> None:
    name = make_url(postgresql_url).database
    admin = create_async_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    async with Database.open(postgresql_url) as database, admin.connect() as server:
        await migrations.upgrade(database.engine)
        read_only = f'ALTER DATABASE "{name}" SET default_transaction_read_only = '
        await server.execute(text(read_only + "on"))
        # As after a failover: the sessions are those of the old server.
        store = Store(database)
        with pytest.raises(NotSaved):
            await store.add(a_call())
        await server.execute(text(read_only + "off"))

        assert await store.add(a_call()) is True
    await admin.dispose()


async def test_a_session_that_is_cut_off_as_it_begins_is_told_and_not_left_open(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []

    def cut_off(_: object, connection: Any) -> bool:
        begun.append(connection.driver_connection)
        raise InternalClientError("cannot switch to state 15")

    monkeypatch.setattr(sessions._Sessions, "_has_settings", cut_off)
    async with Database.open(postgresql_url) as database:
        with pytest.raises(NotSaved):
            await database.write(shown_by_server)

    assert [connection.is_closed() for connection in begun] == [True]


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_an_encoding_that_does_not_hold_every_text_is_refused(
    postgresql_url: str, encoding: str
) -> None:
    url, name = make_url(postgresql_url), f"ringback_{uuid4().hex}"
    admin = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as server:
        await server.execute(
            text(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        )
        try:
            async with Database.open(
                url.set(database=name).render_as_string(hide_password=False)
            ) as database:
                for use in (migrations.upgrade, migrations.is_current):
                    with pytest.raises(SchemaError, match=f"{encoding}, and must be UTF8"):
                        await use(database.engine)
        finally:
            await server.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


# PgBouncer


@WAYS
async def test_through_a_pooler_each_transaction_has_its_limits(
    postgresql_url: str, extra: str
) -> None:
    with pgbouncer(postgresql_url, extra=extra) as url:
        async with Database.open(url) as database:
            limits = await database.write(shown_by_server)
            outside = await database.read(shown_by_server)

    assert [limits[name] for name in SETTINGS] == ["2s", "2s", "10s"]
    # Nothing is left on a connection that is somebody else's next.
    assert [outside[name] for name in SETTINGS] == ["0", "0", "0"]


@WAYS
async def test_through_a_pooler_everything_works_at_once_and_from_several_processes(
    postgresql_url: str, extra: str
) -> None:
    with pgbouncer(postgresql_url, extra=extra) as url:
        async with Database.open(url) as one, Database.open(url) as two:
            await asyncio.gather(migrations.upgrade(one.engine), migrations.upgrade(two.engine))
            calls = [a_call(id=uuid4(), request_key=str(number)) for number in range(40)]
            stores = [Store(one), Store(two)]

            added = await asyncio.gather(
                *(stores[number % 2].add(call) for number, call in enumerate(calls))
            )
            found = await asyncio.gather(
                *(stores[number % 2].get(call.id) for number, call in enumerate(calls))
            )
            claims = [
                store.claim(
                    [Due([State.REQUESTED], 30)],
                    now=utc_now(),
                    lease=timedelta(minutes=1),
                    held=(),
                )
                for store in stores
            ]
            claimed = [call.id for [claim] in await asyncio.gather(*claims) for call in claim]

    assert added == [True] * 40
    assert found == calls
    assert sorted(claimed) == sorted(call.id for call in calls)


async def test_through_a_pooler_the_bot_starts_twice_and_takes_calls(postgresql_url: str) -> None:
    with pgbouncer(postgresql_url) as url:
        async with World(url) as world:
            async with world.bot():
                await world.slack.command(ADA, GENERAL, COMMAND)
                dial = await world.until_dialed()
            async with world.bot():
                status = await world.until_posted()
                await world.callcow.finish(dial.call_id)
                assert "Completed" in shown(await world.until_replied(status))
