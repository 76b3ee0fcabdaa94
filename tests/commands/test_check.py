"""`ringback check`, as a process: it names what does not work and what to do about it."""

import json
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from aiohttp import web

from bot.commands import migrate
from bot.demo.faults import Fault
from bot.storage.encryption.sealing import new_key
from tests.builders import a_call
from tests.conftest import both_databases
from tests.test_main import Ended, run
from tests.world import World, free_port, slack_says

# Each runs a process.
pytestmark = pytest.mark.slow


async def checked(world: World, **changes: str) -> Ended:
    """Run the check, and make sure that it shows no secret."""
    environment = {**world.environment, **changes}
    ended = await run("check", **environment)
    secrets = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "CALLCOW_API_KEY")
    for name in secrets:
        assert environment.get(name, "-none-") not in ended.output + ended.errors
    assert "Traceback" not in ended.errors
    return ended


def row(ended: Ended, what: str) -> str:
    """Return the row on that subject, and the advice below it."""
    lines = ended.output.splitlines()
    at = next(number for number, line in enumerate(lines) if what in line)
    return " ".join(" ".join(lines[at : at + 2]).split())


@both_databases
async def test_all_is_well_while_the_bot_runs(world: World) -> None:
    async with world.served():
        ended = await checked(world)

    assert ended.code == 0, ended.output
    assert "FAIL" not in ended.output
    assert "complete, HTTP mode" in row(ended, "settings")
    assert "app_mentions:read, chat:write, chat:write.public" in row(ended, "scopes")
    assert "schema up to date" in row(ended, "database")
    assert "reaches this bot" in row(ended, "PUBLIC_URL")


async def test_all_is_well_in_socket_mode(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world, world.served():
        ended = await checked(world)

    assert ended.code == 0, ended.output
    assert "Socket Mode can connect" in row(ended, "SLACK_APP_TOKEN")


async def test_a_bot_token_that_slack_rejects_is_named(world: World) -> None:
    ended = await checked(world, SLACK_BOT_TOKEN="xoxb-wrong")

    assert ended.code == 1
    assert "invalid_auth → copy the Bot User OAuth Token again" in row(ended, "SLACK_BOT_TOKEN")


async def test_the_credentials_of_a_bot_for_many_workspaces_are_tried(database_url: str) -> None:
    async with World.of_many_workspaces(database_url) as world:
        right = await checked(world)
        wrong = await checked(world, SLACK_CLIENT_SECRET="hunter2")

    assert f"workspaces install at {world.url}/slack/install" in row(right, "SLACK_CLIENT_ID")
    assert "bad_client_secret → copy the client id and secret" in row(wrong, "SLACK_CLIENT_ID")
    assert wrong.code == 1
    assert "hunter2" not in wrong.output + wrong.errors


async def test_an_app_token_that_slack_rejects_is_named(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world:
        ended = await checked(world, SLACK_APP_TOKEN="xapp-wrong")

    assert ended.code == 1
    assert "invalid_auth → make one with connections:write" in row(ended, "SLACK_APP_TOKEN")


async def test_a_missing_scope_is_named(world: World) -> None:
    world.slack.workspace.scopes.discard("im:write")

    ended = await checked(world)

    assert ended.code == 1
    assert "missing: im:write → add them" in row(ended, "scopes")


async def test_a_scope_that_the_manifest_does_not_ask_for_is_named_and_no_failure(
    world: World,
) -> None:
    world.slack.workspace.scopes.add("channels:history")

    async with world.served():
        ended = await checked(world)

    assert ended.code == 0
    assert "and more: channels:history → they are not needed" in row(ended, "scopes")


async def test_slacks_being_away_is_named(world: World) -> None:
    ended = await checked(world, SLACK_API_URL=f"http://127.0.0.1:{free_port()}/api/")

    assert ended.code == 1
    assert "not reached" in row(ended, "Slack")


async def test_an_answer_that_is_none_of_slacks_is_not_blamed_on_the_token(world: World) -> None:
    world.slack.faults.add("auth.test", Fault(status=500, body="<html>oops</html>"))

    ended = await checked(world)

    assert ended.code == 1
    assert "copy the Bot User OAuth Token" not in row(ended, "Slack")


@pytest.mark.parametrize(
    ("body", "content_type"), [("welcome", "text/plain"), ("[1]", "application/json")]
)
async def test_somebody_else_at_slacks_address_is_named(
    world: World, body: str, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    world.slack.faults.add("auth.test", Fault(status=200, headers=headers, body=body))

    ended = await checked(world)

    assert ended.code == 1
    assert "something else answers → see whether SLACK_API_URL is right" in row(ended, "Slack")


async def test_a_database_address_with_an_unknown_option_is_named(world: World) -> None:
    url = f"postgresql+asyncpg://somebody:hush@127.0.0.1:{free_port()}/nothing?sslmode=require"

    ended = await checked(world, DATABASE_URL=url)

    assert ended.code in (1, 2)
    assert "hush" not in ended.output + ended.errors


async def test_a_database_that_is_away_is_named(world: World) -> None:
    url = f"postgresql+asyncpg://postgres:hush@127.0.0.1:{free_port()}/nothing"

    ended = await checked(world, DATABASE_URL=url)

    assert ended.code == 1
    assert "hush" not in ended.output + ended.errors
    assert "→ see whether DATABASE_URL is right" in row(ended, "database")


async def test_a_bot_that_does_not_run_is_named(world: World) -> None:
    ended = await checked(world)

    assert ended.code == 1
    assert "not reached (ConnectError) → start `ringback serve`" in row(ended, "PUBLIC_URL")
    assert "schema up to date" in row(ended, "database")


async def test_somebody_else_at_the_public_address_is_named(world: World) -> None:
    async def welcome(_: web.Request) -> web.Response:
        return web.Response(text="welcome")

    stranger = web.Application()
    stranger.router.add_get("/healthz", welcome)
    runner = web.AppRunner(stranger)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", world.port).start()

    ended = await checked(world)

    await runner.cleanup()
    assert ended.code == 1
    assert "something else answers" in row(ended, "PUBLIC_URL")
    assert "→ start `ringback serve`" in row(ended, "PUBLIC_URL")


async def test_callcow_is_asked_whether_it_takes_the_key_and_no_call_is_made(world: World) -> None:
    right = await checked(world)
    wrong = await checked(world, CALLCOW_API_KEY="ck_live_wrong")

    assert "ok CallCow takes CALLCOW_API_KEY" in row(right, "CallCow")
    assert "FAIL CallCow refuses CALLCOW_API_KEY (401) → make a new key" in row(wrong, "CallCow")
    assert {request.path for request in world.callcow.requests} == {"/api/workflows"}
    assert world.callcow.dials == []


async def test_a_callcow_address_that_redirects_is_named(world: World) -> None:
    leads = {"Location": "https://user:word@callcow.example/api/workflows?key=x"}
    world.callcow.faults.add("workflows", Fault(status=301, headers=leads))

    ended = await checked(world)

    assert "FAIL CallCow CALLCOW_BASE_URL redirects to https://callcow.example/api/workflows →" in (
        row(ended, "CallCow")
    )
    assert "word" not in ended.output
    assert "key=x" not in ended.output


async def test_a_web_page_at_callcows_address_is_named(world: World) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"}
    world.callcow.faults.add("workflows", Fault(status=200, headers=page, body="<html>"))
    world.slack.faults.add("auth.test", Fault(status=308, headers={"Location": "/elsewhere/"}))

    ended = await checked(world)

    assert ended.code == 1
    assert "FAIL CallCow a web page answers (200) → see whether CALLCOW_BASE_URL is right" in (
        row(ended, "CallCow")
    )
    assert "FAIL Slack SLACK_API_URL redirects → set SLACK_API_URL to where" in row(ended, "Slack")


async def test_nothing_is_created(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()

    ended = await checked(world, DATABASE_URL=f"sqlite+aiosqlite:///{folder}/ringback.db")

    assert "no file yet → `ringback serve` makes it at start" in row(ended, "database")
    assert files_in(folder) == []


async def test_a_database_that_is_there_is_left_as_it_is(world: World, tmp_path: Path) -> None:
    await world.given()
    before = files_in(tmp_path)

    ended = await checked(world)

    assert "schema up to date" in row(ended, "database")
    assert files_in(tmp_path) == before


def files_in(folder: Path) -> list[str]:
    """Return the names of what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def test_what_of_the_content_is_readable_is_said(world: World) -> None:
    async def found() -> str:
        return row(await checked(world), "secrets at rest")

    await world.given(a_call())
    assert "readable in the database" in await found()
    assert "set ENCRYPTION_KEYS" in await found()

    world.changes["ENCRYPTION_KEYS"] = new_key()
    assert "run `ringback migrate --encrypt`" in await found()

    await migrate.encrypt(world.settings)
    assert "run `ringback migrate --reencrypt`" in await found()

    await migrate.reencrypt(world.settings)
    assert (await found()).startswith("ok secrets at rest encrypted ok ")

    world.changes["ENCRYPTION_KEYS"] = new_key()
    assert "FAIL secrets at rest holds no key" in await found()


async def test_files_that_everybody_can_read_are_named(world: World, tmp_path: Path) -> None:
    await world.given()
    path = tmp_path / "ringback.db"
    path.chmod(0o644)
    open_to_all = await checked(world)
    path.chmod(0o600)
    private = await checked(world)

    assert f"everybody on this machine can read {path}" in row(open_to_all, "files")
    assert "can read" not in private.output


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(0, "ok clock agrees with Slack's"), (-600, "FAIL clock 10 min ahead of Slack's"),
     (600, "FAIL clock 10 min behind Slack's"), (120, "ok clock 2 min behind Slack's")],
)  # fmt: skip
async def test_the_clock_is_compared_with_slacks(world: World, seconds: int, found: str) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    told = {"ok": True, "team": "T", "user": "u", "team_id": "T0RINGBACK"}
    world.slack.faults.add(
        "auth.test",
        Fault(status=200, body=json.dumps(told),
              headers={"Content-Type": "application/json", "Date": date}),
    )  # fmt: skip

    ended = await checked(world)

    assert found in row(ended, "clock")
    assert "Slack did not say" in row(ended, "scopes")


async def test_a_messages_tab_that_is_turned_off_is_named(world: World) -> None:
    world.slack.workspace.messages_tab_enabled = False

    ended = await checked(world, ADMIN_USERS="U0ADA")

    assert "turned off: the bot cannot write direct messages → turn it on" in row(ended, "Messages")
    assert world.slack.messages("D0ADA") == []


@pytest.mark.parametrize(
    ("admins", "found"),
    [
        ("U0ADA", "ok Slack: Messages tab direct messages can be sent"),
        ("", "ok Slack: Messages tab not looked at → name somebody in ADMIN_USERS"),
        ("U0NOBODY", "FAIL Slack: Messages tab Slack knows nobody of ADMIN_USERS"),
        ("U00NOBODY,U0ADA", "ok Slack: Messages tab direct messages can be sent"),
    ],
)
async def test_what_is_said_of_the_messages_tab_was_found_out(
    world: World, admins: str, found: str
) -> None:
    ended = await checked(world, ADMIN_USERS=admins)

    assert found in row(ended, "Messages")


async def test_a_slack_that_does_not_say_is_not_taken_for_a_messages_tab_that_works(
    world: World,
) -> None:
    world.slack.faults.add("chat.postMessage", slack_says("internal_error"))

    ended = await checked(world, ADMIN_USERS="U0ADA")

    assert "Slack did not say (internal_error)" in row(ended, "Messages")


async def test_a_proxy_that_leads_nowhere_is_named_as_what_is_at_fault(world: World) -> None:
    proxy = f"http://user:hunter2@127.0.0.1:{free_port()}"

    ended = await checked(
        world, HTTPS_PROXY=proxy, SLACK_API_URL="https://slack.example/api/",
        CALLCOW_BASE_URL="https://callcow.example/api", PUBLIC_URL="https://bot.example.com",
    )  # fmt: skip

    for what in ("Slack", "CallCow", "PUBLIC_URL"):
        assert "not reached through the proxy (" in row(ended, what)
        assert "→ see whether HTTPS_PROXY or ALL_PROXY leads there" in row(ended, what)
    assert "hunter2" not in ended.output + ended.errors


async def test_what_a_missing_public_address_means_is_said(world: World) -> None:
    ended = await checked(world, PUBLIC_URL="")

    assert "not set: results are polled for" in row(ended, "PUBLIC_URL")
    assert "/calls/{call_id} is an assumption" in row(ended, "PUBLIC_URL")


async def test_a_start_names_the_scopes_that_are_missing(world: World) -> None:
    world.slack.workspace.scopes -= {"users:read", "im:history"}
    async with world.served() as served:
        await served.until_logged('"scope": "users:read"')

    lines = [line for line in served.log if "scope missing" in line]
    assert len(lines) == 2
    assert "direct messages to it are not answered" in lines[0]
