import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from bot.callcow.payload import read_payload
from bot.core.audit import Act
from bot.core.errors import StoreError
from bot.core.forget import PersonToForget
from bot.core.policy.policy import Policy
from bot.core.workspace_settings import OwnSettings, WorkspaceSettings
from bot.storage import workspace_settings
from bot.storage.audit import AuditLog
from bot.storage.encryption.reencryption import Reencryption
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from bot.storage.forget import Forgetting
from bot.storage.tables import schema_compatibility
from bot.storage.workspace_settings import WorkspaceSettingsStore
from tests.builders import NOON
from tests.conftest import both_databases

OPERATORS: Final = WorkspaceSettings("US", frozenset({"UBOSS"}), Policy())
KEYS: Final = [new_key()]
CALLCOW_KEY: Final = SecretStr("ck_live_of_one_workspace")
GERMAN: Final = OwnSettings(region="DE")


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait until the next look."""
    monkeypatch.setattr(workspace_settings, "_LOOK_SECONDS", 0.0)


@asynccontextmanager
async def opened(
    url: str, keys: list[str] = KEYS, operators: WorkspaceSettings = OPERATORS
) -> AsyncIterator[tuple[Database, WorkspaceSettingsStore]]:
    """Return a database, and the settings as one replica knows them."""
    async with Database.open(url, keys) as database:
        store = WorkspaceSettingsStore(database, operators)
        await store.start()
        yield database, store


async def save(
    store: WorkspaceSettingsStore, team: str = "T1", own: OwnSettings = GERMAN, **changes: Any
) -> bool:
    """Let Ada set what `own` says."""
    before = (await store.kept(team)).version
    given: dict[str, Any] = {
        "callcow_key": None,
        "after": before,
        "changes": [],
        "by": "UADA",
        "now": NOON,
    }
    return await store.save(team, own, **{**given, **changes})


@both_databases
async def test_what_a_workspace_sets_holds_in_it_and_in_no_other(database_url: str) -> None:
    async with opened(database_url) as (_, store):
        assert (await store.of("T1")).region == "US"

        assert await save(store, callcow_key=CALLCOW_KEY)

        assert ((await store.of("T1")).region, (await store.of("T2")).region) == ("DE", "US")
        assert (await store.of("T1")).callcow_key == CALLCOW_KEY
        assert (await store.of("T2")).callcow_key is None


@both_databases
async def test_another_replica_sees_each_change_and_one_that_starts_later_the_last(
    database_url: str,
) -> None:
    async with opened(database_url) as (_, one), opened(database_url) as (_, other):
        assert (await other.of("T1")).region == "US"
        await save(one)
        assert (await other.of("T1")).region == "DE"
        await save(other, own=OwnSettings(region="FR"))
        assert (await one.of("T1")).region == "FR"

        async with opened(database_url) as (_, later):
            assert (await later.of("T1")).region == "FR"
            await save(one, own=OwnSettings(region="IT"))
            assert (await later.of("T1")).region == "IT"


@both_databases
async def test_of_two_who_change_the_same_at_once_one_is_told(database_url: str) -> None:
    async with opened(database_url) as (_, one), opened(database_url) as (_, other):
        for _ in range(2):
            after = (await one.kept("T1")).version
            saved = await asyncio.gather(*(save(each, after=after) for each in (one, other)))

            assert sorted(saved) == [False, True]


@both_databases
async def test_a_key_is_only_ever_kept_encrypted_also_before_everything_else_is(
    database_url: str,
) -> None:
    async with opened(database_url) as (database, store):
        await save(store, callcow_key=CALLCOW_KEY)

        assert CALLCOW_KEY.get_secret_value() not in await kept_key(database)
    async with opened(database_url, keys=[]) as (_, store):
        assert not store.keeps_keys
        with pytest.raises(StoreError):
            await save(store, callcow_key=CALLCOW_KEY)


async def test_a_key_is_encrypted_again_with_the_newest(database_url: str) -> None:
    newest = new_key()
    async with opened(database_url) as (_, store):
        await save(store, callcow_key=CALLCOW_KEY)
    async with opened(database_url, [newest, *KEYS]) as (database, _):
        assert (await Reencryption(database).run()).rows == 1

    async with opened(database_url, [newest]) as (_, store):
        assert (await store.of("T1")).callcow_key == CALLCOW_KEY


async def test_where_the_key_cannot_be_read_no_call_is_made_at_the_operators_cost(
    database_url: str,
) -> None:
    async with opened(database_url) as (_, store):
        await save(store, callcow_key=CALLCOW_KEY)
    paying = WorkspaceSettings("US", frozenset(), Policy(), callcow_key=SecretStr("ck_live_boss"))

    async with opened(database_url, [new_key()], paying) as (_, store):
        assert (await store.of("T1")).callcow_key is None
        assert (await store.of("T1")).region == "DE"
        assert (await store.of("T2")).callcow_key == SecretStr("ck_live_boss")


@both_databases
async def test_what_is_erased_is_gone_for_every_replica(database_url: str) -> None:
    async with opened(database_url) as (database, one), opened(database_url) as (_, other):
        await save(one, callcow_key=CALLCOW_KEY)
        await save(one, "T2", callcow_key=SecretStr("ck_live_of_the_other"))
        assert (await other.of("T1")).callcow_key == CALLCOW_KEY

        await one.erase("T1", NOON)

        assert await kept_key(database) == ""
        assert ((await other.of("T1")).callcow_key, (await other.of("T1")).region) == (None, "US")
        assert (await other.of("T2")).callcow_key == SecretStr("ck_live_of_the_other")


async def test_the_key_goes_alone_where_the_rules_are_to_stay(database_url: str) -> None:
    async with opened(database_url) as (database, store):
        await save(store, callcow_key=CALLCOW_KEY)

        await store.erase_key("T1", NOON)

        assert await kept_key(database) == ""
        assert ((await store.of("T1")).callcow_key, (await store.of("T1")).region) == (None, "DE")


@both_databases
async def test_only_those_who_keep_content_less_long_than_others_are_looked_after(
    database_url: str,
) -> None:
    async with opened(database_url, operators=replace(OPERATORS, retention_days=30)) as (_, store):
        for team, days in (("T1", 7), ("T2", 0), ("T3", 29), ("T4", 60)):
            await save(store, team, OwnSettings(retention_days=days))
        await save(store, "T5", OwnSettings(retention_days=1))
        await store.erase("T5", NOON)

        assert await store.retentions() == {"T1": 7, "T3": 29}


async def test_each_change_stands_in_the_audit_with_who_made_it(database_url: str) -> None:
    async with opened(database_url) as (database, store):
        await save(store, changes=["region: US -> DE", "callcow_key: changed"])
        assert not await save(store, after=77, changes=["region: DE -> FR"])

        entries = await AuditLog(database).since(NOON, team="T1", most=10)

    assert {(each.act, each.person, each.rule) for each in entries} == {
        (Act.SETTINGS_CHANGED, "UADA", "region: US -> DE"),
        (Act.SETTINGS_CHANGED, "UADA", "callcow_key: changed"),
    }


@both_databases
async def test_whoever_is_forgotten_stands_in_no_record_of_changed_settings(
    database_url: str,
) -> None:
    async with opened(database_url) as (database, store):
        await save(store, changes=["admins: UBO -> UADA,UBO", "region: US -> DE"])
        await save(store, "T2", changes=["admins: - -> UADA"])

        await Forgetting(database, read_payload).forget(PersonToForget("UADA"), team="T1", now=NOON)

        entries = await AuditLog(database).since(NOON, most=10)
        who = text("SELECT team, changed_by FROM workspace_settings ORDER BY team")
        rows = await database.read(lambda connection: connection.execute(who).all())

    told = {(each.team, each.person, each.rule) for each in entries if each.rule}
    assert told == {
        ("T1", None, "admins: UBO -> ?,UBO"),
        ("T1", None, "region: US -> DE"),
        ("T2", "UADA", "admins: - -> UADA"),
    }
    assert [tuple(row) for row in rows] == [("T1", None), ("T2", "UADA")]


async def test_versions_that_would_not_keep_to_it_start_no_more(database_url: str) -> None:
    since = select(schema_compatibility.c.compatible_from)
    async with opened(database_url) as (database, store):
        before = await database.read(lambda connection: connection.execute(since).scalar_one())
        await save(store)
        after = await database.read(lambda connection: connection.execute(since).scalar_one())

    assert before < "0023"
    assert after == "0023"


async def test_a_row_that_cannot_be_read_leaves_the_workspace_to_the_operator(
    database_url: str,
) -> None:
    async with opened(database_url) as (database, store):
        await save(store)
        await save(store, "T2")
        odd = text("UPDATE workspace_settings SET own = '[1' WHERE team = 'T1'")
        await database.write(lambda connection: connection.execute(odd).rowcount)

    async with opened(database_url) as (_, store):
        assert ((await store.of("T1")).region, (await store.of("T2")).region) == ("US", "DE")


async def test_while_the_database_is_away_what_is_known_stands(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database_url) as (database, store):
        await save(store)
        assert (await store.of("T1")).region == "DE"

        async def away(*_: Any) -> None:
            raise StoreError("away")

        monkeypatch.setattr(database, "read", away)

        assert (await store.of("T1")).region == "DE"
        with pytest.raises(StoreError):
            await store.of("T2")


async def kept_key(database: Database, team: str = "T1") -> str:
    """Return the key of a workspace as it stands in the database, empty for none."""
    found = text("SELECT callcow_key FROM workspace_settings WHERE team = :team")
    return await database.read(
        lambda connection: connection.execute(found, {"team": team}).scalar_one() or ""
    )
