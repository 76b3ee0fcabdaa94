"""GET /healthz, /readyz and /metrics: for those who watch over the process."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.dispatcher import Dispatcher
from bot.errors import StoreError
from bot.metrics import Metrics
from bot.store import Store


def register(app: web.Application, store: Store, dispatcher: Dispatcher, metrics: Metrics) -> None:
    """Serve the three addresses on `app`."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"app": "ringback", "ok": True})

    async def readyz(_: web.Request) -> web.Response:
        parts = {"database": await _database_works(store), "dispatcher": dispatcher.works}
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    async def scrape(_: web.Request) -> web.Response:
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", scrape)


async def _database_works(store: Store) -> bool:
    try:
        await store.ping()
    except StoreError:
        return False
    return True
