"""Whatever a row of one workspace holds, all others are known and set up as before."""

from datetime import timedelta

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.clock import utc_now
from bot.core.membership import Installation
from bot.core.policy.policy import Policy
from bot.core.workspace_settings import RETENTION_DAYS_MAX, OwnSettings, WorkspaceSettings
from bot.storage.engine.database import Database
from bot.storage.installation_store import InstallationStore
from bot.storage.tables import installations, workspace_settings
from bot.storage.workspace_settings import _LOOK_SECONDS, WorkspaceSettingsStore
from tests.builders import NOON
from tests.conftest import both_databases
from tests.storage.test_odd_values import with_odd_rows
from tests.world import ENCRYPTION_KEY

# Hundreds of rows each.
pytestmark = pytest.mark.slow


@both_databases
async def test_odd_settings_of_a_workspace_keep_no_other_from_setting_its_own(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        teams = (f"T{number}" for number in range(1000, 9999))
        await with_odd_rows(
            database,
            workspace_settings,
            lambda: {
                "team": next(teams), "version": 1, "own": {}, "callcow_key": None,
                "retention_days": 5, "changed_at": NOON, "changed_by": "UADA",
            },
            "team",
        )  # fmt: skip
        operator = WorkspaceSettings("US", frozenset(), Policy())
        here, there = (WorkspaceSettingsStore(database, operator) for _ in range(2))
        with capture_logs():
            await there.start()
            own = OwnSettings(retention_days=7)
            for team in ("T1", "T2"):
                assert (await there.of(team)).retention_days == 0
                assert await here.save(
                    team, own, callcow_key=None, after=0, changes=(), by="UADA", now=NOON
                )
                there._looked_at -= _LOOK_SECONDS

                assert (await there.of(team)).retention_days == 7
                assert (await there.retentions())[team] == 7
        assert max((await there.retentions()).values()) <= RETENTION_DAYS_MAX


@both_databases
async def test_odd_installations_keep_no_other_from_being_known_told_or_forgotten(
    database_url: str,
) -> None:
    async with Database.open(database_url, [ENCRYPTION_KEY]) as database:
        teams = (f"T{number}" for number in range(1000, 9999))
        where = {"token_digest": "", "org_wide": False, "learned_at": NOON, "version": 1}
        await with_odd_rows(database, installations, lambda: {"team": next(teams), **where}, "team")
        store = InstallationStore(database)
        seen = await store.last_version()
        for team in ("T1", "T2"):
            await store.install(
                Installation(team=team, enterprise=None, org_wide=False, url=None),
                token=SecretStr("xoxb-1"),
                scopes=(),
                by="UADA",
                now=NOON,
            )
        assert set(await store.changed(seen)) == {"T1", "T2"}

        told = []
        while taken := await store.take_notices(utc_now(), timedelta(days=1)):
            told += [kept.key for kept in taken]
        assert {"T1", "T2"} <= set(told)

        assert await store.remove("T1", not_after=NOON, now=NOON)
        gone = []
        while teams_gone := await store.removed_before(utc_now()):
            gone += teams_gone
            for team in teams_gone:
                await store.forget(team, utc_now())
        assert "T1" in gone
