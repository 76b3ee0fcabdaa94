"""A call's Slack thread: open it, keep its status message current, report the result in it."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.blocks.message import Message
from bot.blocks.result import result_message
from bot.blocks.status import status_message
from bot.call import Call
from bot.errors import InvalidBlocks, PlaceClosed, SlackError, SlackUnavailable, TokenRefused
from bot.metrics import Metrics

# Slack's error names (slack-facts.md and the reference of each method).
_TOKEN: Final = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "org_login_required",
}
_LATER: Final = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
    "accesslimited",
}
_SHAPE: Final = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "invalid_attachments",
}
_RETRY_AFTER_MAX: Final = 3600.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Posted:
    """Where a message went; `place_error` says why it is not where it was asked for."""

    channel: str
    ts: str
    place_error: str | None = None


class Thread:
    """What the dispatcher says in Slack about one call or another.

    Every method raises `SlackUnavailable` for what may work later, `TokenRefused` when Slack no
    longer takes the token, and `PlaceClosed` when there is no place left to write in.
    """

    def __init__(self, client: AsyncWebClient, metrics: Metrics, *, timeout: float) -> None:
        self._client = client
        self._metrics = metrics
        self._timeout = timeout

    async def open(self, call: Call) -> Posted:
        """Post the status message where it was asked for, or in a direct message instead."""
        try:
            return await self._post(call.channel, status_message(call), call.thread_ts)
        except PlaceClosed as closed:
            channel = await self._direct_message(call)
            moved = replace(call, posted_in=channel, place_error=closed.code)
            posted = await self._post(channel, status_message(moved))
            return replace(posted, place_error=closed.code)

    async def update(self, call: Call) -> None:
        """Make the status message say what is true now."""
        if call.posted_in is None or call.message_ts is None:
            return
        message = status_message(call)
        await self._ask(
            "chat.update",
            self._client.chat_update(
                channel=call.posted_in,
                ts=call.message_ts,
                text=message.text,
                blocks=message.blocks,
            ),
        )

    async def report(self, call: Call) -> Posted:
        """Post the result in the thread, or in a direct message if the thread is closed."""
        message = result_message(call)
        try:
            if call.posted_in is None:
                raise PlaceClosed("no_thread")
            return await self._post(call.posted_in, message, call.root_ts)
        except PlaceClosed as closed:
            posted = await self._post(await self._direct_message(call), message)
            return replace(posted, place_error=closed.code)

    async def tell(self, call: Call, text: str) -> bool:
        """Tell the requester `text` where the call was asked for; return whether it went out.

        That is the command's `response_url`, which works 5 times within 30 minutes.
        """
        if call.response_url is None:
            return False
        webhook = AsyncWebhookClient(
            call.response_url.get_secret_value(),
            timeout=round(self._timeout) or 1,
            retry_handlers=[],
        )
        try:
            async with asyncio.timeout(self._timeout):
                response = await webhook.send(text=text, response_type="ephemeral")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _log.warning("response_url failed", call=str(call.id), error=type(error).__name__)
            return False
        self._metrics.slack.labels("response_url", str(response.status_code)).inc()
        return response.status_code == 200

    async def _direct_message(self, call: Call) -> str:
        response = await self._ask(
            "conversations.open", self._client.conversations_open(users=call.requester)
        )
        return _text_in(response.get("channel"), "id")

    async def _post(self, channel: str, message: Message, root_ts: str | None = None) -> Posted:
        try:
            response = await self._post_blocks(channel, message, root_ts)
        except InvalidBlocks as error:
            # Better plain than not at all.
            _log.error("blocks refused", error=error.code)
            response = await self._post_text(channel, message.text, root_ts)
        # Slack answers the id of the conversation, also where a user's id was given.
        return Posted(_text_in(response, "channel", channel), _text_in(response, "ts"))

    async def _post_text(self, channel: str, text: str, root_ts: str | None) -> Mapping[str, Any]:
        try:
            return await self._post_blocks(channel, Message(text, []), root_ts)
        except InvalidBlocks as error:
            # There are none any more: it is the place that takes nothing.
            raise PlaceClosed(error.code) from error

    async def _post_blocks(
        self, channel: str, message: Message, root_ts: str | None
    ) -> Mapping[str, Any]:
        return await self._ask(
            "chat.postMessage",
            self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks or None,
                thread_ts=root_ts,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )

    async def _ask(self, method: str, request: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
        """Return Slack's answer; raise the `SlackError` that says what its refusal means."""
        try:
            async with asyncio.timeout(self._timeout):
                response = await request
        except SlackApiError as error:
            refusal = refusal_in(error)
        # The SDK stumbles (AttributeError) over a 200 whose body is text or a list.
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError) as error:
            refusal = SlackUnavailable(type(error).__name__)
        else:
            self._metrics.slack.labels(method, "ok").inc()
            return response.data if isinstance(response.data, dict) else {}
        self._metrics.slack.labels(method, refusal.code).inc()
        raise refusal


def refusal_in(error: SlackApiError) -> SlackError:
    """Return what Slack's refusal means."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    code = code if isinstance(code, str) else "unreadable"
    status = getattr(error.response, "status_code", 0)
    if status == 429 or status >= 500 or code in _LATER or code == "unreadable":
        return SlackUnavailable(code, retry_after=_retry_after(error.response))
    if code in _TOKEN:
        return TokenRefused(code)
    if code in _SHAPE:
        return InvalidBlocks(code)
    return PlaceClosed(code)


def _retry_after(response: Any) -> float | None:
    headers = getattr(response, "headers", None) or {}
    for name, value in headers.items():
        if name.lower() == "retry-after" and str(value).strip().isdecimal():
            return min(float(value), _RETRY_AFTER_MAX)
    return None


def _text_in(answer: Any, name: str, default: str | None = None) -> str:
    value = answer.get(name, default) if isinstance(answer, Mapping) else default
    if not isinstance(value, str):
        raise SlackUnavailable(f"no_{name}")
    return value
