"""The load: signed slash commands, so many at a time, and how long each took."""

import asyncio
import time
from dataclasses import dataclass
from itertools import count
from typing import Final
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.demo.slack_workspace import ADA, GENERAL, TEAM
from tests.world import PROMPT

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


async def commands(url: str, signing_secret: str, *, requests: int, concurrent: int) -> Load:
    """Type so many commands; raise if one is not acknowledged."""
    verifier = SignatureVerifier(signing_secret)
    left = iter(range(requests))
    latencies: list[float] = []

    async def person(session: aiohttp.ClientSession) -> None:
        for _ in left:
            body = _body()
            stamp = str(int(time.time()))
            signature = verifier.generate_signature(timestamp=stamp, body=body) or ""
            headers = {
                "Content-Type": _FORM,
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature,
            }
            began = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as response:
                answer = await response.read()
                assert (response.status, answer) == (200, b""), (response.status, answer)
            latencies.append(time.perf_counter() - began)

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(person(session) for _ in range(concurrent)))
        took = time.perf_counter() - began
    return Load(requests / took, sorted(latencies))


def _body() -> str:
    # A number of its own for each call, as in life.
    number = next(_numbers)
    return urlencode(
        {
            "command": "/call",
            "text": f"+1415555{number % 10_000:04}, {PROMPT}",
            "team_id": TEAM,
            "team_domain": "ringback-demo",
            "channel_id": GENERAL,
            "channel_name": "general",
            "user_id": ADA,
            "user_name": "ada",
            "api_app_id": "A0RINGBACK",
            "is_enterprise_install": "false",
            "trigger_id": f"bench.{time.time_ns()}.{number}",
            "response_url": "http://127.0.0.1:9/response",
        }
    )
