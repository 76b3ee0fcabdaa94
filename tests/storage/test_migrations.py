"""The schema: it is the one the code knows, and two who bring it about get along."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.blocks.words.reasons import reason_sentence
from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import State
from bot.core.draft import DraftKind, DraftState, DraftStep
from bot.core.errors import SchemaError
from bot.storage import migrations
from bot.storage.calls.lists import CallLists
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.leased.draft_store import DraftStore
from bot.storage.migrations import revisions
from bot.storage.rows import CallRows
from bot.storage.tables import metadata
from tests.builders import NOON
from tests.conftest import both_databases
from tests.world import World


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a new database with nothing in it: here the schema is what is tested."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"empty_{kind}_url")
    return url


HOUR: Final = timedelta(hours=1)


def differences(connection: Connection) -> object:
    """Return what the schema has that the code does not, and the reverse."""

    def is_ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return kind != "table" or name not in (revisions.TABLE, revisions.OLD_TABLE)

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_object": is_ours}
    )
    return compare_metadata(context, metadata)


@both_databases
async def test_the_schema_is_the_one_the_code_knows(database_url: str) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)

        async with database.engine.connect() as connection:
            assert await connection.run_sync(differences) == []


@both_databases
async def test_it_is_current_only_after_an_upgrade_and_a_second_one_is_harmless(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        assert await migrations.is_current(database.engine) is False
        await migrations.upgrade(database.engine)
        await migrations.upgrade(database.engine)
        assert await migrations.is_current(database.engine) is True


@both_databases
async def test_a_schema_from_a_later_version_is_told_and_left_alone(database_url: str) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        async with database.engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        with pytest.raises(SchemaError):
            await migrations.upgrade(database.engine)

        with pytest.raises(SchemaError, match="another version of Ringback"):
            await migrations.is_current(database.engine)


async def test_a_database_that_is_locked_is_told(world: World) -> None:
    async with Database.open(world.database_url) as database:
        async with world.locked():
            with pytest.raises(SchemaError):
                await migrations.upgrade(database.engine, longest_wait=0)

        await migrations.upgrade(database.engine)


async def test_an_upgrade_waits_while_another_process_holds_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, goes_on = asyncio.Event(), asyncio.Event()

    async def pause() -> None:
        refused.set()
        await goes_on.wait()

    monkeypatch.setattr(migrations, "_pause", pause)
    async with Database.open(world.database_url) as database:
        async with world.locked():
            upgrading = asyncio.create_task(migrations.upgrade(database.engine))
            await refused.wait()
        goes_on.set()
        await upgrading

        assert await migrations.is_current(database.engine) is True


@both_databases
async def test_two_upgrades_at_once_both_succeed(database_url: str) -> None:
    async with Database.open(database_url) as one, Database.open(database_url) as two:
        await asyncio.gather(migrations.upgrade(one.engine), migrations.upgrade(two.engine))

        assert await migrations.is_current(one.engine) is True


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_upgrade_waits_for_one_that_takes_longer_than_a_handler_may(
    database_url: str,
) -> None:
    async with Database.open(database_url) as slow, Database.open(database_url) as other:
        async with slow.engine.begin() as connection:
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            await connection.execute(lock, {"key": 0x52494E47})
            upgrading = asyncio.create_task(migrations.upgrade(other.engine))
            await connection.execute(text("SELECT pg_sleep(3)"))
            assert not upgrading.done()
        await upgrading

        assert await migrations.is_current(other.engine) is True


@both_databases
async def test_two_processes_that_start_together_on_an_empty_database_both_get_ready(
    database_url: str,
) -> None:
    async with AsyncExitStack() as stack:
        worlds = [await stack.enter_async_context(World(database_url)) for _ in range(2)]

        served = await asyncio.gather(
            *(stack.enter_async_context(world.served()) for world in worlds)
        )

        assert [bot.process.returncode for bot in served] == [None, None]


def columns_of_the_first_version() -> dict[str, object]:
    """Return a row as the first version wrote it: a call that is announced and due."""
    now = "2026-03-30 19:00:00+00:00"
    return {
        "id": "5a4a1c6e9b1d4a539a530c8a2f1c7e11",
        "request_key": "view:V1",
        "team": "T1",
        "requester": "UADA",
        "channel": "CGENERAL",
        "prompt": "Book a table for two",
        "recipient": "+14155552671",
        "callback_secret": "secret",
        "state": "announced",
        "dial_at": now,
        "due_at": now,
        "requested_at": now,
        "attempts": 0,
        "posted_in": "CGENERAL",
        "message_ts": "100.1",
        "shown": "starting",
    }


def insert_a_row(connection: Connection) -> None:
    """Write that row, naming no column that the first version does not have."""
    row = columns_of_the_first_version()
    values = ", ".join(f"'{value}'" for value in row.values())
    connection.execute(text(f"INSERT INTO calls ({', '.join(row)}) VALUES ({values})"))


def to_version(revision: str) -> Callable[[Connection], None]:
    """Return what brings an empty database to the schema of an earlier version."""

    def upgrade(connection: Connection) -> None:
        config = revisions._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    return upgrade


async def read_back(database: Database) -> Call:
    """Return the only call, as the store reads it."""
    found = await Store(database).get(UUID(str(columns_of_the_first_version()["id"])))
    assert found is not None
    return found


@both_databases
async def test_a_call_of_the_first_version_is_kept_and_is_one_without_further_attempts(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0001"))
            await connection.run_sync(insert_a_row)

        await migrations.upgrade(database.engine)

        call = await read_back(database)
        assert (call.prompt, call.state) == ("Book a table for two", State.ANNOUNCED)
        assert (call.retry_plan, call.attempt_number) == (RetryPlan(), 1)
        assert (call.previous, call.canceled_by, call.result_in) == (None, None, None)
        assert (call.dial_at, call.is_scheduled) == (NOON, False)


@both_databases
async def test_a_row_that_the_first_version_writes_after_the_upgrade_is_read(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)

        async with database.engine.begin() as connection:
            await connection.run_sync(insert_a_row)

        assert (await read_back(database)).retry_plan == RetryPlan()


async def test_a_call_of_the_first_version_goes_on_after_the_upgrade(world: World) -> None:
    now = utc_now().strftime("%Y-%m-%d %H:%M:%S.%f")
    async with (
        Database.open(world.database_url) as database,
        database.engine.begin() as connection,
    ):
        await connection.run_sync(to_version("0001"))
        await connection.run_sync(insert_a_row)
        await connection.execute(
            text("UPDATE calls SET dial_at = :now, due_at = :now, requested_at = :now"),
            {"now": now},
        )

    async with world.bot():
        dial = await world.until_dialed()

        assert dial.prompt == "Book a table for two"


@both_databases
async def test_the_sentence_of_an_earlier_version_stays_readable(database_url: str) -> None:
    async with Database.open(database_url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0003"))
            await connection.run_sync(insert_a_row)
            sentence = {"words": 'CallCow says: "it\'s closed" ☎️'}
            await connection.execute(text("UPDATE calls SET error = :words"), sentence)

        await migrations.upgrade(database.engine)

        reason = (await read_back(database)).reason
        assert reason == Reason.legacy('CallCow says: "it\'s closed" ☎️')
        assert reason_sentence(reason) == 'CallCow says: "it\'s closed" ☎️'


@both_databases
async def test_a_sentence_that_the_version_before_writes_after_the_upgrade_is_read(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        async with database.engine.begin() as connection:
            await connection.run_sync(insert_a_row)
            await connection.execute(text("UPDATE calls SET error = 'It was closed.'"))

        assert (await read_back(database)).reason == Reason.legacy("It was closed.")


@both_databases
async def test_of_a_result_of_an_earlier_version_the_raw_payload_is_read(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0004"))
            await connection.run_sync(insert_a_row)
            payload = '{"call_status": "voicemail", "call_summary": "Left a message."}'
            update = text("UPDATE calls SET ending = 'result', result = :payload")
            if connection.dialect.name == "postgresql":
                update = text("UPDATE calls SET ending = 'result', result = CAST(:payload AS JSON)")
            await connection.execute(update, {"payload": payload})

        await migrations.upgrade(database.engine)

        call_id = UUID(str(columns_of_the_first_version()["id"]))
        call = await Store(database, CallRows(read_payload)).get(call_id)
        assert call is not None
        assert call.normalized_result == CallResult(
            call_status="voicemail", summary="Left a message."
        )


async def set_text(database: Database, statement: str) -> None:
    """Run one statement."""
    async with database.engine.begin() as connection:
        await connection.execute(text(statement))


@both_databases
async def test_the_version_before_finds_the_revision_that_it_knows(database_url: str) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)

        async with database.engine.connect() as connection:
            known = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            oldest = await connection.scalar(
                text("SELECT compatible_from FROM schema_compatibility")
            )
    assert (known, oldest) == ("0002", "0002")


@both_databases
async def test_a_newer_schema_is_used_as_far_back_as_it_says(database_url: str) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        await set_text(database, "UPDATE schema_revision SET version_num = '9998'")

        await migrations.upgrade(database.engine)
        assert await migrations.is_current(database.engine) is True

        await set_text(database, "UPDATE schema_compatibility SET compatible_from = '9997'")
        with pytest.raises(SchemaError, match="another version of Ringback"):
            await migrations.upgrade(database.engine)


@both_databases
async def test_without_migrating_at_start_an_old_schema_is_told(database_url: str) -> None:
    async with Database.open(database_url) as database:
        with pytest.raises(SchemaError, match="run `ringback migrate` first"):
            await migrations.check(database.engine)

        await migrations.upgrade(database.engine)
        await migrations.check(database.engine)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_change_behind_a_long_reader_gives_way_and_tries_again(database_url: str) -> None:
    async with Database.open(database_url) as database, Database.open(database_url) as bot:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0001"))
        async with database.engine.connect() as reader:
            await reader.execute(text("SELECT 1 FROM calls"))
            upgrading = asyncio.create_task(migrations.upgrade(database.engine))
            with capture_logs() as logged:
                while not any("trying again" in line["event"] for line in logged):
                    # Others read on meanwhile, within the time that they have.
                    await bot.read(lambda found: found.execute(text("SELECT 1 FROM calls")).all())
                    await asyncio.sleep(0.01)
        await upgrading

        assert await migrations.is_current(database.engine) is True


def attempts_of_an_earlier_version(connection: Connection) -> None:
    """Write three attempts of one request, each with a message of its own, and another call."""
    row = columns_of_the_first_version() | {"if_unanswered": "three_in_all"}
    ids = [f"{number:032x}" for number in range(1, 5)]
    rows = [
        row | {"state": "reported", "try_number": 1},
        row | {"state": "reported", "try_number": 2, "previous": ids[0], "message_ts": "200.1"},
        row | {"state": "requested", "try_number": 3, "previous": ids[1]},
        row | {"state": "waiting", "try_number": 1, "if_unanswered": "once_more"},
    ]
    for number, made in enumerate(rows):
        given = made | {"id": ids[number], "request_key": f"key:{number}"}
        if number == 2:
            given = {name: value for name, value in given.items() if name != "message_ts"}
        values = ", ".join(f"'{value}'" for value in given.values())
        connection.execute(text(f"INSERT INTO calls ({', '.join(given)}) VALUES ({values})"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_while_attempts_are_carried_on_the_table_is_read_and_written(
    database_url: str,
) -> None:
    waits = text(
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
        "AND datname = current_database()) FROM pg_sleep(0.01)"
    )
    async with Database.open(database_url) as database, Database.open(database_url) as bot:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0002"))
            await connection.run_sync(attempts_of_an_earlier_version)
        async with database.engine.connect() as step:
            await step.execute(text("SELECT id FROM calls WHERE state = 'waiting' FOR UPDATE"))
            upgrading = asyncio.create_task(migrations.upgrade(database.engine))
            watched = bot.engine.execution_options(isolation_level="AUTOCOMMIT")
            async with asyncio.timeout(8), watched.connect() as look:
                while not await look.scalar(waits):
                    continue
            # By a handler, which waits for no lock that long.
            found = await bot.write(
                lambda opened: (
                    opened.execute(
                        text("UPDATE calls SET attempts = 1 WHERE state = 'requested'")
                    ).rowcount
                )
            )
        await upgrading

    assert found == 1


@both_databases
async def test_attempts_of_an_earlier_version_share_a_series_and_are_carried_on(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0006"))
            await connection.run_sync(attempts_of_an_earlier_version)

        await migrations.upgrade(database.engine)

        series = await SeriesStore(database).get(UUID(int=1))
        assert series is not None
        assert [call.attempt_number for call in series.attempts] == [1, 2, 3]
        assert [call.series for call in series.attempts] == [UUID(int=1)] * 3
        assert {call.retry_plan for call in series.attempts} == {RetryPlan(3, HOUR)}
        last = series.attempts[2]
        assert (last.state, last.due_at, last.message_ts) == (State.ANNOUNCED, NOON, "200.1")
        assert (series.message_ts, series.posted_in) == ("200.1", "CGENERAL")
        alone = await SeriesStore(database).get(UUID(int=4))
        assert alone is not None
        assert [call.retry_plan for call in alone.attempts] == [RetryPlan(2, HOUR / 4)]
        assert alone.message_ts == "100.1"


@both_databases
async def test_a_call_that_the_version_before_writes_after_the_upgrade_is_a_series_of_one(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        async with database.engine.begin() as connection:
            await connection.run_sync(insert_a_row)
            await connection.execute(text("UPDATE calls SET if_unanswered = 'once_more'"))

        call = await read_back(database)
        series = await SeriesStore(database).get(call.series)
        assert call.retry_plan == RetryPlan(2, HOUR / 4)
        assert series is not None
        assert (series.attempts, series.message_ts) == ([call], "100.1")
        assert await SeriesStore(database).shown(series) is True
        assert (await SeriesStore(database).get(call.series)).is_current  # type: ignore[union-attr]


def insert_incomplete_mentions(connection: Connection) -> None:
    """Write what mentions lacked as the first versions did: told or not, and how long ago."""
    rows = {
        "not told": ("1", utc_now() - timedelta(days=2), None),
        "told": ("2", utc_now() - timedelta(hours=1), "100.2"),
        "told long ago": ("3", utc_now() - timedelta(days=2), "100.3"),
    }
    for key, (digit, asked, result_ts) in rows.items():
        values = columns_of_the_first_version() | {
            "id": digit * 32,
            "request_key": key,
            "recipient": "" if key == "not told" else "+1 415",
            "state": "reported" if result_ts else "ended",
            "requested_at": asked.strftime("%Y-%m-%d %H:%M:%S.%f+00:00"),
            "ending": "incomplete",
            "error": "Enter the number.",
            "message_ts": None,
            "result_ts": result_ts,
        }
        named = {name: value for name, value in values.items() if value is not None}
        written = ", ".join(f"'{value}'" for value in named.values())
        connection.execute(text(f"INSERT INTO calls ({', '.join(named)}) VALUES ({written})"))


@both_databases
async def test_incomplete_mentions_of_an_earlier_version_become_drafts(database_url: str) -> None:
    async with Database.open(database_url) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(to_version("0001"))
            await connection.run_sync(insert_a_row)
            await connection.run_sync(insert_incomplete_mentions)

        await migrations.upgrade(database.engine)

        store = DraftStore(database)
        found = [await store.get(UUID(digit * 32)) for digit in "123"]
        untold, told, old = [draft for draft in found if draft is not None]
        assert (untold.state, untold.kind) == (DraftState.SAVED, DraftKind.NO_NUMBER)
        assert untold.prompt == "Book a table for two"
        assert untold.next_step(utc_now()) is DraftStep.ANSWER
        assert (told.state, told.number, told.message_ts) == (DraftState.OPEN, "+1 415", "100.2")
        assert (old.state, old.prompt, old.due_at) == (DraftState.EXPIRED, None, None)
        assert (await read_back(database)).state is State.ANNOUNCED
        assert len(await CallLists(database).calls_of("UADA", "T1", most=10)) == 1
