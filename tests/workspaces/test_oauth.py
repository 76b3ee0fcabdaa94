"""Installing the bot: what a browser gets on its way, and what it gets of a way that is no good."""

import asyncio
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from yarl import URL

from bot.clock import utc_now
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL, TEAM
from bot.slack import oauth
from bot.storage.engine.database import Database
from bot.storage.installation_store import InstallationStore
from tests.conftest import both_databases
from tests.dump import contents
from tests.installing import browser, install, page_of_slack, way_back
from tests.world import COMMAND, NUMBER, PROMPT, SECOND_TEAM, World, slack_says


async def status_and_page(session: aiohttp.ClientSession, address: str) -> tuple[int, str]:
    """Return what the browser is shown at an address."""
    async with session.get(address) as answer:
        return answer.status, await answer.text()


@both_databases
async def test_whoever_lets_the_bot_in_can_use_it_at_once(world: World) -> None:
    async with world.bot():
        page = await install(world)

        assert "Ringback is in Ringback demo" in page
        reply = await world.slack.command(ADA, GENERAL, COMMAND)
        assert reply.acknowledged
        await world.until_dialed()


@both_databases
async def test_no_token_can_be_read_in_the_database(world: World, tmp_path: Path) -> None:
    async with world.bot():
        await install(world)

        found = await contents(world, tmp_path)
        assert TEAM.encode() in found
        assert world.slack.bot_token.encode() not in found


@both_databases
async def test_of_five_who_come_back_at_once_with_the_same_state_one_installs(
    world: World,
) -> None:
    async with world.bot(), browser(world) as session:
        page = await page_of_slack(world, session)
        addresses = [await way_back(session, page) for _ in range(5)]

        shown = await asyncio.gather(*(status_and_page(session, one) for one in addresses))

        assert sorted(status for status, _ in shown) == [200, 400, 400, 400, 400]
        assert len(world.slack.requests_of("oauth.v2.access")) == 1


async def test_a_way_back_is_no_good_in_another_browser(world: World) -> None:
    async with world.bot(), browser(world) as session, browser(world) as other:
        address = await way_back(session, await page_of_slack(world, session))

        status, page = await status_and_page(other, address)

        assert (status, "Start again in this browser" in page) == (400, True)
        assert (await status_and_page(session, address))[0] == 200


async def test_a_state_that_has_expired_is_no_good(world: World) -> None:
    async with world.bot(), browser(world) as session:
        address = await way_back(session, await page_of_slack(world, session))
        async with Database.open(world.database_url) as database, database.engine.begin() as rows:
            ago = utc_now() - timedelta(seconds=1)
            await rows.execute(text("UPDATE oauth_states SET expires_at = :ago"), {"ago": ago})

        status, page = await status_and_page(session, address)

        assert (status, "This link no longer works" in page) == (400, True)


async def test_states_that_expired_are_deleted_when_others_are_issued(database_url: str) -> None:
    async with Database.open(database_url) as database:
        store, now = InstallationStore(database), utc_now()
        await store.issue("old", expires_at=now, now=now)

        await store.issue("new", expires_at=now + timedelta(minutes=1), now=now)

        async with database.engine.connect() as rows:
            left = (await rows.execute(text("SELECT state FROM oauth_states"))).scalars().all()
        assert left == ["new"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 400, "Start again in this browser"),
        ("?state=&code=", 400, "Start again in this browser"),
        ("?state=made-up&code=1", 400, "Start again in this browser"),
        ("?error=access_denied", 200, "You declined the installation"),
        ("?error=%3Cscript%3E", 400, "Slack didn&#x27;t let Ringback in"),
        ("?state=%00%ff&code=%f0", 400, "Start again in this browser"),
    ],
)
async def test_whatever_else_comes_back_is_answered_with_a_page(
    world: World, query: str, status: int, words: str
) -> None:
    async with world.bot(), browser(world) as session:
        shown = await status_and_page(session, f"{world.url}/slack/oauth_redirect{query}")

    assert shown[0] == status
    assert words in shown[1]
    assert "<script" not in shown[1]


async def test_whoever_says_no_is_told_that_nothing_has_changed(world: World) -> None:
    async with world.bot(), browser(world) as session:
        page = await page_of_slack(world, session)
        address = await way_back(session, page, decision="deny")

        status, page = await status_and_page(session, address)

    assert (status, "You declined the installation" in page) == (200, True)
    assert world.slack.requests_of("oauth.v2.access") == []


async def test_a_code_works_once(world: World) -> None:
    async with world.bot(), browser(world) as session:
        first = await way_back(session, await page_of_slack(world, session))
        code = URL(first).query["code"]
        await status_and_page(session, first)
        second = await way_back(session, await page_of_slack(world, session))
        again = URL(second).update_query(code=code)

        status, page = await status_and_page(session, str(again))

    assert (status, "This link no longer works" in page) == (400, True)


@pytest.mark.parametrize("method", ["oauth.v2.access", "auth.test"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(drop=True),
        Fault(status=200, body="[]"),
        Fault(status=200, body="{}"),
        slack_says("ratelimited"),
    ],
    ids=["500", "dropped", "odd", "empty", "rate limited"],
)
async def test_where_slack_fails_there_is_a_page_and_nothing_is_installed(
    world: World, method: str, fault: Fault
) -> None:
    world.slack.faults.add(method, fault)
    async with world.bot(), browser(world) as session:
        address = await way_back(session, await page_of_slack(world, session))

        status, page = await status_and_page(session, address)

        assert status == 400
        assert "Start again" in page
        reply = await world.slack.command(ADA, GENERAL, COMMAND)
        assert "was removed from this workspace" in reply.text


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ("bad_client_secret", "Tell whoever runs Ringback."),
        ("invalid_client_id", "Tell whoever runs Ringback."),
        ("bad_redirect_uri", "Tell whoever runs Ringback."),
        ("cannot_install_an_org_installed_app", "Slack didn&#x27;t let Ringback in"),
        ("code_already_used", "This link no longer works"),
        ("fatal_error", "Try again in a minute."),
    ],
)
async def test_a_refusal_of_slacks_is_told_as_what_it_is_about(
    world: World, refused: str, words: str
) -> None:
    world.slack.faults.add("oauth.v2.access", slack_says(refused))
    async with world.bot(), browser(world) as session:
        address = await way_back(session, await page_of_slack(world, session))
        status, page = await status_and_page(session, address)

    assert (status, words in page) == (400, True)


async def test_a_secret_that_slack_does_not_know_is_logged_as_an_error(world: World) -> None:
    world.slack.faults.add("oauth.v2.access", slack_says("bad_client_secret"))
    async with world.bot(), browser(world) as session:
        address = await way_back(session, await page_of_slack(world, session))
        with capture_logs() as logged:
            await status_and_page(session, address)

    assert [one["error"] for one in logged if one["log_level"] == "error"] == ["bad_client_secret"]


async def test_where_nothing_can_be_saved_there_is_a_page(world: World) -> None:
    async with world.bot(), browser(world) as session, world.locked():
        status, page = await status_and_page(session, f"{world.url}/slack/install")

    assert (status, "That couldn&#x27;t be saved" in page) == (503, True)


async def test_more_states_than_anybody_needs_are_not_issued(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "_STATES_A_MINUTE", 0)
    async with world.bot(), browser(world) as session:
        status, page = await status_and_page(session, f"{world.url}/slack/install")

    assert (status, "Try again in a minute" in page) == (429, True)


async def test_the_last_page_leads_back_to_the_slack_that_it_came_from(world: World) -> None:
    async with world.bot():
        page = await install(world)

    assert f'href="{world.slack.url}/app_redirect?app=' in page


async def test_the_pages_are_kept_by_nobody_and_framed_by_nobody(world: World) -> None:
    async with (
        world.bot(),
        browser(world) as session,
        session.get(f"{world.url}/slack/install") as page,
    ):
        assert page.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        cookie = page.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "Secure" in cookie


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_while_the_database_is_away_whoever_asks_is_told_and_events_come_again(
    world: World,
) -> None:
    async with world.bot():
        await install(world)
        async with world.away():
            reply = await world.slack.command(ADA, GENERAL, COMMAND)
            said = await world.slack.event({"type": "app_mention", "user": ADA, "ts": "1.2",
                                            "channel": GENERAL, "text": COMMAND})  # fmt: skip

    assert "Nothing was saved and no call was made" in reply.text
    assert said.status == 503


async def test_a_form_that_outlived_the_bot_says_so(world: World) -> None:
    async with world.bot():
        await install(world)
        view = await world.open_form()
        await world.slack.uninstall()

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        [shown] = world.slack.open_views.values()
        assert "was removed from this workspace" in str(shown.payload)
        assert await world.saved_calls() == []


async def test_a_workspace_without_the_bot_is_told_so_and_places_nothing(world: World) -> None:
    async with world.bot():
        await install(world, TEAM)

        reply = await world.second.command(ADA, GENERAL, COMMAND)
        said = await world.second.event({"type": "app_mention", "user": ADA, "channel": GENERAL,
                                         "ts": "1.2", "text": COMMAND})  # fmt: skip

        assert "was removed from this workspace" in reply.text
        assert said.acknowledged
        assert await world.saved_calls() == []
        assert await world.saved_drafts() == []
        await install(world, SECOND_TEAM)
        assert (await world.second.command(ADA, GENERAL, COMMAND)).text == ""
