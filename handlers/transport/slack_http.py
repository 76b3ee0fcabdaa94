"""POST /slack/events: takes Slack's requests in HTTP mode and answers what is not from Slack.

The signature is checked before anything is parsed, so that a stranger costs next to nothing.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from pydantic import SecretStr, ValidationError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.core.errors import StoreError
from bot.core.json_object import parse_object
from bot.in_flight import InFlightRequests
from handlers.payloads.interactions import Envelope, Malformed
from handlers.transport.body import BodyRefused, read_body

# What Bolt raises where a payload is not what Slack sends.
_MALFORMED: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError)
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}")
# Slack itself gives up after 3 s.
_BODY_SECONDS: Final = 3.0

_log = structlog.get_logger(__name__)


def register(
    web_app: web.Application,
    slack_app: AsyncApp,
    in_flight: InFlightRequests,
    *,
    signing_secrets: Sequence[SecretStr],
) -> None:
    """Serve Slack's address on `web_app` if there are secrets, and answer errors in both modes."""

    async def events(request: web.Request) -> web.Response:
        try:
            body = (await read_body(request, seconds=_BODY_SECONDS)).decode()
            if not _is_signed(signing_secrets, body, request):
                return web.Response(status=401, text="not signed")
            _check(body, request.content_type)
            bolt_request = AsyncBoltRequest(
                body=body,
                query=request.query_string,
                headers={name: request.headers.getall(name) for name in request.headers},
            )
        except BodyRefused as refused:
            return web.Response(status=refused.status, text="not read")
        except _MALFORMED:
            return web.Response(status=400, text="malformed request")
        with in_flight.answering():
            return await to_aiohttp_response(await slack_app.async_dispatch(bolt_request))

    async def failed(error: Exception) -> BoltResponse:
        if isinstance(error, ValidationError | Malformed):
            _log.info("malformed slack payload", error=type(error).__name__)
            return BoltResponse(status=400, body="malformed payload")
        if isinstance(error, StoreError):
            # Not acknowledged, so that Slack sends an event again.
            _log.warning("event not saved", error=str(error))
            return BoltResponse(status=503, body="")
        _log.error("door failed", exc_info=error)
        return BoltResponse(status=500, body="")

    slack_app.error(failed)
    if signing_secrets:
        web_app.router.add_post("/slack/events", events)


def _is_signed(secrets: Sequence[SecretStr], body: str, request: web.Request) -> bool:
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return False
    # Two, while one is being replaced.
    verifiers = (SignatureVerifier(secret.get_secret_value()) for secret in secrets)
    return any(verifier.is_valid(body, timestamp, signature) for verifier in verifiers)


def _check(body: str, content_type: str) -> None:
    """Raise `ValueError` for a body that lacks what Bolt takes for granted to find a listener."""
    if content_type == "application/json" or body.startswith("{"):
        Envelope.model_validate(parse_object(body))
    elif "payload=" in body and "payload" in (
        fields := dict(parse_qsl(body, keep_blank_values=True))
    ):
        Envelope.model_validate(parse_object(fields["payload"]))
