"""What all tests share: a database of their own, and the world around a bot."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.world import World

POSTGRES: Final = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)
_CONNECT_SECONDS: Final = 5
# On a busy machine an example can take long; what is tested is what it does.
settings.register_profile("ringback", deadline=None, max_examples=50)
settings.load_profile("ringback")
# For a test that takes a database, itself or by its world.
both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


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


@asynccontextmanager
async def new_postgresql_database() -> AsyncIterator[str]:
    """Make a PostgreSQL database, give its address, and drop it afterwards."""
    server, name = make_url(POSTGRES), f"ringback_{uuid4().hex}"
    admin = create_async_engine(
        server, isolation_level="AUTOCOMMIT", connect_args={"timeout": _CONNECT_SECONDS}
    )
    async with admin.connect() as connection:
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.dispose()


@pytest.fixture
async def postgresql_url() -> AsyncIterator[str]:
    """Return the address of a new PostgreSQL database, which is dropped afterwards."""
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(new_postgresql_database())
        except (OSError, TimeoutError, SQLAlchemyError) as error:
            server = make_url(POSTGRES)
            reason = f"no PostgreSQL at {server.host}:{server.port} ({type(error).__name__})"
            if os.environ.get("RINGBACK_REQUIRE_POSTGRES"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the address of a new SQLite file."""
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
