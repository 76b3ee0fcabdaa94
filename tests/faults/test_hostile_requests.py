"""Requests that are hardly HTTP: the handlers refuse them, and the log keeps quiet about them."""

import asyncio
import gzip
import json
import time
import zlib

import pytest

from bot.core.calls.call import Call
from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.hostile import bodies, headers, paths, request, send, starts
from tests.world import COMMAND, NUMBER, PROMPT, SUMMARY, Served, World, shown

RESULT = json.dumps({"call_status": "success", "provider_status": "completed"}).encode()
PACKED = {
    "a bomb": lambda: gzip.compress(b"0" * 100_000_000, compresslevel=1),
    "a result": lambda: zlib.compress(RESULT),
    "cut off": lambda: gzip.compress(RESULT)[:-4],
}


async def placed(world: World) -> Call:
    """Place a call and return it once CallCow has it."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    return await world.until_saved(lambda call: call.placed_at)


def secret_of(call: Call) -> bytes:
    """Return the header that carries a call's secret."""
    return b"Authorization: Bearer " + call.callback_secret.get_secret_value().encode()


def handler_of_callcow(call: Call) -> tuple[bytes, bytes]:
    """Return the request line and the header of CallCow's report of that call."""
    return f"POST /callcow/callback/{call.id} HTTP/1.1".encode(), secret_of(call)


def handler_of_slack() -> tuple[bytes, bytes, bytes]:
    """Return the request line of Slack's handler, and headers of somebody who cannot sign."""
    return (
        b"POST /slack/events HTTP/1.1",
        b"X-Slack-Request-Timestamp: %d" % time.time(),
        b"X-Slack-Signature: v0=" + b"0" * 64,
    )


async def unrefused(world: World, requests: dict[str, bytes]) -> dict[str, str]:
    """Return what was answered to those requests that were neither refused nor hung up on."""
    answers = {name: await send(world.port, sent) for name, sent in requests.items()}
    return {
        name: answer.text[:200]
        for name, answer in answers.items()
        if not 400 <= (answer.status or 400) < 500 or "Traceback" in answer.text
    }


def assert_keeps_quiet(bot: Served, call: Call) -> None:
    """Check that the log tells neither what must stay private nor of anything that failed."""
    log = "".join(bot.log)
    assert call.callback_secret.get_secret_value() not in log
    assert NUMBER not in log
    assert PROMPT not in log
    assert "Traceback" not in log
    assert '"level": "error"' not in log


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_what_is_hardly_http_is_refused_and_leaves_nothing_in_the_log(
    world: World, level: str
) -> None:
    world.changes["LOG_LEVEL"] = level
    async with world.served() as bot:
        call = await placed(world)
        in_flight = [handler_of_callcow(call), handler_of_slack()]
        requests = {
            f"{handler[0]!r} {name}": sent
            for handler in in_flight
            for make in (bodies, headers)
            for name, sent in make(*handler)
        }
        requests |= dict(starts(f"/callcow/callback/{call.id}".encode()))

        assert await unrefused(world, requests) == {}
        assert (await world.saved()).result is None
        assert_keeps_quiet(bot, call)


async def test_a_secret_in_a_broken_header_is_not_logged(world: World) -> None:
    async with world.served() as bot:
        call = await placed(world)
        start, secret = handler_of_callcow(call)

        answer = await send(world.port, request(start, secret + b"\0", body=RESULT))

        assert answer.status == 400
        assert_keeps_quiet(bot, call)


async def test_a_body_that_breaks_off_is_no_failure_of_the_bot(world: World) -> None:
    async with world.served() as bot:
        call = await placed(world)
        for start, *given in (handler_of_callcow(call), handler_of_slack()):
            chunked = request(start, *given, b"Transfer-Encoding: chunked", length=False)
            length = request(start, *given, b"Content-Length: 500", body=b"{", length=False)

            assert (await send(world.port, length, ends=True)).status in {None, 400}
            assert (await send(world.port, chunked, b"5\r\n{", ends=True)).status in {None, 400}

        assert_keeps_quiet(bot, call)


@pytest.mark.parametrize("kind", PACKED)
async def test_a_compressed_body_is_never_unpacked(world: World, kind: str) -> None:
    packed = PACKED[kind]()
    async with world.bot():
        call = await placed(world)
        encoding = b"Content-Encoding: gzip"
        answers = [
            await send(world.port, request(start, *given, encoding, body=packed))
            for start, *given in (
                handler_of_callcow(call),
                (handler_of_callcow(call)[0], b"Authorization: Bearer wrong"),
                handler_of_slack(),
            )
        ]

        assert [answer.status for answer in answers] == [400, 401, 401]
        assert (await world.saved()).result is None


async def test_a_body_in_chunks_is_cut_off_at_a_mebibyte(world: World) -> None:
    async with world.bot():
        call = await placed(world)
        for start, *given in (handler_of_callcow(call), handler_of_slack()):
            head = request(start, *given, b"Transfer-Encoding: chunked", length=False)
            chunk = b"20000\r\n" + b"a" * 0x20000 + b"\r\n"

            assert (await send(world.port, head, *[chunk] * 9)).status == 413


async def test_no_path_but_the_very_address_leads_to_a_call(world: World) -> None:
    async with world.bot():
        call = await placed(world)
        answers = {
            path: await send(
                world.port,
                request(f"POST {path} HTTP/1.1".encode(), secret_of(call), body=RESULT),
            )
            for path in paths(str(call.id))
        }

        assert {path: answer.status for path, answer in answers.items()} == dict.fromkeys(
            answers, 401
        )
        assert (await world.saved()).result is None


async def test_of_two_secrets_the_first_counts(world: World) -> None:
    async with world.bot():
        call = await placed(world)
        start, secret = handler_of_callcow(call)

        wrong_first = request(start, b"Authorization: Bearer wrong", secret, body=RESULT)

        assert (await send(world.port, wrong_first)).status == 401
        assert (await world.saved()).result is None


async def test_a_second_request_in_the_body_of_the_first_is_not_one(world: World) -> None:
    async with world.bot():
        call = await placed(world)
        start, secret = handler_of_callcow(call)
        inner = request(start, secret, body=RESULT)
        outer = request(b"POST /slack/events HTTP/1.1", body=inner)

        assert (await send(world.port, outer)).status == 401
        assert (await world.saved()).result is None


async def test_slow_bodies_hold_up_nobody_and_are_given_up(world: World) -> None:
    async with world.bot():
        start, *given = handler_of_slack()
        head = request(start, *given, b"Content-Length: 100", body=b"{", length=False)
        slow = [asyncio.create_task(send(world.port, head)) for _ in range(50)]

        reply = await world.slack.command(ADA, GENERAL, COMMAND)
        assert reply.acknowledged
        dial = await world.until_dialed()
        status = await world.until_posted()
        await world.callcow.finish(dial.call_id, call_summary=SUMMARY)
        assert SUMMARY in shown(await world.until_replied(status))
        assert not any(task.done() for task in slow)

        assert {(await task).status for task in slow} == {408}


async def test_a_mebibyte_from_a_stranger_costs_next_to_nothing(world: World) -> None:
    # Parsed, each of these would take a tenth of a second or more.
    form = b"payload=%7B%7D&" + b"a=b&" * 250_000
    async with world.bot():
        start, *given = handler_of_slack()
        kind = b"Content-Type: application/x-www-form-urlencoded"
        strangers = [
            asyncio.create_task(send(world.port, request(start, *given, kind, body=form)))
            for _ in range(10)
        ]

        reply = await world.slack.command(ADA, GENERAL, COMMAND)

        assert reply.acknowledged
        assert reply.seconds < 1.0
        assert {(await task).status for task in strangers} == {401}
