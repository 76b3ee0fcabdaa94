"""Removing the bot from a workspace, adding it again, and what its installer is told."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.reason import UNINSTALLED
from bot.core.calls.states import EndReason
from bot.core.membership import Installation
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, SALES, TEAM
from bot.in_flight import InFlightRequests
from bot.slack import installed_workspaces
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.installation_store import InstallationStore
from bot.storage.workspace_settings import WorkspaceSettingsStore
from bot.worker.retention import Kept, Retention
from tests.conftest import both_databases
from tests.installing import install
from tests.world import (
    COMMAND,
    ENCRYPTION_KEY,
    NUMBER,
    PROMPT,
    SECOND_TEAM,
    World,
    get,
    shown,
    slack_says,
)


async def schedule_in(workspace: LocalWorkspace) -> None:
    """Let Ada schedule a call in a workspace."""
    await workspace.command(ADA, GENERAL, "")
    view = list(workspace.open_views.values())[-1]
    at = int(workspace.workspace.clock()) + 3600
    await workspace.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})
    await workspace.until(lambda: workspace.messages(GENERAL))


async def told_to(workspace: LocalWorkspace, person: str, count: int = 1) -> str:
    """Wait for so many direct messages to a person, and return the last."""
    channel = workspace.workspace.direct_message(person).id
    await workspace.until(lambda: len(workspace.messages(channel)) >= count)
    return shown(workspace.messages(channel)[count - 1])


@both_databases
async def test_the_installer_is_told_what_is_next_in_a_direct_message(world: World) -> None:
    async with world.bot():
        await install(world, TEAM, user=GRACE)

        told = await told_to(world.slack, GRACE)

    assert "One step is left" in told
    assert "Set it up" in told


async def test_the_installer_is_told_later_where_slack_is_away(world: World) -> None:
    world.slack.faults.add("conversations.open", slack_says("internal_error"))
    async with world.bot():
        await install(world, TEAM)
        await world.slack.until(lambda: world.slack.requests_of("conversations.open"))
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        await rows.execute(text("UPDATE installations SET notice_at = learned_at"))

    async with world.bot():
        assert "One step is left" in await told_to(world.slack, ADA)


@both_databases
@pytest.mark.parametrize("how", ["uninstall", "revoke_tokens"])
async def test_a_removal_ends_what_was_scheduled_there_alone_and_erases_the_token(
    world: World, tmp_path: Path, how: str
) -> None:
    async with world.bot():
        for team in (TEAM, SECOND_TEAM):
            await install(world, team)
        await schedule_in(world.slack)
        await schedule_in(world.second)

        await getattr(world.second, how)()

        calls = {call.team: call for call in await world.saved_calls()}
        assert (calls[SECOND_TEAM].ending, calls[SECOND_TEAM].reason) == (
            EndReason.NOT_PLACED,
            UNINSTALLED,
        )
        assert calls[TEAM].ending is None
        async with Database.open(world.database_url, [ENCRYPTION_KEY]) as database:
            kept = await InstallationStore(database).of(SECOND_TEAM)
        assert kept is not None
        assert kept.token is None
        reply = await world.second.command(ADA, GENERAL, COMMAND)
        assert "was removed from this workspace" in reply.text
        assert (await world.slack.command(ADA, GENERAL, COMMAND)).text == ""
        await world.until_dialed()


async def test_whoever_adds_the_bot_again_finds_everything_as_it_was(world: World) -> None:
    async with world.bot():
        await install(world)
        await schedule_in(world.slack)
        await world.slack.uninstall()

        await install(world)

        reply = await world.slack.command(ADA, GENERAL, "list")
        assert "1 recent." in reply.text
        assert "One step is left" in await told_to(world.slack, ADA, 2)
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()


@pytest.mark.parametrize("seconds", [60, 5])
async def test_a_removal_that_slack_tells_of_late_does_not_undo_an_installation(
    world: World, seconds: float
) -> None:
    async with world.bot():
        await install(world)
        world.slack.workspace.clock = lambda: utc_now().timestamp() - seconds

        await world.slack.event({"type": "app_uninstalled"})

        world.slack.workspace.clock = lambda: utc_now().timestamp()
        assert (await world.slack.command(ADA, GENERAL, COMMAND)).text == ""
        await world.until_dialed()


async def test_a_removal_counts_that_comes_before_the_installation_by_slacks_clock_alone(
    world: World,
) -> None:
    async with world.bot():
        await install(world)
        world.slack.workspace.clock = lambda: utc_now().timestamp() - 5

        await world.slack.uninstall()

        reply = await world.slack.command(ADA, GENERAL, COMMAND)
        assert "was removed from this workspace" in reply.text


async def test_a_removal_that_is_not_saved_is_sent_again(world: World) -> None:
    async with world.bot():
        await install(world)
        await schedule_in(world.slack)

        world.slack.app.remove(world.slack.workspace, "account_inactive")
        async with world.locked():
            reply = await world.slack.event({"type": "app_uninstalled"})
        assert reply.status == 503
        await world.slack.event({"type": "app_uninstalled"}, retry_num=1)

        assert (await world.saved()).ending is EndReason.NOT_PLACED


@both_databases
async def test_thirty_days_after_a_removal_nothing_of_the_workspace_is_left(
    world: World, tmp_path: Path
) -> None:
    async with world.bot():
        for team in (TEAM, SECOND_TEAM):
            await install(world, team)
        for workspace in (world.slack, world.second):
            await workspace.command(ADA, GENERAL, "block +1 415 555 2699")
            await schedule_in(workspace)
        await world.second.uninstall()
    # As if its report had been given up meanwhile: there is nobody to tell.
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        await rows.execute(
            text("UPDATE calls SET state = 'reported', due_at = NULL WHERE team = :team"),
            {"team": SECOND_TEAM},
        )
    long_ago = utc_now() - timedelta(days=31)
    async with Database.open(world.database_url, [ENCRYPTION_KEY]) as database:
        async with database.engine.begin() as rows:
            await rows.execute(
                text("UPDATE installations SET removed_at = :ago WHERE removed_at IS NOT NULL"),
                {"ago": long_ago},
            )
        installations = InstallationStore(database)
        settings = WorkspaceSettingsStore(database, world.settings.of_operator)
        kept = Kept(None, None, timedelta(hours=2))
        retention = Retention(
            Erasure(database, read_payload), AuditLog(database), installations, settings,
            InFlightRequests(), kept,
        )  # fmt: skip

        assert [await retention.erase_removed() for _ in range(3)] == [0, 1, 0]

        assert await installations.removed_before(utc_now()) == []
        left = {call.team: call for call in await world.saved_calls()}
        assert (left[SECOND_TEAM].prompt, left[SECOND_TEAM].recipient) == ("", "")
        assert left[TEAM].prompt == PROMPT
        async with database.engine.connect() as rows:
            blocked = (await rows.execute(text("SELECT team FROM do_not_call"))).scalars().all()
        assert blocked == [TEAM]


async def test_an_installer_is_told_once_that_scopes_are_missing(world: World) -> None:
    async with world.bot():
        await install(world)
        await told_to(world.slack, ADA)
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        await rows.execute(text("UPDATE installations SET scopes = 'chat:write,commands'"))

    for _ in range(2):
        async with world.bot():
            await world.slack.command(ADA, GENERAL, "help")
            told = await told_to(world.slack, ADA, 2)

    assert f"{world.url}/slack/install" in told
    channel = world.slack.workspace.direct_message(ADA).id
    assert len(world.slack.messages(channel)) == 2


async def test_the_status_tells_how_many_workspaces_there_are_and_whose_token_is_refused(
    world: World,
) -> None:
    async with world.bot():
        for team in (TEAM, SECOND_TEAM):
            await install(world, team)
        world.second.workspace.token_error = "token_revoked"
        await world.second.command(ADA, GENERAL, COMMAND)
        await world.until_saved(lambda call: call.ending)

        told = json.loads((await get(f"{world.admin_url}/status"))[1])

    assert told["workspaces"] == {
        "ok": True, "installed": 2, "refused": 1, "refused lately": [SECOND_TEAM],
    }  # fmt: skip
    assert "slack token" not in told


async def test_a_call_is_announced_with_the_token_that_another_replica_was_given_just_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed_workspaces, "_LOOK_SECONDS", 3600.0)
    async with world.bot():
        await install(world)
        # By then it need not ask who Ada is, and neither channel has to wait for its second.
        await world.slack.command(ADA, SALES, COMMAND)
        await world.until_placed()
        await world.slack.until(lambda: world.slack.home(ADA))
        await world.until_at_rest()
        app, workspace = world.slack.app, world.slack.workspace
        app.remove(workspace, "token_revoked")
        token = SecretStr(app.install([workspace], workspace.scopes))
        async with Database.open(world.database_url, [ENCRYPTION_KEY]) as database:
            where = Installation(team=TEAM, enterprise=None, org_wide=False, url=None)
            await InstallationStore(database).install(
                where, token=token, scopes=workspace.scopes, by=ADA, now=utc_now()
            )

        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.callcow.until(lambda: len(world.callcow.dials) == 2, 10)
