"""POST /callcow/callback/{id}: takes CallCow's one report of how a call ended.

200 once it is saved, and again for a repetition; 401 for a wrong secret, an unknown id or none;
400 for what is no JSON object or has no `call_status`; 413 above 1 MiB. A database that is away
is waited for nearly as long as CallCow waits, then 503. Anything else that does not fit the
contract is kept and shown as well as it can be.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Final, TypeVar
from uuid import UUID

import structlog
from aiohttp import web
from structlog.contextvars import bound_contextvars

from bot.core.calls.call import Call
from bot.core.errors import StoreError, Unauthorized, WriteRefused
from bot.core.json_object import parse_object
from bot.in_flight import InFlightRequests
from bot.logs import Occasional
from bot.metrics import Metrics
from bot.service.results import ResultService
from handlers.transport.body import BodyReader, BodyRefused

# CallCow itself gives up after 30 s.
_BODY_SECONDS: Final = 30.0
# So long a database that is away is waited for: it is CallCow's one attempt.
_DATABASE_SECONDS: Final = 25.0
_RETRY_SECONDS: Final = 0.25

T = TypeVar("T")

_log = structlog.get_logger(__name__)


def register(
    app: web.Application,
    results: ResultService,
    metrics: Metrics,
    in_flight: InFlightRequests,
    bodies: BodyReader,
) -> None:
    """Serve the callback's address on `app`."""

    refusals, waits = Occasional(), Occasional()

    async def receive(request: web.Request) -> web.Response:
        status = await _receive(request, results, in_flight, bodies, waits)
        metrics.callbacks.labels(str(status)).inc()
        if status != 200 and (times := refusals.due(str(status))):
            _log.warning("callback refused", status=status, times=times)
        return web.json_response({"ok": status == 200}, status=status)

    app.router.add_post("/callcow/callback/{id:.*}", receive)
    app.router.add_post("/callcow/callback", receive)


async def _receive(
    request: web.Request,
    results: ResultService,
    in_flight: InFlightRequests,
    bodies: BodyReader,
    waits: Occasional,
) -> int:
    until = time.monotonic() + _DATABASE_SECONDS
    try:
        call = await _once_saved(
            lambda: results.authorize(request.match_info.get("id", ""), _bearer(request)),
            in_flight,
            until,
            waits,
        )
        body = await bodies.read(request, seconds=_BODY_SECONDS)
        payload = parse_object(body.decode(errors="replace"))
        if not isinstance(payload.get("call_status"), str):
            return 400
        with _named(call):
            await _once_saved(lambda: results.record(call, payload), in_flight, until, waits)
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


def _named(call: Call | UUID) -> AbstractContextManager[None]:
    """Let all that is logged in the context carry whose call it is about."""
    whose = {"team": call.team} if isinstance(call, Call) else {}
    return bound_contextvars(call=str(call.id if isinstance(call, Call) else call), **whose)


async def _once_saved(
    attempt: Callable[[], Awaitable[T]],
    in_flight: InFlightRequests,
    until: float,
    waits: Occasional,
) -> T:
    """Return what `attempt` returns, tried until the database takes it, the time or the bot ends.

    Recording a result twice is harmless: the first terminal outcome wins.
    """
    is_counted = False
    while True:
        try:
            with in_flight.answering():
                return await attempt()
        except WriteRefused:
            raise
        except StoreError as error:
            if not is_counted and (times := waits.due("database")):
                _log.warning("callback waits for the database", error=str(error), times=times)
            is_counted = True
            if time.monotonic() + _RETRY_SECONDS > until or await in_flight.stopped(_RETRY_SECONDS):
                raise


def _bearer(request: web.Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
