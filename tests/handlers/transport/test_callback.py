"""CallCow's callback: what is taken, what is refused, and that a refusal changes nothing."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.calls.call import Call
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from bot.storage.engine.database import Database
from handlers.transport import callback
from tests.conftest import both_databases
from tests.world import COMMAND, SUMMARY, World, bearer, get, post, shown

SAMPLES = Path(__file__).parents[2] / "samples"
RESULT = {"call_status": "success", "provider_status": "completed", "call_summary": SUMMARY}


async def placed(world: World) -> tuple[Call, Message]:
    """Place a call and return it with its status message."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    status = await world.until_posted()
    await world.until_placed()
    return (await world.saved_calls())[0], status


def address(world: World, call: Call) -> str:
    """Return where CallCow reports that call."""
    return f"{world.url}/callcow/callback/{call.id}"


async def refused(world: World, status: int) -> float:
    """Return how many callbacks were answered with that status."""
    _, metrics = await get(f"{world.admin_url}/metrics")
    lines = [line for line in metrics.splitlines() if line.startswith("ringback_callbacks_total")]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if f'status="{status}"' in line)


async def test_the_documented_payload_is_posted_as_completed_with_its_summary(world: World) -> None:
    async with world.bot():
        call, status = await placed(world)
        body = (SAMPLES / "callcow_callback.json").read_bytes()

        answer = await post(address(world, call), body, bearer(call.callback_secret))

        assert answer[0] == 200
        result = await world.until_replied(status)
        assert "Completed" in shown(result)
        assert "Customer booked a reservation for Friday 7pm, party of 2." in shown(result)
        assert f"<@{ADA}>" in result.text


@both_databases
async def test_all_nine_fields_are_kept_as_received(world: World) -> None:
    body = (SAMPLES / "callcow_callback.json").read_bytes()
    async with world.bot():
        call, _ = await placed(world)

        await post(address(world, call), body, bearer(call.callback_secret))

        assert (await world.saved_calls())[0].result == json.loads(body)


@both_databases
async def test_a_repeated_callback_is_answered_200_and_changes_nothing(world: World) -> None:
    async with world.bot():
        call, status = await placed(world)
        first = json.dumps(RESULT).encode()
        await post(address(world, call), first, bearer(call.callback_secret))
        await world.until_shows(status, "Completed")

        other = json.dumps({**RESULT, "call_summary": "Something else."}).encode()
        answer = await post(address(world, call), other, bearer(call.callback_secret))

        assert answer[0] == 200
        assert (await world.saved_calls())[0].result == RESULT
        assert len(status.replies) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong"),
        bearer(""),
        {"Authorization": "Basic c2VjcmV0"},
        {"Authorization": "Bearer"},
        bearer("ü" * 10),
    ],
)
async def test_a_wrong_or_missing_secret_is_answered_401(
    world: World, headers: dict[str, str]
) -> None:
    async with world.bot():
        call, status = await placed(world)

        answer = await post(address(world, call), json.dumps(RESULT).encode(), headers)

        assert answer == (401, '{"ok": false}')
        assert (await world.saved_calls())[0].result is None
        assert await refused(world, 401) == 1
        assert status.replies == []


@pytest.mark.parametrize(
    "path",
    [
        "/callcow/callback/00000000-0000-4000-8000-000000000000",
        "/callcow/callback/no-id",
        "/callcow/callback/",
        "/callcow/callback",
        "/callcow/callback/..%2f..%2fetc",
        "/callcow/callback/%00",
    ],
)
async def test_an_unknown_id_or_none_is_answered_the_same_401(world: World, path: str) -> None:
    async with world.bot():
        call, _ = await placed(world)

        answer = await post(
            world.url + path, json.dumps(RESULT).encode(), bearer(call.callback_secret)
        )

        assert answer == (401, '{"ok": false}')
        assert (await world.saved_calls())[0].result is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"success"',
        b"null",
        b"{}",
        b'{"call_status": null}',
        b'{"call_status": 5}',
        b'{"call_status": "success", "context": NaN}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
async def test_what_is_no_object_or_has_no_call_status_is_answered_400(
    world: World, body: bytes
) -> None:
    async with world.bot():
        call, _ = await placed(world)

        answer = await post(address(world, call), body, bearer(call.callback_secret))

        assert answer[0] == 400
        assert (await world.saved_calls())[0].result is None
        assert await refused(world, 400) == 1


async def test_two_mebibytes_are_answered_413(world: World) -> None:
    body = json.dumps({**RESULT, "call_summary": "a" * 2 * 1024 * 1024}).encode()
    async with world.bot():
        call, _ = await placed(world)

        answer = await post(address(world, call), body, bearer(call.callback_secret))

        assert answer[0] == 413
        assert (await world.saved_calls())[0].result is None
        assert await refused(world, 413) == 1


@both_databases
async def test_odd_types_are_taken_kept_and_shown(world: World) -> None:
    odd = {
        "call_id": 7,
        "call_status": "success",
        "provider_status": ["completed"],
        "call_summary": {"en": "Booked."},
        "messages": "none",
        "context": 1e999,
        "form_fills": {"table": True},
        "created_at": False,
        "extra": "\u0000 and \ud800",
    }
    async with world.bot():
        call, status = await placed(world)
        body = json.dumps(odd).replace("Infinity", "1e999").encode()

        answer = await post(address(world, call), body, bearer(call.callback_secret))

        assert answer[0] == 200
        result = await world.until_replied(status)
        assert 'Completed (["completed"])' in shown(result)
        assert '{"en": "Booked."}' in shown(result)
        kept = (await world.saved_calls())[0].result
        assert kept == {**odd, "context": "1e999"}


async def test_an_id_that_differs_is_kept_beside_the_known_one(world: World) -> None:
    async with world.bot():
        call, status = await placed(world)
        body = json.dumps({**RESULT, "call_id": "another-id"}).encode()

        answer = await post(address(world, call), body, bearer(call.callback_secret))

        assert answer[0] == 200
        await world.until_replied(status)
        saved = (await world.saved_calls())[0]
        assert saved.provider_call_id == world.callcow.dials[0].call_id
        assert saved.result is not None
        assert saved.result["call_id"] == "another-id"


@pytest.mark.parametrize(("theirs", "logged"), [("another-id", 1), (None, 0)])
async def test_only_an_id_that_differs_is_logged_as_another_calls(
    world: World, theirs: str | None, logged: int
) -> None:
    async with world.served() as bot:
        call, status = await placed(world)
        body = json.dumps({**RESULT, "call_id": theirs}).encode()

        await post(address(world, call), body, bearer(call.callback_secret))
        await world.until_replied(status)
        await bot.stop()

        assert sum("callback names another call" in line for line in bot.log) == logged


async def test_a_status_that_is_not_in_the_table_is_shown_as_it_came(world: World) -> None:
    async with world.bot():
        call, status = await placed(world)
        body = json.dumps({"call_status": "abducted", "provider_status": "by aliens"}).encode()

        await post(address(world, call), body, bearer(call.callback_secret))

        assert "abducted (by aliens)" in shown(await world.until_replied(status))


async def test_text_from_callcow_is_escaped(world: World) -> None:
    async with world.bot():
        call, status = await placed(world)
        body = json.dumps({**RESULT, "call_summary": "<!channel> & <https://x.example|y>"}).encode()

        await post(address(world, call), body, bearer(call.callback_secret))

        result = await world.until_replied(status)
        assert result.text.endswith(": &lt;!channel&gt; &amp; &lt;https://x.example|y&gt;")
        words = {"type": "text", "text": "<!channel> & <https://x.example|y>"}
        assert {**words, "style": {"bold": True}} in result.blocks[0]["elements"][0]["elements"]


@both_databases
async def test_a_database_that_is_away_is_waited_for(world: World) -> None:
    async with world.served() as bot:
        call, status = await placed(world)

        async with world.away() if "postgresql" in world.database_url else world.locked():
            sent = asyncio.create_task(
                post(
                    address(world, call), json.dumps(RESULT).encode(), bearer(call.callback_secret)
                )
            )
            await bot.until_logged("callback waits for the database")

        assert (await sent)[0] == 200
        await world.until_shows(status, "Completed")


async def test_that_callbacks_wait_for_the_database_is_logged_once_however_many_do(
    world: World,
) -> None:
    async with world.served() as bot:
        call, _ = await placed(world)

        async with world.locked():
            body, header = json.dumps(RESULT).encode(), bearer(call.callback_secret)
            sent = [asyncio.create_task(post(address(world, call), body, header)) for _ in range(5)]
            await bot.until_logged("callback waits for the database")

        assert [(await each)[0] for each in sent] == [200] * 5
        assert sum("callback waits for the database" in line for line in bot.log) == 1


async def test_a_database_that_stays_away_is_answered_503(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 20 <= callback._DATABASE_SECONDS <= 25
    monkeypatch.setattr(callback, "_DATABASE_SECONDS", 0.1)
    async with world.bot():
        call, _ = await placed(world)

        async with world.locked():
            answer = await post(
                address(world, call), json.dumps(RESULT).encode(), bearer(call.callback_secret)
            )

        assert answer[0] == 503


async def test_the_address_takes_nothing_but_post(world: World) -> None:
    async with world.bot():
        assert (await get(f"{world.url}/callcow/callback/x"))[0] == 405


@both_databases
@pytest.mark.parametrize(
    ("column", "word"), [("if_unanswered", "five_in_all"), ("state", "on_hold")]
)
async def test_a_callback_is_kept_whatever_the_calls_row_says(
    world: World, column: str, word: str
) -> None:
    async with world.bot():
        call, _ = await placed(world)
        async with Database.open(world.database_url) as database, database.engine.begin() as rows:
            await rows.execute(text(f"UPDATE calls SET {column} = :word"), {"word": word})

        refused_by = await post(address(world, call), json.dumps(RESULT).encode(), bearer("other"))
        answer = await post(
            address(world, call), json.dumps(RESULT).encode(), bearer(call.callback_secret)
        )

        assert (refused_by[0], answer[0]) == (401, 200)
        async with Database.open(world.database_url) as database, database.engine.begin() as rows:
            row = (await rows.execute(text("SELECT result, ending FROM calls"))).one()
        assert SUMMARY in str(row.result)
        assert row.ending == "result"
