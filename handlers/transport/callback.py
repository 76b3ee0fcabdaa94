"""POST /callcow/callback/{id}: takes CallCow's one report of how a call ended.

200 once it is saved, and again for a repetition; 401 for a wrong secret, an unknown id or none;
400 for what is no JSON object or has no `call_status`; 413 above 1 MiB; 503 while the database is
away. Anything else that does not fit the contract is kept and shown as well as it can be.
"""

from typing import Final

import structlog
from aiohttp import web

from bot.core.errors import StoreError, Unauthorized
from bot.core.json_object import parse_object
from bot.in_flight import InFlightRequests
from bot.metrics import Metrics
from bot.service import CallService
from handlers.transport.body import BodyReader, BodyRefused

# CallCow itself gives up after 30 s.
_BODY_SECONDS: Final = 30.0

_log = structlog.get_logger(__name__)


def register(
    app: web.Application,
    service: CallService,
    metrics: Metrics,
    in_flight: InFlightRequests,
    bodies: BodyReader,
) -> None:
    """Serve the callback's address on `app`."""

    async def receive(request: web.Request) -> web.Response:
        status = await _receive(request, service, in_flight, bodies)
        metrics.callbacks.labels(str(status)).inc()
        return web.json_response({"ok": status == 200}, status=status)

    app.router.add_post("/callcow/callback/{id:.*}", receive)
    app.router.add_post("/callcow/callback", receive)


async def _receive(
    request: web.Request, service: CallService, in_flight: InFlightRequests, bodies: BodyReader
) -> int:
    try:
        with in_flight.answering():
            call = await service.authorize(request.match_info.get("id", ""), _bearer(request))
        body = await bodies.read(request, seconds=_BODY_SECONDS)
        payload = parse_object(body.decode(errors="replace"))
        if not isinstance(payload.get("call_status"), str):
            return 400
        with in_flight.answering():
            await service.record_result(call, payload)
    except Unauthorized:
        return 401
    except BodyRefused as refused:
        return refused.status
    except ValueError:
        return 400
    except StoreError as error:
        _log.error("result not saved", error=str(error))
        return 503
    return 200


def _bearer(request: web.Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
