"""Retention: what is old goes by itself, and what is left of it is said in words everywhere."""

from pathlib import Path
from typing import Final

import pytest

from bot.core.calls.states import State
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from tests.builders import texts_in
from tests.conftest import both_databases
from tests.rendered import rendered
from tests.world import COMMAND, PROMPT, SUMMARY, World, bearer, post

ERASED: Final = "What this call was about has been erased."


async def completed(world: World) -> Message:
    """Have a call placed and reported, and return its result; by default it is kept for 90 days."""
    world.changes.setdefault("RETENTION_DAYS", "90")
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.finish((await world.until_dialed()).call_id, call_summary=SUMMARY)
        result = await world.until_replied(await world.until_posted())
        await world.until_saved(lambda call: call.state is State.REPORTED)
    return result


def is_in_a_file(words: str, folder: Path) -> bool:
    """Return whether the words stand anywhere in the database's files."""
    return any(words.encode() in path.read_bytes() for path in folder.iterdir())


@both_databases
async def test_an_old_call_is_erased_by_itself(world: World) -> None:
    await completed(world)
    await world.pass_time(days=91)

    async with world.bot():
        erased = await world.until_saved(lambda call: call.erased_at)

    assert (erased.prompt, erased.recipient, erased.result) == ("", "", None)
    assert (erased.requester, erased.state) == (ADA, State.REPORTED)


async def test_nothing_of_it_is_left_in_sqlites_files(world: World, tmp_path: Path) -> None:
    await completed(world)
    await world.pass_time(days=91)
    assert is_in_a_file(SUMMARY, tmp_path)

    async with world.served() as served:
        await served.until_logged('"what": "content of calls"')

        assert not any(is_in_a_file(words, tmp_path) for words in (SUMMARY, PROMPT, "14155552671"))


@pytest.mark.parametrize("days", [89, 91])
async def test_how_long_a_call_is_kept_is_a_setting(world: World, days: int) -> None:
    world.changes["RETENTION_DAYS"] = "90" if days == 89 else "0"
    await completed(world)
    await world.pass_time(days=days)

    async with world.served() as served:
        # They are looked after once the content has been.
        await served.until_logged('"what": "callback secrets"')

    assert (await world.saved()).prompt == PROMPT


async def test_an_erased_call_says_so_wherever_it_is_shown(world: World) -> None:
    result = await completed(world)
    await world.pass_time(days=91)

    async with world.bot():
        await world.until_saved(lambda call: call.erased_at)
        for button in ("transcript", "call_again"):
            await world.slack.press(result, button, ADA)
        await world.slack.until(lambda: len(world.slack.ephemerals) == 2)
        listed = await world.slack.command(ADA, GENERAL, "list")

    told = {ephemeral.text for ephemeral in world.slack.ephemerals[:2]}
    assert told == {f"{ERASED} Place a new call."}
    assert listed.problem is None
    [listing] = world.slack.ephemerals[2:]
    assert "*Completed* · an erased number" in rendered(listing.blocks)
    assert ERASED in texts_in(listing.blocks)


async def test_a_callback_for_an_erased_call_is_that_of_an_unknown_one(world: World) -> None:
    await completed(world)
    call = await world.saved()
    await world.pass_time(days=91)

    async with world.bot():
        await world.until_saved(lambda call: call.erased_at)
        url = f"{world.url}/callcow/callback/{call.id}"
        body = b'{"call_status": "success", "call_summary": "Late."}'
        old = await post(url, body, bearer(call.callback_secret))
        empty = await post(url, body, bearer(""))

    assert (old[0], empty[0]) == (401, 401)
    assert (await world.saved()).result is None
