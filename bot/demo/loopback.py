"""A web server on 127.0.0.1 only: what every stand-in listens with."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_OWN_NAMES: Final = ("127.0.0.1", "localhost")

# How long the end of the server waits for requests that are still held.
_STOP_SECONDS: Final = 0.01


class Loopback:
    """A server that is not listening yet; `port` is 0 until then for any free one."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, application: web.Application) -> None:
        """Serve `application`; raise `OSError` if the port is taken."""
        application.middlewares.insert(0, _own_host_only)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()


@web.middleware
async def _own_host_only(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Answer only to this machine's own names, and to no page of another site.

    Another name could be a stranger's that leads here; a browser names the site that asks.
    """
    origin = request.headers.get("Origin")
    host = urlsplit(f"//{request.host or ''}")
    if host.hostname not in _OWN_NAMES or (origin and urlsplit(origin).netloc != host.netloc):
        raise web.HTTPForbidden
    return await handler(request)
