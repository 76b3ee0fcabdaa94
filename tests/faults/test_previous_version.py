"""The version before works on the schema of this one: while replicas are replaced, both run.

`.ci/previous-version` installs it and says where; without it there is nothing to test.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage import migrations
from bot.storage.database import Database
from tests.conftest import both_databases
from tests.faults.endings import roots
from tests.forked import started
from tests.world import COMMAND, SUMMARY, Served, World, shown

# The interpreter that has it.
PYTHON: Final = os.environ.get("RINGBACK_PREVIOUS_VERSION")

pytestmark = pytest.mark.skipif(PYTHON is None, reason="run by .ci/previous-version")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a new database with nothing in it: the current version makes the schema."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@asynccontextmanager
async def previous_version(world: World, folder: Path) -> AsyncIterator[Served]:
    """Run it until the context is closed."""
    assert PYTHON is not None
    environment = {"PATH": os.environ["PATH"], **world.environment}
    command = (PYTHON, "-m", "bot", "serve")
    process = await started(environment, *command, folder=str(folder))
    served = Served.reading(process, world.url)
    try:
        await served.until_ready()
        yield served
    finally:
        if process.returncode is None:
            await served.kill()


async def call_with_result(world: World, number: int) -> None:
    """Make the call of that number, from the command to its result in the thread."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    await world.callcow.until(lambda: len(world.callcow.dials) == number)
    dial = world.callcow.dials[-1]
    delivery = await world.callcow.finish(dial.call_id, call_summary=SUMMARY)
    assert delivery is not None
    assert delivery.status == 200
    status = roots(world)[number - 1]
    assert SUMMARY in shown(await world.until_replied(status))


@both_databases
async def test_it_takes_calls_to_their_results_and_starts_again(
    world: World, tmp_path: Path
) -> None:
    async with Database.open(world.database_url) as database:
        await migrations.upgrade(database.engine)

    async with previous_version(world, tmp_path) as served:
        await call_with_result(world, 1)
        assert await served.stop() == 0

    async with previous_version(world, tmp_path) as again:
        await call_with_result(world, 2)
        assert not [line for line in again.log if '"level": "error"' in line]


@both_databases
async def test_each_version_goes_on_with_the_calls_of_the_other(
    world: World, tmp_path: Path
) -> None:
    async with world.served() as current:
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        await world.until_placed()
        assert await current.stop() == 0

    async with previous_version(world, tmp_path):
        await world.callcow.finish(dial.call_id, call_summary=SUMMARY)
        status = roots(world)[0]
        assert SUMMARY in shown(await world.until_replied(status))
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        await world.until_placed(2)

    async with world.served():
        await world.callcow.finish(world.callcow.dials[1].call_id, call_summary=SUMMARY)
        status = roots(world)[1]
        assert SUMMARY in shown(await world.until_replied(status))
