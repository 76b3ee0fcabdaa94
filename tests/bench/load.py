"""The load: requests, so many at a time, and how long each took."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle, islice
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.demo.slack.workspace import ADA, TEAM
from tests.bench.neighbors import CHANNELS
from tests.world import PROMPT

CONCURRENT: Final = 20
_FORM: Final = "application/x-www-form-urlencoded"
_numbers: Final = count(1)


@dataclass(frozen=True)
class Load:
    """One run: requests a second, and the latencies in seconds, sorted."""

    throughput: float
    latencies: list[float]

    def percentile(self, percent: float) -> float:
        """Return the latency in milliseconds that so many percent stay under."""
        last = len(self.latencies) - 1
        return self.latencies[min(int(last * percent / 100 + 0.5), last)] * 1000


@dataclass(frozen=True)
class Request:
    """One request to be sent, and the body that must come back."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    answer: bytes


async def send(requests: Iterable[Request], concurrent: int = CONCURRENT) -> Load:
    """Send all requests, so many at a time; raise if one is not answered as it must be."""
    left = iter(requests)
    took: list[float] = []

    async def sender(session: aiohttp.ClientSession) -> None:
        for request in left:
            began = time.perf_counter()
            async with session.post(
                request.url, data=request.body, headers=request.headers
            ) as response:
                answer = await response.read()
                assert (response.status, answer) == (200, request.answer), (response.status, answer)
            took.append(time.perf_counter() - began)

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(sender(session) for _ in range(concurrent)))
        seconds = time.perf_counter() - began
    return Load(len(took) / seconds, sorted(took))


def commands(
    url: str, signing_secret: str, requests: int, people: Sequence[tuple[str, str]] = ((TEAM, ADA),)
) -> Iterator[Request]:
    """Return so many signed slash commands, each to a number of its own.

    They come from one person after the other, each with their team.
    """
    verifier = SignatureVerifier(signing_secret)
    for number, (team, user) in zip(islice(_numbers, requests), cycle(people), strict=False):
        body = _command(number, team, user)
        stamp = str(int(time.time()))
        signature = verifier.generate_signature(timestamp=stamp, body=body) or ""
        headers = {
            "Content-Type": _FORM,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature,
        }
        yield Request(url, body.encode(), headers, b"")


def callbacks(
    urls: Iterable[str], calls: Iterable[tuple[str, str]], answer: bytes
) -> Iterator[Request]:
    """Return a callback for each call's id and secret, to one address after the other."""
    for url, (call_id, secret) in zip(cycle(urls), calls, strict=False):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
        yield Request(f"{url}/{call_id}", json.dumps(_result(call_id)).encode(), headers, answer)


def _result(call_id: str) -> dict[str, Any]:
    """Return a payload with all nine fields of the seed's contract."""
    return {
        "call_id": call_id,
        "workflow_id": "bench",
        "call_status": "success",
        "provider_status": "completed",
        "call_summary": "The table is booked for Friday 7pm.",
        "messages": [
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": "Hi."},
        ],
        "form_fills": [{"name": "day", "value": "Friday"}],
        "context": None,
        "created_at": "2026-01-30T14:48:36.371886",
    }


def _command(number: int, team: str, user: str) -> str:
    # A number of its own for each call, as in life.
    return urlencode(
        {
            "command": "/call",
            "text": f"+1415555{number % 10_000:04}, {PROMPT}",
            "team_id": team,
            "team_domain": "ringback-demo",
            "channel_id": CHANNELS[number % len(CHANNELS)],
            "channel_name": "bench",
            "user_id": user,
            "user_name": "ada",
            "api_app_id": "A0RINGBACK",
            "is_enterprise_install": "false",
            "trigger_id": f"bench.{time.time_ns()}.{number}",
            "response_url": "http://127.0.0.1:9/response",
        }
    )
