"""Which key a call is made with, whose rules hold for it, and how long it is kept."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import NO_KEY
from bot.core.calls.states import EndReason, State
from bot.core.workspace_settings import OwnSettings
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage import workspace_settings
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from bot.storage.workspace_settings import WorkspaceSettingsStore
from tests.builders import an_announced_call, an_ended_call
from tests.conftest import both_databases
from tests.world import COMMAND, NUMBER, PROMPT, World

OTHERS = "T0OTHERS"
OTHER_NUMBER = "+14155552672"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world whose bot keeps keys, and sees what others have set at once."""
    monkeypatch.setattr(workspace_settings, "_LOOK_SECONDS", 0.0)
    world.changes["ENCRYPTION_KEYS"] = new_key()
    return world


async def enter(
    world: World,
    team: str,
    key: str | None,
    own: OwnSettings | None = None,
    *,
    by: str | None = None,
) -> None:
    """Let a workspace have a key and rules of its own, as another replica saves them.

    Without a `key` the one that it has is removed. `by` is the encryption key of that replica, the
    world's own if it is None.
    """
    keys = world.settings.keys if by is None else [by]
    async with Database.open(world.database_url, keys) as database:
        store = WorkspaceSettingsStore(database, world.settings.of_operator)
        assert await store.save(
            team,
            own or OwnSettings(),
            callcow_key=None if key is None else SecretStr(key),
            removes_key=key is None,
            after=(await store.kept(team)).version,
            changes=[],
            by=ADA,
            now=utc_now(),
        )


def due_call(team: str, **changes: Any) -> Call:
    """Return a call of a workspace that is to be dialed now."""
    now = utc_now()
    times = {"requested_at": now, "dial_at": now, "due_at": now}
    return an_announced_call(
        id=uuid4(), request_key=f"due:{uuid4()}", team=team, **{**times, **changes}
    )


@both_databases
async def test_each_workspaces_call_is_made_with_its_key_and_by_its_rules(world: World) -> None:
    theirs = world.callcow.add_customer()
    await world.given()
    await enter(world, OTHERS, theirs, OwnSettings(house_rules="Whisper."))
    await world.given(due_call(OTHERS, recipient=OTHER_NUMBER))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)

    dials = {dial.recipient_phone: dial for dial in world.callcow.dials}
    assert (dials[NUMBER].customer, dials[NUMBER].prompt) == (None, PROMPT)
    assert dials[OTHER_NUMBER].customer == theirs
    assert dials[OTHER_NUMBER].prompt.endswith("Whisper.")


async def test_the_rules_of_one_workspace_refuse_no_call_of_another(world: World) -> None:
    theirs = world.callcow.add_customer()
    await world.given()
    await enter(world, OTHERS, theirs, OwnSettings(countries=frozenset({"FR"})))
    await world.given(due_call(OTHERS, recipient=OTHER_NUMBER))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        calls = {call.team: call for call in await world.saved_calls()}

    assert dial.recipient_phone == NUMBER
    assert calls[OTHERS].ending is EndReason.NOT_PLACED


@both_databases
@pytest.mark.parametrize("before", ["operator's", "own"])
@pytest.mark.parametrize("after", ["operator's", "another"])
async def test_what_may_have_been_dialed_is_sent_again_with_the_same_key_alone(
    world: World, before: str, after: str
) -> None:
    # Under another key CallCow would not know the idempotency key, and call a second time.
    key = world.callcow.add_customer() if before == "own" else None
    await world.given()
    if key is not None:
        await enter(world, "T0RINGBACK", key)
    world.callcow.faults.add("call-prompt", Fault(when="after", status=500))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        sent = await world.until_saved(lambda call: call.dialing_since and not call.lease)
        if (before, after) != ("operator's", "operator's"):
            other = world.callcow.add_customer() if after == "another" else None
            await enter(world, sent.team, other)

        await world.make_due()

        await world.until_saved(lambda call: call.state is State.WAITING)
        assert [dial.customer for dial in world.callcow.dials] == [key]


@both_databases
async def test_what_was_not_taken_is_sent_again_with_the_workspaces_own_key(world: World) -> None:
    await world.given()
    await enter(world, "T0RINGBACK", key := world.callcow.add_customer())
    world.callcow.faults.add("call-prompt", Fault(when="before", status=500))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_saved(lambda call: call.dialing_since and not call.lease)

        await world.make_due()

        await world.until_saved(lambda call: call.state is State.WAITING)
        assert [dial.customer for dial in world.callcow.dials] == [key]


async def test_a_key_without_permits_holds_up_no_call_of_another(world: World) -> None:
    world.changes["CALLCOW_RATE_PER_MINUTE"] = "1"
    await world.given()
    await enter(world, OTHERS, theirs := world.callcow.add_customer())
    await world.given(*(due_call("T0RINGBACK") for _ in range(12)))
    async with world.bot():
        await world.until_dialed()
        await world.given(due_call(OTHERS, turn=5))

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)

        assert [dial.customer for dial in world.callcow.dials] == [None, theirs]


async def test_without_a_key_that_can_be_read_a_call_is_not_placed(world: World) -> None:
    await world.given()
    await enter(world, OTHERS, world.callcow.add_customer(), by=new_key())
    await world.given(due_call(OTHERS))
    async with world.bot():
        ended = await world.until_saved(lambda call: call.ending)

    assert (ended.ending, ended.reason) == (EndReason.NOT_PLACED, NO_KEY)
    assert world.callcow.requests == []


@both_databases
async def test_a_workspace_that_keeps_less_long_loses_its_own_content_alone(world: World) -> None:
    world.changes["RETENTION_DAYS"] = "0"
    await world.given()
    await enter(world, OTHERS, "ck_live_own", OwnSettings(retention_days=7))
    old = utc_now() - timedelta(days=8)
    for team in (OTHERS, "T0THIRD"):
        done = an_ended_call(id=uuid4(), request_key=team, team=team, ended_at=old)
        await world.given(replace(done, state=State.REPORTED, due_at=None))

    async with world.bot(), asyncio.timeout(30):
        while not any(call.erased_at for call in await world.saved_calls()):
            continue

    assert {call.team: call.prompt for call in await world.saved_calls()} == {
        OTHERS: "",
        "T0THIRD": PROMPT,
    }
