"""What all tests share: a database of their own, and the world around a bot."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.service import settings as settings_service
from bot.slack import home_tabs, installed_workspaces, workspace
from bot.storage import migrations
from bot.storage.engine import database, group_commit
from bot.storage.engine.database import Database
from bot.storage.engine.sessions import Limits
from handlers import home, views
from tests.postgresql import Databases
from tests.world import WORKER, World

POSTGRES: Final = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)
_CONNECT_SECONDS: Final = 5
# The variable with the folder of what is compiled; among how many processes tests are divided.
_COMPILED: Final = "RINGBACK_TESTS_COMPILED"
WORKERS: Final = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
# What a test names to let a bot or another process run.
_STARTS: Final = {
    "World", "bot", "demo", "served", "launched", "replicas", "started", "forked", "run",
    "create_subprocess_exec",
}  # fmt: skip
# After so many new objects it looks for garbage, instead of after 700: every 20th time among those
# that were there the last time, every 400th time among all.
_GARBAGE: Final = (20_000, 20, 20)
_PATIENT_SECONDS: Final = 30.0
# On a busy machine an example can take long; what is tested is what it does.
settings.register_profile("ringback", deadline=None, max_examples=50, database=None)
settings.load_profile("ringback")
# What a shell starts in the background ignores Ctrl-C, and so would the processes of the tests.
signal.signal(signal.SIGINT, signal.default_int_handler)
# For a test that takes a database, itself or by its world.
both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that run tests share what each has compiled, also where nothing is kept.

    Compiled with its assertions written anew, a test file takes several times as long as loaded.
    """
    if hasattr(config, "workerinput"):
        if _COMPILED in os.environ:
            sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ[_COMPILED]
    elif sys.dont_write_bytecode and config.getoption("numprocesses", None):
        folder = tempfile.TemporaryDirectory(prefix="ringback-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ[_COMPILED] = folder.name


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let each process begin with another folder, to find compiled what others began with."""
    report = yield
    if isinstance(collector, pytest.Directory) and report.result:
        first = WORKER * len(report.result) // WORKERS % len(report.result)
        report.result = [*report.result[first:], *report.result[:first]]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what takes PostgreSQL or a browser, and whatever lets a bot run."""
    for item in items:
        if isinstance(item, pytest.Function) and (
            {"chromium", "world"} & set(item.fixturenames)
            or any("postgresql" in name for name in item.fixturenames)
            or _parameters(item) & {"postgresql", "empty_postgresql"}
            or _STARTS & set(item.function.__code__.co_names)
            or "faults" in item.path.parts
        ):
            item.add_marker(pytest.mark.slow)
    # All processes need the same order.
    items.sort(key=lambda item: item.path)
    _spread(items)


def _spread(items: list[pytest.Item]) -> None:
    """Let those of the faults, which mostly wait, come between the others, which mostly compute."""
    groups: tuple[list[pytest.Item], list[pytest.Item]] = ([], [])
    for item in items:
        groups["faults" in item.path.parts].append(item)
    places = {
        item: place / len(group) for group in groups for place, item in enumerate(group, start=1)
    }
    items.sort(key=places.__getitem__)


def _parameters(item: pytest.Function) -> set[str]:
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {value for value in given if isinstance(value, str)}


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays: it took a fifth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


@pytest.fixture(autouse=True)
def _settings_of_the_test_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no setting of the developer's own reach a test: neither variables nor a `.env`."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "CALLCOW_")) or name in {
            "DATABASE_URL",
            "PUBLIC_URL",
            "PORT",
        }:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _a_stalled_machine_fails_no_test(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give what the test's own process does time, unless the test is of that very limit.

    Busy machines stand still for seconds, also while one holds a lock that another waits for, and
    while PostgreSQL makes a process for a connection.
    """
    if request.node.get_closest_marker("short_of_time"):
        return
    monkeypatch.setattr(views, "_VIEW_SECONDS", _PATIENT_SECONDS)
    monkeypatch.setattr(home, "_SECONDS", _PATIENT_SECONDS)
    # Slack is asked who somebody is, with a limit of its own.
    for asking in (home_tabs, installed_workspaces, settings_service, workspace):
        monkeypatch.setattr(asking, "_ASK_SECONDS", _PATIENT_SECONDS)
    monkeypatch.setattr(group_commit, "WRITE_SECONDS", _PATIENT_SECONDS)
    monkeypatch.setattr(database, "WRITE_SECONDS", _PATIENT_SECONDS)
    patient = Limits(statement=_PATIENT_SECONDS, lock=_PATIENT_SECONDS)
    monkeypatch.setattr(database, "_QUICK", patient)
    monkeypatch.setattr(database, "LOCK_SECONDS", _PATIENT_SECONDS)


@asynccontextmanager
async def new_postgresql_database() -> AsyncIterator[str]:
    """Make a PostgreSQL database, give its address, and drop it afterwards."""
    server, name = make_url(POSTGRES), f"ringback_{uuid4().hex}"
    admin = create_async_engine(
        server, isolation_level="AUTOCOMMIT", connect_args={"timeout": _CONNECT_SECONDS}
    )
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        async with admin.connect() as connection:
            await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        await admin.dispose()


@asynccontextmanager
async def _or_skip(made: AbstractAsyncContextManager[str]) -> AsyncIterator[str]:
    """Open it; without a PostgreSQL there is nothing to test."""
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(made)
        except (OSError, TimeoutError, SQLAlchemyError) as error:
            server = make_url(POSTGRES)
            reason = f"no PostgreSQL at {server.host}:{server.port} ({type(error).__name__})"
            if os.environ.get("RINGBACK_REQUIRE_POSTGRES"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield url


async def _migrated(url: str) -> None:
    async with Database.open(url) as opened:
        await migrations.upgrade(opened.engine)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgresql_databases() -> AsyncIterator[Databases]:
    """Return databases with the schema and nothing in them."""
    async with _or_skip(new_postgresql_database()) as url:
        await _migrated(url)
        databases = await Databases.like(url)
        yield databases
        await databases.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "ringback.db"
    await _migrated(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def postgresql_url(postgresql_databases: Databases) -> AsyncIterator[str]:
    """Return the address of a PostgreSQL database with the schema and nothing in it."""
    async with postgresql_databases.one() as url:
        yield url


@pytest.fixture
async def empty_postgresql_url() -> AsyncIterator[str]:
    """Return the address of a new PostgreSQL database with nothing in it."""
    async with _or_skip(new_postgresql_database()) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Return the address of a new SQLite file with the schema."""
    shutil.copyfile(sqlite_template, tmp_path / "ringback.db")
    return f"sqlite+aiosqlite:///{tmp_path}/ringback.db"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Return the address of a SQLite file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path}/ringback.db"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a new database: SQLite, or as the test's `indirect` parameter says."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """Return the world around a bot, which the test starts itself."""
    async with World(database_url) as made:
        yield made
