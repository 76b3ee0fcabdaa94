"""POST /slack/events: takes Slack's requests in HTTP mode and answers what is malformed."""

from typing import Final

import structlog
from aiohttp import web
from pydantic import ValidationError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

# What Bolt raises where a payload is not what Slack sends: it reads before it checks.
_MALFORMED: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError)

_log = structlog.get_logger(__name__)


def register(web_app: web.Application, slack_app: AsyncApp, *, http_mode: bool) -> None:
    """Serve Slack's address on `web_app` in HTTP mode, and answer errors in both modes."""

    async def events(request: web.Request) -> web.Response:
        try:
            bolt_request = AsyncBoltRequest(
                body=(await request.read()).decode(),
                query=request.query_string,
                headers={name: request.headers.getall(name) for name in request.headers},
            )
            response = await slack_app.async_dispatch(bolt_request)
        except _MALFORMED as error:
            _log.info("malformed slack request", error=type(error).__name__)
            return web.Response(status=400, text="malformed request")
        return await to_aiohttp_response(response)

    async def failed(error: Exception) -> BoltResponse:
        if isinstance(error, ValidationError | ValueError):
            _log.info("malformed slack payload", error=type(error).__name__)
            return BoltResponse(status=400, body="malformed payload")
        _log.error("door failed", exc_info=error)
        return BoltResponse(status=500, body="")

    slack_app.error(failed)
    if http_mode:
        web_app.router.add_post("/slack/events", events)
