"""Slack's handler: each type of payload, unsigned, stale, replayed, and signed but malformed."""

import hashlib
import hmac
import json
import logging
import time
from urllib.parse import urlencode

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.hostile import (
    COMMAND_PAYLOAD,
    EVENTS,
    INTERACTIONS,
    NOWHERE,
    Payload,
    spoilt,
)
from tests.world import COMMAND, NUMBER, PROMPT, World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
PAYLOADS = {"command": COMMAND_PAYLOAD, **INTERACTIONS, **EVENTS}
SECRET = "signing-secret"


def encoded(kind: str, payload: Payload) -> tuple[bytes, str]:
    """Return a payload as Slack sends it: its body and its content type."""
    if kind in EVENTS:
        return json.dumps(payload).encode(), JSON
    if kind in INTERACTIONS:
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    texts = {name: value if isinstance(value, str) else "" for name, value in payload.items()}
    return urlencode(texts, errors="surrogatepass").encode(), FORM


def signature(timestamp: str, body: bytes, secret: str = SECRET, version: str = "v0") -> str:
    """Return the signature that Slack would give."""
    signed = f"{version}:{timestamp}:".encode() + body
    return f"{version}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@pytest.mark.parametrize("kind", PAYLOADS)
async def test_a_payload_is_taken_only_if_slack_signed_it_now(world: World, kind: str) -> None:
    body, content_type = encoded(kind, PAYLOADS[kind])
    now = str(int(time.time()))
    old, ahead = str(int(time.time()) - 400), str(int(time.time()) + 400)
    good = signature(now, body)
    forged = {
        "none": (now, ""),
        "of another secret": (now, signature(now, body, secret="guessed")),
        "of another body": (now, signature(now, body + b"&")),
        "of another time": (now, signature(old, body)),
        "stale": (old, signature(old, body)),
        "from the future": (ahead, signature(ahead, body)),
        "of another version": (now, signature(now, body, version="v1")),
        "in capitals": (now, good.upper()),
        "cut short": (now, good[:-1]),
        "too long": (now, good + "0"),
        "twice": (now, f"{good},{good}"),
        "of odd characters": (now, "v0=" + "é" * 64),
        "without a time": ("", signature("", body)),
        "of a time that is none": (f"{now}.0", signature(f"{now}.0", body)),
    }
    async with world.bot():
        answers = {
            name: await world.slack.send_raw(body, content_type, timestamp=at, signature=signed)
            for name, (at, signed) in forged.items()
        }

        assert {name: reply.status for name, reply in answers.items()} == dict.fromkeys(forged, 401)
        assert await world.saved_calls() == []
        assert world.slack.requests_of("views.open") == []


async def test_slack_is_told_its_challenge_if_it_signed(world: World) -> None:
    body, content_type = encoded("url_verification", EVENTS["url_verification"])
    async with world.bot():
        reply = await world.slack.send_raw(body, content_type)

        assert (reply.status, reply.json) == (200, {"challenge": "c"})


async def test_a_check_of_the_certificate_needs_no_secret_and_does_nothing(world: World) -> None:
    body = urlencode({"ssl_check": "1", "token": "verification"}).encode()
    async with world.bot():
        reply = await world.slack.send_raw(body, FORM)

        assert reply.status == 200
        assert await world.saved_calls() == []


@pytest.mark.parametrize("kind", PAYLOADS)
async def test_whatever_part_is_odd_or_missing_there_is_no_5xx(
    world: World, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    # Bolt warns of what nobody answers; a report of the test cannot carry what it quotes.
    caplog.set_level(logging.ERROR, logger="slack_bolt")
    async with world.bot():
        failed = []
        for payload in spoilt(PAYLOADS[kind]):
            if payload.get("response_url") == NOWHERE:
                # What the bot says there is refused at once, rather than tried again.
                payload["response_url"] = f"{world.slack.url}/response/unknown"
            reply = await world.slack.send_raw(*encoded(kind, payload))
            if reply.status is None or reply.status >= 500:
                failed.append((reply.status, json.dumps(payload)))

        assert failed == []


async def test_a_replayed_form_is_one_call(world: World) -> None:
    body, content_type = encoded("view_submission", INTERACTIONS["view_submission"])
    async with world.bot():
        replies = [await world.slack.send_raw(body, content_type) for _ in range(3)]

        assert [reply.status for reply in replies] == [200, 200, 200]
        assert (await world.saved()).request_key == "view:V1"


async def test_what_is_malformed_is_not_quoted_in_the_log(world: World) -> None:
    world.changes["LOG_LEVEL"] = "DEBUG"
    async with world.served() as bot:
        for kind in ("view_submission", "message_action", "app_mention"):
            for payload in list(spoilt(PAYLOADS[kind]))[::10]:
                await world.slack.send_raw(*encoded(kind, payload))
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()

        log = "".join(bot.log)
        assert NUMBER not in log
        assert PROMPT not in log
        assert SECRET not in log
        assert "Traceback" not in log
