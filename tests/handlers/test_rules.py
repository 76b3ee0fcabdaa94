"""Blocking numbers and stopping all calls: by the command, and by the menu of a result."""

import asyncio
from pathlib import Path

import pytest

from bot.clock import utc_now
from bot.core.audit import Act
from bot.core.calls.states import State
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, TEAM
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from bot.storage.policy.do_not_call import DoNotCallList
from tests.conftest import both_databases
from tests.world import COMMAND, NUMBER, PROMPT, World

SHOWN = "+1 415-555-2671"


@pytest.fixture
def world(world: World) -> World:
    """Return a world in which Grace is an admin, and Ada is not."""
    world.changes["ADMIN_USERS"] = GRACE
    return world


async def acts(world: World) -> list[tuple[str, str | None]]:
    """Return what the audit tells of the rules, and of whom."""
    async with Database.open(world.database_url) as database:
        entries = await AuditLog(database).since(utc_now().replace(year=2000), most=100)
    rules = (Act.BLOCKED, Act.UNBLOCKED, Act.PAUSED, Act.RESUMED)
    return [(entry.act, entry.person) for entry in entries if entry.act in rules]


@both_databases
async def test_anybody_can_block_a_number_and_an_admin_unblock_it(world: World) -> None:
    async with world.bot():
        first = await world.slack.command(ADA, GENERAL, f"block {NUMBER}")
        again = await world.slack.command(GRACE, GENERAL, "Block (415) 555-2671")
        refused = await world.slack.command(ADA, GENERAL, COMMAND)
        not_hers = await world.slack.command(ADA, GENERAL, f"unblock {NUMBER}")
        undone = await world.slack.command(GRACE, GENERAL, f"unblock {NUMBER}")
        unknown = await world.slack.command(GRACE, GENERAL, f"unblock {NUMBER}")

        assert f"I won't call {SHOWN} again" in first.text
        assert again.text == f"{SHOWN} is already on the do-not-call list."
        assert "This number asked not to be called" in refused.text
        assert not_hers.text.startswith("Only an admin of Ringback can do that.")
        assert undone.text == f"{SHOWN} can be called again."
        assert unknown.text == f"{SHOWN} wasn't blocked."
        assert await acts(world) == [(Act.BLOCKED, ADA), (Act.UNBLOCKED, GRACE)]


@pytest.mark.parametrize("typed", ["block", "unblock 12", "block +14155552671, and +14155552672"])
async def test_what_is_no_single_number_is_asked_back(world: World, typed: str) -> None:
    async with world.bot():
        reply = await world.slack.command(GRACE, GENERAL, typed)

        assert reply.text.startswith("Which number? For example `/call ")
        assert await acts(world) == []


async def test_a_call_about_blocking_something_is_still_a_call(world: World) -> None:
    async with world.bot():
        view = await world.open_form(f"block my credit card, the bank is {NUMBER}")

        assert "block my credit card" in str(view.payload)


@both_databases
async def test_admins_pause_calls_and_resume_them(world: World) -> None:
    async with world.bot():
        not_hers = await world.slack.command(ADA, GENERAL, "pause")
        paused = await world.slack.command(GRACE, GENERAL, "pause")
        refused = await world.slack.command(ADA, GENERAL, COMMAND)
        resumed = await world.slack.command(GRACE, GENERAL, "resume")
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

        assert not_hers.text.startswith("Only an admin of Ringback can do that.")
        assert paused.text.startswith("Calls are paused. Nothing is dialed")
        assert "Calls are paused here" in refused.text
        assert resumed.text == "Calls are on again. The ones that were waiting go first."
        assert await acts(world) == [(Act.PAUSED, GRACE), (Act.RESUMED, GRACE)]


async def test_a_number_is_blocked_below_its_result(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        dial = await world.until_dialed()
        await world.callcow.finish(dial.call_id)
        result = await world.until_replied(status)

        await world.slack.press(result, "block", ADA)

        assert f"I won't call {SHOWN} again" in world.slack.ephemerals[-1].text
        async with Database.open(world.database_url) as database:
            entry = await DoNotCallList(database).entry(TEAM, NUMBER)
        assert entry is not None
        assert entry.added_by == ADA


async def test_an_admin_has_a_number_forgotten_at_once(world: World, tmp_path: Path) -> None:
    async with world.served():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_saved(lambda call: call.state is State.REPORTED)

        not_hers = await world.slack.command(ADA, GENERAL, f"forget {NUMBER}")
        done = await world.slack.command(GRACE, GENERAL, "forget (415) 555-2671")
        again = await world.slack.command(GRACE, GENERAL, f"forget {NUMBER}")

        assert not_hers.text.startswith("Only an admin of Ringback can do that.")
        assert done.text.startswith(
            "Erased the content of 1 call and 0 messages to me. I can't erase"
        )
        assert again.text.startswith("Erased the content of 0 calls and 0 messages to me.")
        call = await world.saved()
        assert (call.prompt, call.recipient, call.result) == ("", "", None)
        await until_in_no_file(PROMPT, tmp_path)


@pytest.mark.parametrize("typed", ["forget", "forget it", "forget +1 415"])
async def test_whom_to_forget_is_asked_back(world: World, typed: str) -> None:
    async with world.bot():
        reply = await world.slack.command(GRACE, GENERAL, typed)

        assert reply.text.startswith(
            "Who should I forget? For example `/call forget +1 415-555-2671`"
        )


async def test_a_call_about_forgetting_something_is_still_a_call(world: World) -> None:
    async with world.bot():
        await world.slack.command(GRACE, GENERAL, f"forget me not flowers, call {NUMBER} about it")

        assert len(world.slack.open_views) == 1


async def until_in_no_file(words: str, folder: Path) -> None:
    """Wait until the words stand in none of the database's files."""
    async with asyncio.timeout(45):
        while await asyncio.to_thread(_is_in_a_file, words, folder):
            pass


def _is_in_a_file(words: str, folder: Path) -> bool:
    return any(words.encode() in path.read_bytes() for path in folder.iterdir())
