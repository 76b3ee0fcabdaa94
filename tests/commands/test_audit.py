"""`ringback audit`: what it prints, since when and of whom."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.commands import audit
from bot.commands.audit import AuditRequest, read_since
from bot.core.audit import Act, AuditEntry
from bot.storage.audit import AuditLog
from bot.storage.engine.database import Database
from tests.builders import NOON
from tests.conftest import both_databases
from tests.test_main import run
from tests.world import World

CALL = UUID("5a4a1c6e-9b1d-4a53-9a53-0c8a2f1c7e11")
REFUSED = AuditEntry(NOON, "T1", Act.REFUSED, "UADA", rule="premium_rate")
DIALED = AuditEntry(NOON + timedelta(minutes=5), "T1", Act.DIALED, "UGRACE", CALL)
ENDED = AuditEntry(NOON + timedelta(minutes=9), "T1", Act.ENDED, None, CALL)


async def printed(world: World, **wanted: Any) -> str:
    """Return what is printed of three acts."""
    async with Database.open(world.database_url) as database:
        await AuditLog(database).add(ENDED, REFUSED, DIALED)
    request = AuditRequest(**{"since": NOON, "person": None, "format": "csv", **wanted})
    out = io.StringIO()
    await audit.print_audit(world.settings, request, out)
    return out.getvalue()


@both_databases
async def test_the_record_is_printed_in_order_whatever_fits_in_memory(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.audit._PAGE", 1)

    assert (await printed(world)).splitlines() == [
        "time,workspace,person,act,call,rule",
        "2026-03-30T19:00:00.000+00:00,T1,UADA,refused,,premium_rate",
        f"2026-03-30T19:05:00.000+00:00,T1,UGRACE,dialed,{CALL},",
        f"2026-03-30T19:09:00.000+00:00,T1,,ended,{CALL},",
    ]


async def test_only_what_is_asked_for_is_printed(world: World) -> None:
    lines = (await printed(world, since=DIALED.at, person="UGRACE")).splitlines()

    assert lines[1:] == [f"2026-03-30T19:05:00.000+00:00,T1,UGRACE,dialed,{CALL},"]


async def test_as_json_it_is_one_array(world: World) -> None:
    found = json.loads(await printed(world, format="json"))

    assert [entry["act"] for entry in found] == ["refused", "dialed", "ended"]
    assert found[1] == {
        "time": "2026-03-30T19:05:00.000+00:00",
        "workspace": "T1",
        "person": "UGRACE",
        "act": "dialed",
        "call": str(CALL),
        "rule": None,
    }


async def test_of_nothing_an_empty_array_is_printed(world: World) -> None:
    ended = await run("audit", "--format", "json", **world.environment)

    assert (ended.code, ended.output) == (0, "[]\n")


async def test_a_time_that_cannot_be_meant_is_told(world: World) -> None:
    ended = await run("audit", "--since", "yesterday", **world.environment)

    assert ended.code == 2
    assert "must be 30m, 12h, 7d, 2w or 2026-11-01" in ended.errors


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30m", NOON - timedelta(minutes=30)),
        ("12H", NOON - timedelta(hours=12)),
        ("7d", NOON - timedelta(days=7)),
        ("2w", NOON - timedelta(weeks=2)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00:00+02:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ],
)
def test_since_when_is_a_span_or_a_date(text: str, meant: datetime) -> None:
    assert read_since(text, NOON) == meant


@pytest.mark.parametrize("text", ["", "7", "d7", "-1d", "soon", "7d ago"])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_since(text, NOON)
