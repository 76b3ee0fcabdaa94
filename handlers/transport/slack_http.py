"""POST /slack/events: takes Slack's requests in HTTP mode and answers what is not from Slack.

The signature is checked before anything is parsed, so that a stranger costs next to nothing.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from pydantic import SecretStr, ValidationError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.core.errors import StoreError
from bot.core.json_object import parse_object
from bot.in_flight import InFlightRequests
from bot.logs import Occasional
from bot.metrics import Metrics
from handlers.payloads.envelope import Envelope
from handlers.payloads.payload import Malformed
from handlers.transport.body import BodyReader, BodyRefused
from handlers.transport.dispatch import Dispatch
from handlers.transport.signature import Rejection, Signature
from handlers.unhandled import answer_unhandled

# What Bolt raises where a payload is not what Slack sends.
_MALFORMED: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError)
# Slack itself gives up after 3 s.
_BODY_SECONDS: Final = 3.0
# Enough for `ssl_check=1` and the token beside it.
_UNSIGNED_MAX: Final = 1024
_ADVICE: Final = {
    Rejection.CLOCK: "its time is not ours: set this machine's clock",
    Rejection.SECRET: "its signature is of another secret: check SLACK_SIGNING_SECRET",
}

_log = structlog.get_logger(__name__)


def register(
    web_app: web.Application,
    slack_app: AsyncApp,
    in_flight: InFlightRequests,
    bodies: BodyReader,
    metrics: Metrics,
    *,
    signing_secrets: Sequence[SecretStr],
) -> None:
    """Serve Slack's address on `web_app` if there are secrets, and answer errors in both modes."""
    rejections, dispatch = _Rejections(metrics), Dispatch(slack_app, in_flight, metrics)

    async def events(request: web.Request) -> web.Response:
        try:
            signature = Signature.read(request.headers)
            if signature is None:
                if await _is_ssl_check(request, bodies):
                    return web.Response(text="")
                return rejections.answer(Rejection.UNSIGNED)
            if not signature.is_timely:
                return rejections.answer(Rejection.CLOCK, seconds=round(signature.age))
            raw = await bodies.read(request, seconds=_BODY_SECONDS)
            if not signature.is_of(raw, signing_secrets):
                return rejections.answer(Rejection.SECRET)
            body = raw.decode()
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
        return await to_aiohttp_response(await dispatch(bolt_request))

    async def failed(error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return answer_unhandled(error)
        if isinstance(error, ValidationError | Malformed):
            _log.info("malformed slack payload", error=type(error).__name__)
            return BoltResponse(status=400, body="malformed payload")
        if isinstance(error, StoreError):
            # Not acknowledged, so that Slack sends an event again.
            _log.warning("event not saved", error=str(error))
            return BoltResponse(status=503, body="")
        _log.error("handler failed", exc_info=error)
        return BoltResponse(status=500, body="")

    slack_app.error(failed)
    if signing_secrets:
        web_app.router.add_post("/slack/events", events)


class _Rejections:
    """Counts what was not taken for Slack's, and warns of it now and then."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._warnings = Occasional()

    def answer(self, why: Rejection, **more: object) -> web.Response:
        """Return the one answer that all of them get."""
        self._metrics.rejected_signatures.labels(why.value).inc()
        # What is not signed at all is a stranger's, of which there are many.
        if why is not Rejection.UNSIGNED and (times := self._warnings.due(why)):
            _log.warning("slack request rejected", why=_ADVICE[why], times=times, **more)
        return web.Response(status=401, text="not signed")


async def _is_ssl_check(request: web.Request, bodies: BodyReader) -> bool:
    """Whether it is Slack's check of the certificate, which need not be signed."""
    try:
        body = await bodies.read(request, seconds=_BODY_SECONDS, most=_UNSIGNED_MAX)
    except BodyRefused:
        return False
    return ("ssl_check", "1") in parse_qsl(body.decode(errors="replace"))


def _check(body: str, content_type: str) -> None:
    """Raise `ValueError` for a body that lacks what Bolt takes for granted to find a listener."""
    if content_type == "application/json" or body.startswith("{"):
        Envelope.model_validate(parse_object(body))
    elif "payload=" in body and "payload" in (
        fields := dict(parse_qsl(body, keep_blank_values=True))
    ):
        Envelope.model_validate(parse_object(fields["payload"]))
