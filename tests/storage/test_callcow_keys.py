from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.core.policy.policy import Policy
from bot.core.workspace_settings import OwnSettings, WorkspaceSettings
from bot.storage import callcow_keys, workspace_settings
from bot.storage.callcow_keys import CallCowKey, CallCowKeys
from bot.storage.calls.due import Permits
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from bot.storage.workspace_settings import WorkspaceSettingsStore
from tests.builders import NOON, an_announced_call

OPERATORS = WorkspaceSettings("US", frozenset(), Policy(), callcow_key=SecretStr("ck_live_all"))


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_settings, "_LOOK_SECONDS", 0.0)


async def enter(store: WorkspaceSettingsStore, team: str, key: str) -> None:
    assert await store.save(
        team, OwnSettings(), callcow_key=SecretStr(key), after=0, changes=[], by="UADA", now=NOON
    )


async def key_of(keys: CallCowKeys, team: str) -> CallCowKey:
    found = await keys.of(team)
    assert found is not None
    return found


async def test_workspaces_with_the_same_key_share_its_permits_and_others_do_not(
    database_url: str,
) -> None:
    async with Database.open(database_url, [new_key()]) as database:
        store = WorkspaceSettingsStore(database, OPERATORS)
        for team, key in (("T1", "ck_live_one"), ("T2", "ck_live_one"), ("T3", "ck_live_three")):
            await enter(store, team, key)
        keys = CallCowKeys(database, store, per_minute=1)
        one, two, three, four = [await key_of(keys, team) for team in ("T1", "T2", "T3", "T4")]

        assert await one.rate.acquire_dial() == 0

        assert await two.rate.acquire_dial() > 0
        assert await keys.permits() == Permits(1, ["T1", "T2"])
        assert await three.rate.acquire_dial() == 0
        assert await four.rate.acquire_dial() == 0
        assert await keys.permits() == Permits(0, ["T1", "T2", "T3"])
        assert (four.is_operators, three.is_operators) == (True, False)
        assert len(list(keys.rates())) == 3


async def test_for_a_key_of_which_callcow_takes_nothing_for_long_no_call_is_to_wait(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callcow_keys, "SEND_WITHIN", timedelta(microseconds=1))
    async with Database.open(database_url, [new_key()]) as database:
        store = WorkspaceSettingsStore(database, OPERATORS)
        for team in ("T1", "T2"):
            await enter(store, team, f"ck_live_{team}")
        keys = CallCowKeys(database, store, per_minute=1)
        one, two, operators = [await key_of(keys, team) for team in ("T1", "T2", "T3")]
        for key in (one, operators):
            await key.rate.pause(60)
        await two.rate.acquire_dial()
        permits = await keys.permits()

        assert permits == Permits(0, ["T1", "T2"])
        assert keys.to_wait_for(permits) == Permits(None, ["T2"])
        operators.rate.taken()
        assert keys.to_wait_for(permits) == Permits(0, ["T2"])


async def test_without_any_keys_there_is_no_permit_to_wait_for(database_url: str) -> None:
    async with Database.open(database_url, [new_key()]) as database:
        store = WorkspaceSettingsStore(database, replace(OPERATORS, callcow_key=None))
        keys = CallCowKeys(database, store, per_minute=1)

        assert await keys.of("T1") is None
        assert await keys.permits() == Permits(None)
        assert not Permits(None).some_wait


async def test_a_key_knows_the_calls_that_were_sent_with_it(database_url: str) -> None:
    async with Database.open(database_url, [new_key()]) as database:
        store = WorkspaceSettingsStore(database, OPERATORS)
        await enter(store, "T1", "ck_live_own")
        keys = CallCowKeys(database, store, per_minute=1)
        own, operators = await key_of(keys, "T1"), await key_of(keys, "T2")

    with_own, before_there_were_several = (
        an_announced_call(dialed_with=own.mark),
        an_announced_call(dialed_with=None),
    )
    assert (own.has_dialed(with_own), operators.has_dialed(with_own)) == (True, False)
    assert not own.has_dialed(before_there_were_several)
    assert operators.has_dialed(before_there_were_several)
    assert "ck_live" not in own.mark
