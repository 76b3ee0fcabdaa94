"""What is not signed by Slack: little of it is read, and why it was rejected is told."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from tests.handlers.transport.test_slack_http import FORM, command_fields, encoded
from tests.world import COMMAND, World, get, post

SIGNED_LIKE = {"X-Slack-Signature": "v0=" + "0" * 64}


def timely() -> dict[str, str]:
    """Return well-formed headers of somebody who cannot sign."""
    return {**SIGNED_LIKE, "X-Slack-Request-Timestamp": str(int(time.time()))}


async def rejected(world: World, cause: str) -> float:
    """Return how many requests were rejected for that cause."""
    _, text = await get(f"{world.admin_url}/metrics")
    name = f'ringback_slack_signatures_rejected_total{{cause="{cause}"}}'
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


@pytest.mark.parametrize("body", [b"ssl_check=1", b"token=abc&ssl_check=1"])
async def test_slacks_check_of_the_certificate_needs_no_signature(
    world: World, body: bytes
) -> None:
    async with world.bot():
        status, _ = await post(f"{world.url}/slack/events", body, {"Content-Type": FORM})

        assert status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ssl_check=0",
        b"ssl_check=1" + b"&a=" + b"b" * 1_024,
        b"{}",
        b"\xff\xff",
        encoded(command_fields()),
    ],
)
async def test_nothing_else_that_is_unsigned_is_taken(world: World, body: bytes) -> None:
    async with world.bot():
        status, _ = await post(f"{world.url}/slack/events", body, {"Content-Type": FORM})

        assert status == 401
        assert await rejected(world, "unsigned") == 1
        assert len(world.slack.messages(GENERAL)) == 0


async def test_of_an_unsigned_request_no_more_is_awaited_than_a_little(world: World) -> None:
    async with world.bot():
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        head = b"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
        writer.write(head + b"a" * 5_000)

        async with asyncio.timeout(2):
            answer = await reader.readline()

        writer.close()
        assert answer == b"HTTP/1.1 401 Unauthorized\r\n"


async def test_past_what_is_held_for_all_at_once_a_request_is_told_to_come_later(
    world: World,
) -> None:
    body = b"a" * (1024 * 1024 - 1)
    head = "\r\n".join(f"{name}: {value}" for name, value in timely().items())
    request = (
        f"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body) + 1}\r\n"
        f"{head}\r\n\r\n"
    ).encode() + body

    async def first_line() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(request)
        line = await reader.readline()
        writer.close()
        return line

    async with world.served():
        answers = await asyncio.gather(*(first_line() for _ in range(20)))

    assert b"HTTP/1.1 429 Too Many Requests\r\n" in answers
    assert all(answer.split()[1] in {b"429", b"408"} for answer in answers)


async def test_no_strangers_bodies_keep_a_callback_or_a_command_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.transport.slack_http._BODY_SECONDS", 60.0)
    head = "".join(f"{name}: {value}\r\n" for name, value in timely().items())
    # All but the last byte, so that it is waited for.
    request = (
        f"POST /slack/events HTTP/1.1\r\nHost: a\r\nContent-Length: {2**20}\r\n{head}\r\n"
    ).encode() + b"a" * (2**20 - 1)

    async with world.bot(), AsyncExitStack() as stack:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_placed()
        answers = []
        for _ in range(17):
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            stack.callback(writer.close)
            writer.write(request)
            answers.append(asyncio.create_task(reader.readline()))
        done, waiting = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result().split()[1] for task in done] == [b"429"]

        delivery = await world.callcow.finish(world.callcow.dials[0].call_id)
        reply = await world.slack.command(ADA, GENERAL, f"+14155552672 {'Ask. ' * 500}")

        assert delivery is not None
        assert delivery.status == 200
        assert reply.acknowledged
        for task in waiting:
            task.cancel()


async def test_a_wrong_secret_is_told_once_and_counted(world: World) -> None:
    async with world.served() as bot:
        for _ in range(3):
            reply = await world.slack.send_raw(
                encoded(command_fields()), FORM, signature="v0=" + "0" * 64
            )
            assert reply.status == 401

        assert await rejected(world, "secret") == 3
        await bot.stop()
        [told] = [line for line in bot.log if "slack request rejected" in line]
        assert "SLACK_SIGNING_SECRET" in told
        assert '"warning"' in told


async def test_a_clock_that_is_off_is_told_once_with_how_much(world: World) -> None:
    async with world.served() as bot:
        for _ in range(2):
            stamp = str(int(time.time()) - 600)
            reply = await world.slack.send_raw(encoded(command_fields()), FORM, timestamp=stamp)
            assert reply.status == 401

        assert await rejected(world, "clock") == 2
        await bot.stop()
        [told] = [line for line in bot.log if "slack request rejected" in line]
        assert "clock" in told
        assert '"seconds": 60' in told
