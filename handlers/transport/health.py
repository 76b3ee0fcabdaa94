"""GET /, /healthz and /readyz for all; /status and /metrics for those who run the bot."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.in_flight import InFlightRequests
from bot.metrics import Metrics

Parts = Mapping[str, Callable[[], Awaitable[bool]]]


class Watched(Protocol):
    """What is told on the admin port."""

    async def status(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what is told of each part, and whether it is `ok`."""
        ...

    async def refresh(self) -> None:
        """Bring the metrics up to date."""
        ...


def register(app: web.Application, parts: Parts, in_flight: InFlightRequests) -> None:
    """Serve what anybody may ask for on `app`.

    It is ready when all its `parts` work and it is not about to end.
    """

    async def name(_: web.Request) -> web.Response:
        return web.Response(text="Ringback\n")

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"app": "ringback", "ok": True})

    async def readyz(_: web.Request) -> web.Response:
        work = {name: await works() for name, works in parts.items()}
        if in_flight.is_draining:
            work["draining"] = False
        return web.json_response(work, status=200 if all(work.values()) else 503)

    app.router.add_get("/", name)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


def admin(metrics: Metrics, watched: Watched) -> web.Application:
    """Return the application of the admin port; what it tells is `watched`."""

    async def status(_: web.Request) -> web.Response:
        told = await watched.status()
        all_ok = all(part.get("ok", True) for part in told.values())
        text = json.dumps({"ok": all_ok, **told}, indent=2)
        return web.Response(
            text=text + "\n", content_type="application/json", status=200 if all_ok else 503
        )

    async def scrape(_: web.Request) -> web.Response:
        await watched.refresh()
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/status", status)
    app.router.add_get("/metrics", scrape)
    return app
