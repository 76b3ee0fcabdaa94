"""The command line, as a process: what it prints, and how it ends."""

import asyncio
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from pydantic import SecretStr
from sqlalchemy import text

from bot.clock import utc_now
from bot.core.calls.reason import RESTORED
from bot.core.calls.states import EndReason, State
from bot.core.draft import DraftState
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.engine.database import Database
from bot.storage.leased.draft_store import DraftStore
from tests.builders import NOON, a_call, a_waiting_call, an_announced_call
from tests.core.test_draft import a_draft
from tests.forked import CommandLine, forked, started
from tests.world import COMMAND, World, bearer, free_port, get, post, slack_says

# Each runs a process.
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int | None
    output: str
    errors: str

    @property
    def lines(self) -> list[str]:
        """What it printed on standard error, by line, without its log."""
        return [line for line in self.errors.splitlines() if not line.startswith("{")]


async def run(*arguments: str, **environment: str) -> Ended:
    """Run `ringback` with these arguments and nothing but this environment."""
    environment["PATH"] = os.environ["PATH"]
    # What the interpreter itself reads needs a new one.
    if any(name.startswith(("PYTHON", "LANG", "LC_")) for name in environment):
        command = (sys.executable, "-m", "bot", *arguments)
        process = await started(environment, *command, folder=None)
    else:
        process = await forked(CommandLine(arguments), environment, None)
    async with asyncio.timeout(45):
        output, errors = await process.communicate()
    return Ended(process.returncode, output.decode(), errors.decode())


def on_console(world: World) -> dict[str, str]:
    """Return the bot's settings for one whose lines people read."""
    return world.environment | {"LOG_FORMAT": "console"}


async def test_what_keeps_it_from_starting_is_json_if_the_log_is_to_be(world: World) -> None:
    away = f"postgresql+asyncpg://somebody:hush@127.0.0.1:{free_port()}/nothing"

    bad = await run("serve", LOG_FORMAT="JSON", PORT="many")
    unreachable = await run("serve", **world.environment | {"DATABASE_URL": away})

    told = [json.loads(line) for line in bad.errors.splitlines()]
    assert "SLACK_BOT_TOKEN" in [line["event"].split(":")[0] for line in told]
    assert {line["level"] for line in told} == {"error"}
    [last] = [json.loads(line) for line in unreachable.errors.splitlines()]
    assert last["event"].startswith("DATABASE_URL: the database cannot be used")


async def test_every_missing_or_bad_setting_is_a_line_of_its_own() -> None:
    ended = await run("serve", PORT="many", PUBLIC_URL="http://10.0.0.1")

    assert ended.code == 2
    assert [line.split(":")[0] for line in ended.lines] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "CALLCOW_API_KEY",
        "PUBLIC_URL",
        "PORT",
    ]


async def test_settings_are_read_from_a_file_in_this_folder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nCALLCOW_API_KEY=ck_live_1\n")

    ended = await run("check")

    assert ended.code == 2
    assert [line.split(":")[0] for line in ended.lines] == ["SLACK_SIGNING_SECRET"]


async def test_a_line_of_the_file_that_cannot_be_read_is_named_once(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# Ours\nSLACK_BOT_TOKEN\nsecret words here\nX='unclosed\n")

    stopped = await run("check")
    checked = await run("check", **world.environment)

    assert [line for line in stopped.lines if ".env" in line] == [
        ".env: line 3 cannot be read",
        ".env: line 4 cannot be read",
    ]
    told = [json.loads(line) for line in checked.errors.splitlines() if ".env" in line]
    assert [line["event"] for line in told] == [
        ".env: line 3 cannot be read",
        ".env: line 4 cannot be read",
    ]
    assert "secret words" not in checked.errors
    assert "dotenv" not in checked.errors


async def test_a_bot_token_that_slack_rejects_is_told_and_asked_about_until_it_is_accepted(
    world: World,
) -> None:
    for _ in range(2):
        world.slack.faults.add("auth.test", slack_says("invalid_auth"))

    async with world.served() as bot:
        assert (await get(f"{world.url}/readyz"))[0] == 200
        await bot.until_logged("slack accepts the token again")

        [told, *_] = [json.loads(line) for line in bot.log if "Slack rejects it" in line]
        assert (told["level"], told["error"]) == ("error", "invalid_auth")
        assert told["event"].startswith("SLACK_BOT_TOKEN: ")


async def test_a_bot_token_that_slack_refuses_while_it_runs_is_told_at_once(world: World) -> None:
    async with world.served() as bot:
        world.slack.faults.choose = lambda _: slack_says("token_revoked")
        await world.slack.command(ADA, GENERAL, COMMAND)
        await bot.until_logged("SLACK_BOT_TOKEN: Slack rejects it")

        status, told = await get(f"{world.admin_url}/status")
        assert status == 503
        assert json.loads(told)["slack token"] == {"ok": False, "trouble": "token_revoked"}

        world.slack.faults.choose = None
        await bot.until_logged("slack accepts the token again")
        assert (await get(f"{world.admin_url}/status"))[0] == 200


async def test_without_a_token_that_slack_accepts_results_of_callcow_are_taken(
    world: World,
) -> None:
    call = replace(a_waiting_call(), callback_secret=SecretStr("known"))
    await world.given(call)
    world.changes["SLACK_BOT_TOKEN"] = "xoxb-wrong"

    async with world.served():
        status, _ = await post(
            f"{world.url}/callcow/callback/{call.id}",
            b'{"call_status": "success"}',
            bearer("known"),
        )

    assert status == 200


async def test_a_port_that_is_taken_stops_the_start_with_one_line(world: World) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", world.port))
        other.listen()

        ended = await run("serve", **on_console(world))

    assert ended.code == 2
    assert len(ended.lines) == 1
    assert ended.lines[0].startswith(f"PORT: cannot listen on 127.0.0.1:{world.port}")


async def test_a_database_that_is_away_stops_the_start_with_one_line(world: World) -> None:
    url = f"postgresql+asyncpg://somebody:hush@127.0.0.1:{free_port()}/nothing"

    ended = await run("serve", **{**on_console(world), "DATABASE_URL": url})

    assert ended.code == 1
    assert len(ended.lines) == 1
    assert ended.lines[0].startswith("DATABASE_URL: the database cannot be used")
    assert "hush" not in ended.errors


async def test_a_schema_of_another_version_stops_the_start_with_one_line(world: World) -> None:
    await world.given()
    async with Database.open(world.database_url) as database, database.engine.begin() as rows:
        await rows.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    ended = await run("serve", **on_console(world))

    assert ended.code == 1
    assert ended.lines == [
        "DATABASE_URL: the database cannot be used "
        "(its schema was made by another version of Ringback)"
    ]


async def test_a_file_that_is_no_database_stops_the_start_with_one_line(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "ringback.db").write_text("nothing of the kind" * 100)

    ended = await run("serve", **on_console(world))

    assert ended.code == 1
    assert len(ended.lines) == 1
    assert "file is not a database" in ended.lines[0]


async def test_a_start_with_all_in_order_warns_of_nothing(world: World) -> None:
    async with world.served() as bot:
        await bot.stop()

        assert {json.loads(line)["level"] for line in bot.log} == {"info"}


async def test_slacks_being_away_does_not_keep_it_from_starting(world: World) -> None:
    world.changes["SLACK_API_URL"] = f"http://127.0.0.1:{free_port()}/api/"

    async with world.served() as bot:
        assert any("slack cannot be reached" in line for line in bot.log)


async def test_an_answer_that_is_none_of_slacks_does_not_keep_it_from_starting(
    world: World,
) -> None:
    world.slack.faults.add(
        "auth.test", Fault(status=200, headers={"Content-Type": "text/plain"}, body="welcome")
    )

    async with world.served() as bot:
        assert any("slack cannot be reached" in line for line in bot.log)


async def test_the_manifest_is_printed_for_socket_mode() -> None:
    ended = await run("manifest")

    made = yaml.safe_load(ended.output)
    assert ended.code == 0
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["features"]["slash_commands"][0]["command"] == "/call"
    assert "://" not in ended.output


async def test_the_manifest_is_printed_for_http_with_another_command() -> None:
    ended = await run("manifest", "--url", "https://bot.example.com/", "--command", "/ringback")

    made = yaml.safe_load(ended.output)
    address = "https://bot.example.com/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["interactivity"]["request_url"] == address
    [command] = made["features"]["slash_commands"]
    assert (command["command"], command["url"]) == ("/ringback", address)


@pytest.mark.parametrize(
    "arguments",
    [
        ("manifest", "--url", "http://x.example"),
        ("manifest", "--url", "https://"),
        ("manifest", "--command", "call"),
        ("manifest", "--command", "/a!"),
        (),
        ("fly",),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_hint(arguments: tuple[str, ...]) -> None:
    ended = await run(*arguments)

    assert ended.code == 2
    assert "usage: ringback" in ended.errors


async def test_it_tells_its_version() -> None:
    ended = await run("--version")

    assert (ended.code, ended.output) == (0, f"ringback {version('ringback')}\n")


async def test_the_console_script_is_the_same() -> None:
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "ringback"), "manifest", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()

    assert output.decode() == (await run("manifest")).output


async def test_serving_loads_nothing_of_the_demo() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys, bot.__main__; print([name for name in sys.modules if 'bot.demo' in name])",
        stdout=asyncio.subprocess.PIPE,
    )

    printed, _ = await process.communicate()

    assert printed.decode().strip() == "[]"


# The environment of other programs


HOSTILE = {
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "ALL_PROXY": "socks5://127.0.0.1:1",
    "SLACK_SCOPES": "stale",
    "SLACK_REDIRECT_URI": "stale",
    "SLACK_INSTALLATION_STORE_BOT_ONLY": "stale",
    "SLACK_VERIFICATION_TOKEN": "stale",
}


async def test_what_is_on_this_machine_is_reached_whatever_proxy_the_environment_names(
    world: World,
) -> None:
    world.changes |= HOSTILE
    async with world.served():
        checked = await run("check", **world.environment)
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

    assert checked.code == 0, checked.output


async def test_in_socket_mode_as_well(database_url: str) -> None:
    changes = dict(HOSTILE)
    async with World(database_url, socket_mode=True, changes=changes) as world, world.served():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()


@pytest.mark.parametrize("command", ["check", "serve"])
async def test_a_proxy_and_certificates_that_cannot_be_used_are_a_line_each(
    world: World, command: str
) -> None:
    odd = {"ALL_PROXY": "socks4://p:1", "SSL_CERT_FILE": "/nosuch/ca.pem", "PORT": "x"}

    ended = await run(command, **{**on_console(world), **odd})

    assert ended.code == 2
    assert [line.partition(":")[0] for line in ended.lines] == [
        "PORT",
        "ALL_PROXY",
        "SSL_CERT_FILE",
    ]


# One that has none of the signs, and one that has some.
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
async def test_the_check_is_shown_on_any_terminal(world: World, encoding: str) -> None:
    ended = await run("check", **world.environment, PYTHONIOENCODING=encoding, PYTHONUTF8="0")

    assert ended.code == 1
    assert "-> start `ringback serve`" in ended.output
    assert "Traceback" not in ended.errors


async def test_the_demo_starts_whatever_is_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "SLACK_APP_TOKEN=xapp-1\nLOG_LEVEL=warn\nSLACK_COMMAND=/ringback\nPORT=nonsense\n"
    )
    odd = {**HOSTILE, "SSL_CERT_FILE": "/nosuch/ca.pem", "SECRETS_DIR": "/nosuch",
           "DATABASE_URL": "mysql://x", "SLACK_APP_TOKEN": "wrong", "LEASE": "0",
           "ALL_PROXY": "ftp://nonsense", "HOST": "nowhere"}  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(free_port()),
        env={"PATH": os.environ["PATH"], **odd},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(90):
        line = await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()

    assert b"demo is at http://127.0.0.1:" in line, errors.decode()
    assert process.returncode == 0


async def test_after_a_restore_what_was_undialed_ends_in_words_and_is_never_dialed(
    world: World,
) -> None:
    requested, undialed, sent, waiting = [
        replace(call, id=uuid4(), request_key=f"command:{number}")
        for number, call in enumerate(
            [
                a_call(),
                an_announced_call(),
                an_announced_call(dialing_since=utc_now()),
                a_waiting_call(),
            ]
        )
    ]
    await world.given(requested, undialed, sent, waiting)
    asked = a_draft(state=DraftState.OPEN, message_ts="100.2", created_at=utc_now(), due_at=NOON)
    unanswered = replace(asked, id=uuid4(), request_key="message:2", state=DraftState.SAVED)
    async with Database.open(world.database_url) as database:
        drafts = DraftStore(database)
        for draft in (asked, unanswered):
            assert await drafts.add(draft, now=utc_now())

    ended = await run("after-restore", **world.environment)

    assert (ended.code, ended.errors) == (0, "")
    assert ended.output == (
        "Calls ended that may have been made since the backup: 2\n"
        "Questions closed that may have been answered since: 1\n"
    )
    left = {draft.id: draft for draft in await world.saved_drafts()}
    assert (left[asked.id].state, left[asked.id].recipient) == (DraftState.EXPIRED, None)
    assert left[unanswered.id].state is DraftState.SAVED
    found = {call.id: call for call in await world.saved_calls()}
    states = sorted(str(call.state) for call in found.values())
    assert states == ["ended", "ended", "waiting", "waiting"]
    assert found[undialed.id].reason == RESTORED
    assert found[undialed.id].ending is EndReason.NO_RESULT
    assert found[sent.id].state is State.WAITING
