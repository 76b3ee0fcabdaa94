"""The version before works on the schema of this one: while replicas are replaced, both run.

`.ci/previous-version` installs it and says where; without it there is nothing to test.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from bot.commands import migrate
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, SALES
from bot.storage import migrations
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from tests.conftest import both_databases
from tests.faults.endings import roots
from tests.forked import started
from tests.world import COMMAND, NUMBER, SUMMARY, Served, World, free_port, shown

# The interpreter that has it.
PYTHON: Final = os.environ.get("RINGBACK_PREVIOUS_VERSION")
# It has none.
WITHOUT_APPROVALS: Final = {"APPROVAL": "", "APPROVERS": "", "APPROVAL_CHANNEL": ""}

pytestmark = pytest.mark.skipif(PYTHON is None, reason="run by .ci/previous-version")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a new database with nothing in it: the current version makes the schema."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@asynccontextmanager
async def previous_version(
    world: World, folder: Path, port: int | None = None
) -> AsyncIterator[Served]:
    """Run it until the context is closed, on a `port` of its own beside the current version."""
    assert PYTHON is not None
    environment = {"PATH": os.environ["PATH"], **world.environment, **WITHOUT_APPROVALS}
    if port is not None:
        environment |= {"PORT": str(port), "ADMIN_PORT": ""}
    command = (PYTHON, "-m", "bot", "serve")
    process = await started(environment, *command, folder=str(folder))
    served = Served.reading(process, f"http://127.0.0.1:{port or world.port}")
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


@both_databases
async def test_it_leaves_a_call_alone_that_waits_for_an_approval(
    world: World, tmp_path: Path
) -> None:
    world.changes |= {"APPROVAL": "all", "APPROVERS": GRACE, "APPROVAL_CHANNEL": SALES}
    async with world.served(), previous_version(world, tmp_path, free_port()) as previous:
        current = world.slack.request_url
        await world.slack.command(ADA, GENERAL, COMMAND)
        request = await world.until_posted(SALES)
        # It does look for what is due, and has nothing else to do.
        world.slack.request_url = f"{previous.url}/slack/events"
        await world.slack.command(ADA, GENERAL, "+1 415 555 2672, ask when they open on Sunday")
        assert (await world.until_dialed()).recipient_phone == "+14155552672"
        await world.until_placed()
        world.slack.request_url = current
        assert len(world.callcow.dials) == 1

        await world.slack.press(request, "approve", GRACE)

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        assert world.callcow.dials[1].recipient_phone == NUMBER
        await world.until_placed(2)


@both_databases
async def test_what_it_cancels_while_it_waits_is_told_to_the_approvers(
    world: World, tmp_path: Path
) -> None:
    world.changes |= {"APPROVAL": "all", "APPROVERS": GRACE, "APPROVAL_CHANNEL": SALES}
    async with world.served() as served:
        await world.slack.command(ADA, GENERAL, COMMAND)
        request = await world.until_posted(SALES)
        await world.until_shows(request, "Approve")
        assert await served.stop() == 0
    status = roots(world)[0]

    async with previous_version(world, tmp_path) as previous:
        await world.slack.press(status, "cancel_call", ADA)
        await world.until_shows(status, "Canceled before dialing")
        assert await previous.stop() == 0
    await world.make_due()

    async with world.served():
        await world.until_shows(request, "Canceled by Ada")
        assert world.callcow.dials == []


@both_databases
async def test_it_leaves_encrypted_calls_alone_and_starts_no_more_once_they_are_written(
    world: World, tmp_path: Path
) -> None:
    async with Database.open(world.database_url) as database:
        await migrations.upgrade(database.engine)
    async with previous_version(world, tmp_path, free_port()) as previous:
        world.changes["ENCRYPTION_KEYS"] = new_key()
        await migrate.encrypt(world.settings)
        async with world.served():
            await call_with_result(world, 1)
            # It does look for what is due, and has nothing else to do.
            world.slack.request_url = f"{previous.url}/slack/events"
            await world.slack.command(ADA, GENERAL, "+1 415 555 2672, ask when they open on Sunday")
            await world.callcow.until(lambda: len(world.callcow.dials) == 2)

    dialed = [dial.recipient_phone for dial in world.callcow.dials]
    assert dialed == [NUMBER, "+14155552672"]
    with pytest.raises(AssertionError, match="made by another version"):
        async with previous_version(world, tmp_path):
            pass
