"""Brings what people do to the bot: over its WebSocket if there is one, else signed over HTTP."""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.demo.changes import Changes
from bot.demo.slack.clock import Clock
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.delivery.sockets import Sockets
from bot.demo.slack.payloads import Kind, Payload

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


@dataclass
class Sent:
    """A payload that went to the bot, at which time; `reply` is None until there is one."""

    kind: Kind
    payload: Payload
    at: float
    reply: Reply | None = None


class Delivery:
    """Sends payloads, keeps a record of them, and waits for replies for as long as Slack does."""

    def __init__(
        self,
        sockets: Sockets,
        changes: Changes,
        clock: Clock,
        *,
        signing_secret: str,
        reply_seconds: float,
    ) -> None:
        self.request_url: str | None = None
        self._changes = changes
        self.sent: list[Sent] = []
        self._clock = clock
        self._sockets = sockets
        self._signing_secret = signing_secret
        self._reply_seconds = reply_seconds
        self._session: ClientSession | None = None

    async def deliver(self, kind: Kind, payload: Payload, retry_num: int | None = None) -> Reply:
        """Send a payload to the bot and return its reply."""
        sent = Sent(kind, payload, self._clock())
        self.sent.append(sent)
        self._changes.notify()
        sent.reply = await self._deliver(kind, payload, retry_num)
        self._changes.notify()
        return sent.reply

    async def _deliver(self, kind: Kind, payload: Payload, retry_num: int | None) -> Reply:
        if self._sockets.count:
            return await self._over_socket(kind, payload, retry_num)
        headers = {}
        if retry_num is not None:
            headers = {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": "http_timeout"}
        if kind == "events_api":
            return await self.send_raw(json.dumps(payload).encode(), JSON, headers=headers)
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return await self.send_raw(urlencode(form).encode(), FORM, headers=headers)

    async def send_raw(
        self,
        body: bytes,
        content_type: str,
        *,
        timestamp: str | None = None,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Post any body to the bot, signed unless a signature is given, and return the reply.

        The signature is of the real time, whatever clock the workspace has: the bot checks it.
        """
        timestamp = str(int(time.time())) if timestamp is None else timestamp
        signature = self._signature(timestamp, body) if signature is None else signature
        sent = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
            **(headers or {}),
        }
        started = time.monotonic()
        timeout = ClientTimeout(total=self._reply_seconds)
        try:
            async with self._client().post(
                self._address(), data=body, headers=sent, timeout=timeout, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
        except TimeoutError:
            return Reply(None, "", time.monotonic() - started, "operation_timeout")
        except ClientError:
            return Reply(None, "", time.monotonic() - started, "dispatch_failed")
        problem = None if response.status == 200 else "dispatch_failed"
        seconds = time.monotonic() - started
        return Reply(response.status, text, seconds, problem, dict(response.headers))

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _over_socket(self, kind: Kind, payload: Payload, retry_num: int | None) -> Reply:
        started = time.monotonic()
        wants_response = kind == "slash_commands" or payload["type"] == "view_submission"
        try:
            async with asyncio.timeout(self._reply_seconds):
                content = await self._sockets.send(
                    kind, payload, wants_response=wants_response, retry_num=retry_num
                )
        except TimeoutError:
            return Reply(None, "", time.monotonic() - started, "operation_timeout")
        except ConnectionError:
            return Reply(None, "", time.monotonic() - started, "dispatch_failed")
        text = json.dumps(content) if content else ""
        return Reply(200, text, time.monotonic() - started)

    def _address(self) -> str:
        if self.request_url is None:
            raise RuntimeError("the bot has neither a WebSocket nor a request_url")
        host = urlsplit(self.request_url).hostname or ""
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"not on loopback: {self.request_url}")
        return self.request_url

    def _signature(self, timestamp: str, body: bytes) -> str:
        signed = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._signing_secret.encode(), signed, hashlib.sha256).hexdigest()
        return f"v0={digest}"

    def _client(self) -> ClientSession:
        if self._session is None:
            # A bot that was restarted has closed the connections of before.
            self._session = ClientSession(connector=TCPConnector(force_close=True))
        return self._session
