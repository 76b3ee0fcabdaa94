"""Asking Slack's Web API, and what its refusals mean."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.core.errors import (
    ChannelUnavailable,
    InvalidBlocks,
    SlackError,
    SlackUnavailable,
    TokenRefused,
)
from bot.manifest import granted_in
from bot.metrics import Metrics

# Slack's error names (the reference of each method).
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
# The app's own id or secret is not what Slack knows.
BAD_CREDENTIALS: Final = {"invalid_client_id", "bad_client_secret", "invalid_client"}
_RETRY_AFTER_MAX: Final = 3600.0


class SlackApi:
    """Slack's Web API as the bot uses it: every request ends within `timeout` seconds."""

    def __init__(self, client: AsyncWebClient, metrics: Metrics, *, timeout: float) -> None:
        self.client = client
        self.metrics = metrics
        # The scopes that the token has, None where Slack did not say.
        self.granted: set[str] | None = None
        self.timeout = timeout
        # Stands for the token as Slack takes it: another one once it has refused it.
        self.accepted = object()
        # Told of each refusal of the token, by Slack's name for it.
        self.on_refused: Callable[[str], None] | None = None

    async def ask(self, method: str, request: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
        """Return Slack's answer; raise the `SlackError` that says what its refusal means."""
        try:
            async with asyncio.timeout(self.timeout):
                response = await request
        except SlackApiError as error:
            refusal = refusal_in(error)
        # The SDK raises AttributeError for a 200 whose body is text or a list.
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError) as error:
            refusal = SlackUnavailable(type(error).__name__)
        else:
            self.metrics.slack.labels(method, "ok").inc()
            if method == "auth.test":
                self.granted = granted_in(response.headers)
            return response.data if isinstance(response.data, dict) else {}
        self.metrics.slack.labels(method, refusal.code).inc()
        if isinstance(refusal, TokenRefused):
            self.accepted = object()
            if self.on_refused is not None:
                self.on_refused(refusal.code)
        raise refusal

    async def socket_address(self, app_token: SecretStr) -> str:
        """Return where Slack takes the next connection of Socket Mode; raises `SlackError`."""
        request = self.client.apps_connections_open(app_token=app_token.get_secret_value())
        return text_in(await self.ask("apps.connections.open", request), "url")


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
    return ChannelUnavailable(code)


def _retry_after(response: Any) -> float | None:
    headers = getattr(response, "headers", None) or {}
    for name, value in headers.items():
        if name.lower() == "retry-after" and str(value).strip().isdecimal():
            return min(float(value), _RETRY_AFTER_MAX)
    return None


def text_in(answer: Any, name: str, default: str | None = None) -> str:
    """Return a text in Slack's answer; raise `SlackUnavailable` if there is none."""
    value = answer.get(name, default) if isinstance(answer, Mapping) else default
    if not isinstance(value, str):
        raise SlackUnavailable(f"no_{name}")
    return value
