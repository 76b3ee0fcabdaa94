"""The addresses for those who watch over the process."""

import json

import pytest
from aiohttp import ClientConnectorError
from sqlalchemy import text

from bot.core.calls.states import State
from bot.core.errors import Unreadable
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.engine.database import Database
from tests.builders import NOON, a_waiting_call
from tests.conftest import both_databases
from tests.world import COMMAND, World, get


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
async def test_they_answer_in_both_modes(database_url: str, socket_mode: bool) -> None:
    async with World(database_url, socket_mode=socket_mode) as world, world.bot():
        public = [await get(world.url + path) for path in ("/", "/healthz", "/readyz")]
        admin = [await get(world.admin_url + path) for path in ("/status", "/metrics")]

        assert [status for status, _ in public + admin] == [200, 200, 200, 200, 200]
        assert public[0][1] == "Ringback\n"


async def test_what_is_for_those_who_run_it_is_not_on_the_public_port(world: World) -> None:
    async with world.bot():
        answers = [await get(world.url + path) for path in ("/status", "/metrics")]

        assert [status for status, _ in answers] == [404, 404]


async def test_without_an_admin_port_it_is_nowhere(world: World) -> None:
    world.changes["ADMIN_PORT"] = ""
    async with world.bot():
        with pytest.raises(ClientConnectorError):
            await get(f"{world.admin_url}/status")


@both_databases
async def test_ready_names_its_parts(world: World) -> None:
    async with world.bot():
        _, body = await get(f"{world.url}/readyz")

        assert json.loads(body) == {"database": True, "dispatcher": True, "encryption": True}


async def test_metrics_count_calls(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        _, body = await get(f"{world.admin_url}/metrics")

        assert "ringback_calls_requested_total 1.0" in body


async def test_socket_mode_has_no_address_for_slack(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world, world.bot():
        status, _ = await get(f"{world.url}/slack/events")

        assert status == 404


# The beginning of the SHA-256 of the key that the simulator takes.
KEY = "41963b25"
NAMES = [
    'ringback_calls_due{state="waiting"} 0.0',
    'ringback_calls_oldest_due_seconds{state="waiting"} 0.0',
    "ringback_calls_waiting 1.0",
    f'ringback_callcow_permits_left{{key="{KEY}"}} 59.0',
    'ringback_calls_refused_total{rule="emergency_number"} 1.0',
    'ringback_callcow_requests_total{answer="placed",request="dial"} 1.0',
    'ringback_slack_requests_total{answer="ok",method="chat.postMessage"} 1.0',
    "ringback_acknowledgement_seconds_count 2.0",
    "ringback_report_seconds_count 0.0",
    "ringback_slack_token_valid 1.0",
    "ringback_log_lines_dropped 0.0",
    "ringback_build_info{",
    "process_open_fds ",
]


@both_databases
async def test_metrics_tell_what_is_left_to_do_and_how_all_parts_are(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_saved(lambda call: call.state is State.WAITING and call.lease is None)
        await world.slack.command(ADA, GENERAL, "911 say hello")

        _, body = await get(f"{world.admin_url}/metrics")
        code, status = await get(f"{world.admin_url}/status")

        assert [name for name in NAMES if name not in body] == []
        told = json.loads(status)
        assert (code, told["ok"]) == (200, True)
        assert told["calls"] == {"waiting": {"left": 1, "due": 0}}
        assert {name for name, part in told.items() if part is not True and part.get("ok")} == {
            "database",
            "clock",
            "dispatcher",
            "encryption",
            "slack token",
        }


@pytest.mark.parametrize(
    ("database_url", "column", "odd"),
    [
        ("sqlite", "state", "x'ff00'"),
        ("sqlite", "state", "'awaiting_a_newer_version'"),
        ("sqlite", "due_at", "'1 o''clock'"),
        ("postgresql", "state", "'awaiting_a_newer_version'"),
        ("postgresql", "due_at", "'-infinity'"),
        ("postgresql", "due_at", "'4000-01-01 BC'"),
    ],
    indirect=["database_url"],
)
async def test_an_odd_row_keeps_nothing_else_from_being_told(
    world: World, column: str, odd: str
) -> None:
    await world.given(a_waiting_call(due_at=NOON))
    async with world.database() as database, database.engine.begin() as rows:
        await rows.execute(text(f"UPDATE calls SET {column} = {odd}"))
    async with world.bot():
        answers = [await get(world.admin_url + path) for path in ("/status", "/metrics")]

    assert [code for code, _ in answers] == [200, 200]
    assert [one["left"] for one in json.loads(answers[0][1])["calls"].values()] == [1]


async def test_metrics_are_told_while_the_database_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> None:
        raise Unreadable("away")

    async with world.bot():
        monkeypatch.setattr(Database, "read", lambda self, _: fail(self))

        code, body = await get(f"{world.admin_url}/metrics")
        status, told = await get(f"{world.admin_url}/status")

        assert code == 200
        assert f'ringback_callcow_permits_left{{key="{KEY}"}} 60.0' in body
        assert (status, json.loads(told)["database"]["ok"]) == (503, False)
