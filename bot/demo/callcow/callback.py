"""Delivering a call's result the way CallCow does: one attempt, 30 seconds, no redirects."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.demo.callcow.contract import is_loopback
from bot.demo.callcow.dial import Delivery, Dial

CALLBACK_SECONDS: Final = 30.0


class OutsideLoopback(aiohttp.ClientError):
    """The callback was not sent: a stand-in reaches nothing outside this machine."""


class Callbacks:
    """The HTTP client that posts to callback addresses, of this machine only."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        # A connection kept alive would hold up the end of the bot that received the callback.
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=seconds),
            connector=aiohttp.TCPConnector(force_close=True),
        )

    async def close(self) -> None:
        """Close the client."""
        await self._session.close()

    async def post(
        self, dial: Dial, body: bytes, headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """Post `body` to the call's address; `headers` of None are those that CallCow sends."""
        if dial.callback_url is None:
            raise ValueError(f"call {dial.call_id} was dialed without a callback_url")
        sent = _headers(dial) if headers is None else headers
        status: int | None = None
        error: str | None = None
        try:
            status = await self._send(dial.callback_url, body, sent)
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = type(failure).__name__
        return Delivery(body=body, delivered_at=self._clock(), status=status, error=error)

    async def _send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        if not is_loopback(urlsplit(url).hostname or ""):
            raise OutsideLoopback(url)
        post = self._session.post(url, data=body, headers=headers, allow_redirects=False)
        async with post as response:
            await response.read()
            return response.status


def _headers(dial: Dial) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if dial.callback_secret is not None:
        headers["Authorization"] = f"Bearer {dial.callback_secret}"
    return headers
