"""GET /healthz, /readyz and /metrics: for those who watch over the process."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import Metrics

Parts = Mapping[str, Callable[[], Awaitable[bool]]]


def register(app: web.Application, metrics: Metrics, parts: Parts) -> None:
    """Serve the three addresses on `app`; it is ready when all its `parts` work."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"app": "ringback", "ok": True})

    async def readyz(_: web.Request) -> web.Response:
        work = {name: await works() for name, works in parts.items()}
        return web.json_response(work, status=200 if all(work.values()) else 503)

    async def scrape(_: web.Request) -> web.Response:
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", scrape)
