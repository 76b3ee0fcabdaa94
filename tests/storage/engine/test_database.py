"""Writes that commit together, and what becomes of them when the database fails."""

import asyncio
import sqlite3
import stat
import traceback
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from asyncpg import InternalClientError  # type: ignore[import-untyped]
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from bot.core.errors import MaybeSaved, NotSaved, StoreError, Unreadable, WriteRefused
from bot.storage.engine.database import Database
from tests.conftest import both_databases
from tests.world import World


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an open database with one table of numbers."""
    async with Database.open(database_url) as opened:
        async with opened.engine.begin() as connection:
            await connection.execute(text("CREATE TABLE numbers (number INTEGER NOT NULL)"))
        yield opened


async def write(database: Database, number: int | None) -> int:
    """Write a number and return it."""

    def work(connection: Connection) -> int:
        statement = text("INSERT INTO numbers VALUES (:number)")
        connection.execute(statement, {"number": number})
        return number or 0

    return await database.write(work)


async def numbers(database: Database) -> list[int]:
    """Return what is written."""

    def work(connection: Connection) -> list[int]:
        return list(connection.execute(text("SELECT number FROM numbers ORDER BY 1")).scalars())

    return await database.read(work)


@both_databases
async def test_writes_that_wait_together_share_a_commit(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.sync_engine, "commit", commits.append)

    results = await asyncio.gather(*(write(database, number) for number in range(50)))

    assert results == list(range(50))
    assert await numbers(database) == list(range(50))
    assert len(commits) <= 2


@both_databases
async def test_a_write_that_fails_does_not_spoil_the_others(database: Database) -> None:
    results = await asyncio.gather(
        write(database, 1), write(database, None), write(database, 2), return_exceptions=True
    )

    assert [type(result) for result in results] == [int, WriteRefused, int]
    assert await numbers(database) == [1, 2]


@both_databases
async def test_an_error_of_our_own_reaches_its_caller_and_nobody_else(database: Database) -> None:
    def broken(_: Connection) -> None:
        raise KeyError("a mistake")

    results = await asyncio.gather(
        write(database, 1), database.write(broken), return_exceptions=True
    )

    assert [type(result) for result in results] == [int, KeyError]
    assert await write(database, 2) == 2


@both_databases
async def test_a_caller_that_goes_away_stops_nobody(database: Database) -> None:
    gone = asyncio.create_task(write(database, 1))
    await asyncio.sleep(0)
    gone.cancel()

    assert await write(database, 2) == 2


@both_databases
async def test_a_commit_that_fails_may_have_been_saved(database: Database) -> None:
    def fail(_: object) -> None:
        raise OperationalError("COMMIT", None, Exception("connection lost"))

    event.listen(database.sync_engine, "commit", fail)
    with pytest.raises(MaybeSaved):
        await write(database, 1)
    event.remove(database.sync_engine, "commit", fail)

    assert await write(database, 2) == 2


@pytest.mark.short_of_time
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_commit_that_takes_too_long_may_have_been_saved(database: Database) -> None:
    slow_commit = """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON numbers
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.number = 1) EXECUTE FUNCTION slow()
    """
    async with database.engine.begin() as connection:
        for statement in slow_commit.split("$$;"):
            end = "$$" if "FUNCTION slow() RETURNS" in statement else ""
            await connection.execute(text(statement + end))

    with pytest.raises(MaybeSaved):
        await write(database, 1)

    assert await write(database, 2) == 2


@pytest.mark.short_of_time
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_table_locked_on_the_server_is_told_in_time(database: Database) -> None:
    async with database.engine.begin() as other:
        await other.execute(text("LOCK TABLE numbers IN ACCESS EXCLUSIVE MODE"))

        async with asyncio.timeout(3.5):
            with pytest.raises(NotSaved):
                await write(database, 1)

    assert await write(database, 2) == 2
    assert await numbers(database) == [2]


async def test_an_error_that_only_the_driver_knows_is_one_of_the_database(
    postgresql_url: str,
) -> None:
    def cut_off(_: Connection) -> None:
        # As asyncpg says it when the server ends a session between two messages.
        raise InternalClientError("cannot switch to state 15")

    async with Database.open(postgresql_url) as database:
        with pytest.raises(NotSaved):
            await database.write(cut_off)
        with pytest.raises(Unreadable):
            await database.read(cut_off)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_lost_in_the_midst_of_a_write_saves_nothing(database: Database) -> None:
    def cut(connection: Connection) -> None:
        connection.execute(text("INSERT INTO numbers VALUES (1)"))
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(NotSaved):
        await database.write(cut)

    assert await write(database, 2) == 2
    assert await numbers(database) == [2]


@pytest.mark.short_of_time
async def test_who_waits_when_it_is_closed_is_told(database: Database, world: World) -> None:
    async with world.locked(), Database.open(world.database_url) as closing:
        under_way = asyncio.create_task(write(closing, 1))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(write(closing, 2))
        await asyncio.sleep(0)

    results = await asyncio.gather(under_way, waiting, return_exceptions=True)
    assert all(isinstance(result, StoreError) for result in results), results
    assert await numbers(database) == []


async def test_a_lock_is_told_to_those_who_waited_and_those_who_came_meanwhile(
    database: Database, world: World
) -> None:
    async with world.locked():
        first = asyncio.create_task(write(database, 1))
        await asyncio.sleep(0)
        second = asyncio.create_task(write(database, 2))
        async with asyncio.timeout(3.5):
            results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(result) for result in results] == [NotSaved, NotSaved]

    assert await write(database, 3) == 3
    assert await numbers(database) == [3]


async def test_a_locked_database_can_still_be_read(database: Database, world: World) -> None:
    await write(database, 1)

    async with world.locked():
        assert await numbers(database) == [1]


async def test_every_sqlite_connection_waits_for_the_disk(database: Database) -> None:
    def pragmas(connection: Connection) -> tuple[object, object]:
        names = ("journal_mode", "synchronous")
        mode, level = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
        return mode, level

    assert await database.read(pragmas) == ("wal", 2)
    assert await database.write(pragmas) == ("wal", 2)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_server_that_cut_all_connections_is_written_to_again(database: Database) -> None:
    await write(database, 1)
    async with Database.open(database.engine.url.render_as_string(False)) as other:
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        async with other.engine.connect() as connection:
            await connection.execute(cut)

    assert await write(database, 2) == 2


async def test_what_cannot_be_read_is_told(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("SELECT 1 FROM nothing"))

    with pytest.raises(Unreadable):
        await database.read(work)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_error_goes_by_the_name_that_the_driver_gives_it(database: Database) -> None:
    with pytest.raises(NotSaved, match="NotNullViolationError"):
        await write(database, None)


async def test_a_value_of_a_row_shows_in_no_error(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO nothing VALUES (:x)"), {"x": "a secret"})

    with pytest.raises(NotSaved) as caught:
        await database.write(work)

    assert "a secret" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


@both_databases
async def test_a_value_of_a_row_shows_in_no_traceback(database: Database) -> None:
    # A traceback shows lines of this file: the value stands in none of them.
    value = "-".join(["a", "secret"])

    def work(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE words (word TEXT, other TEXT NOT NULL)"))
        connection.execute(text("INSERT INTO words VALUES (:x, NULL)"), {"x": value})

    with pytest.raises(NotSaved) as caught:
        await database.write(work)

    assert value not in "".join(traceback.format_exception(caught.value))


def test_sqlite_is_new_enough_for_returning() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)


@both_databases
async def test_a_driver_that_gives_up_by_itself_does_not_end_the_loop(database: Database) -> None:
    def broken(_: Connection) -> None:
        raise asyncio.CancelledError

    with pytest.raises(NotSaved):
        await database.write(broken)

    assert await write(database, 2) == 2


@both_databases
async def test_a_work_that_answers_too_little_is_told_alone(database: Database) -> None:
    def forgetful(_: Connection, __: list[int]) -> list[int]:
        return []

    results = await asyncio.gather(
        write(database, 1), database.write_with_others(forgetful, 1), return_exceptions=True
    )

    assert [type(result) for result in results] == [int, ValueError]
    assert await write(database, 2) == 2


def modes_in(folder: Path) -> dict[str, int]:
    """Return who may do what to each file."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def is_in_a_file(words: str, folder: Path) -> bool:
    """Return whether the words stand anywhere in a file."""
    return any(words.encode() in path.read_bytes() for path in folder.iterdir())


async def test_sqlites_files_are_readable_by_their_owner_alone(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with Database.open(empty_sqlite_url) as database:
        await database.write(lambda connection: connection.execute(text("CREATE TABLE t (n)")))

        assert modes_in(tmp_path) == {
            "ringback.db": 0o600,
            "ringback.db-wal": 0o600,
            "ringback.db-shm": 0o600,
        }


async def test_the_rights_of_a_file_that_is_there_are_left_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "ringback.db").chmod(0o640)

    async with Database.open(sqlite_url) as database:
        await database.read(lambda connection: connection.execute(text("SELECT 1")).all())

    assert modes_in(tmp_path)["ringback.db"] == 0o640


async def test_what_is_deleted_is_overwritten_in_sqlites_file(
    database: Database, tmp_path: Path
) -> None:
    secret = "Grace's shoe size"
    await database.write(
        lambda connection: connection.execute(text("CREATE TABLE notes (note TEXT)")).close()
    )
    insert = text("INSERT INTO notes VALUES (:note)")
    await database.write(lambda connection: connection.execute(insert, {"note": secret}).close())
    assert await database.truncate_log() is True
    assert is_in_a_file(secret, tmp_path)

    await database.write(lambda connection: connection.execute(text("DELETE FROM notes")).close())

    assert await database.truncate_log() is True
    assert not is_in_a_file(secret, tmp_path)


async def test_sqlites_log_is_not_truncated_while_somebody_reads_it(
    database: Database, tmp_path: Path
) -> None:
    await write(database, 1)
    with closing(sqlite3.connect(tmp_path / "ringback.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM numbers").fetchall()
        await write(database, 2)

        assert await database.truncate_log(seconds=0) is False

    assert await database.truncate_log() is True
