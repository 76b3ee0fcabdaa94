"""Listening: no more connections than there are files for, and none that stays silent for long."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.core.errors import InvalidSettings

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]

# How long a request's header may take, and how long a connection may stand idle.
_SILENT_SECONDS: Final = 10.0
# How long what is left of a refused body is read, so that its sender reads the answer.
_LINGER_SECONDS: Final = 1.0
# What is received before anybody has asked for it.
_READ_AHEAD: Final = 16 * 1024
_CONNECTIONS_MAX: Final = 1_000
_CONNECTIONS_WITHOUT_LIMIT: Final = 400
_BACKLOG: Final = 1_024
# Requests that are cut off when the process ends.
_CUT_OFF_SECONDS: Final = 0.25

_log = structlog.get_logger(__name__)


def raise_file_limit() -> None:
    """Let the process open as many files as the system allows it."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):
        _log.info("file limit stays", limit=soft)


def most_connections() -> int:
    """Return how many connections are taken: half of the files, the others are for the rest."""
    if resource is None:
        return _CONNECTIONS_WITHOUT_LIMIT
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _CONNECTIONS_MAX
    return max(1, min(_CONNECTIONS_MAX, soft // 2))


class Connections:
    """The open connections. Of too many, the one that has been silent for longest gives way.

    Those that never sent a whole request go before those that did.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # Dictionaries keep the order: the longest silent comes first.
        self._new: dict[web.RequestHandler, None] = {}
        self._idle: dict[web.RequestHandler, None] = {}
        self._busy: set[web.RequestHandler] = set()

    def __len__(self) -> int:
        return len(self._new) + len(self._idle) + len(self._busy)

    def opened(self, connection: web.RequestHandler) -> None:
        """Count one more; if that is one too many, close a silent one."""
        self._new[connection] = None
        if len(self) <= self._most:
            return
        silent = next(iter(self._new if len(self._new) > 1 else self._idle or self._new))
        self.closed(silent)
        silent.force_close()

    def closed(self, connection: web.RequestHandler) -> None:
        """Forget one."""
        self._new.pop(connection, None)
        self._idle.pop(connection, None)
        self._busy.discard(connection)

    def asked(self, connection: web.RequestHandler) -> None:
        """Note that a whole request has come, whose answer keeps it from giving way."""
        if connection in self._new or connection in self._idle:
            self.closed(connection)
            self._busy.add(connection)

    def answered(self, connection: web.RequestHandler) -> None:
        """Note that it has been answered: it is silent from now on."""
        if connection in self._new or connection in self._idle or connection in self._busy:
            self.closed(connection)
            self._idle[connection] = None


class _Connection(web.RequestHandler):
    """One connection, counted from its beginning to its end."""

    __slots__ = ("_connections",)

    def __init__(
        self, connections: Connections, server: web.Server, loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            # No access log.
            access_log=None,  # type: ignore[arg-type]
            # Neither Slack nor CallCow compresses; a stranger's few bytes could become gigabytes.
            auto_decompress=False,
            keepalive_timeout=_SILENT_SECONDS,
            lingering_time=_LINGER_SECONDS,
            read_bufsize=_READ_AHEAD,
        )
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.opened(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connections.closed(self)
        super().connection_lost(exc)


@dataclass(frozen=True)
class Listener:
    """What listens: `port` is where; `stop` takes no more connections."""

    port: int
    server: asyncio.Server

    def stop(self) -> None:
        """Take no more connections; those that there are go on."""
        self.server.close()


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, name: str
) -> AsyncIterator[Listener]:
    """Serve `app` while the context is open; `name` is the setting that says which port.

    Raises `InvalidSettings` if that port cannot be had.
    """
    connections = Connections(most_connections())

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        # At once where there is no body; one that sends half of its body is as good as silent.
        request.content.on_eof(lambda: connections.asked(request.protocol))
        try:
            return await handler(request)
        finally:
            connections.answered(request.protocol)

    app.middlewares.insert(0, counted)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=_CUT_OFF_SECONDS)
    await runner.setup()
    try:
        loop, server = asyncio.get_running_loop(), cast(web.Server, runner.server)
        try:
            listener = await loop.create_server(
                lambda: _Connection(connections, server, loop), host, port, backlog=_BACKLOG
            )
        except (OSError, UnicodeError) as error:
            raise InvalidSettings([_trouble(error, host, port, name)]) from None
        try:
            yield Listener(listener.sockets[0].getsockname()[1], listener)
        finally:
            listener.close()
    finally:
        await runner.cleanup()


def _trouble(error: OSError | UnicodeError, host: str, port: int, name: str) -> str:
    reason = getattr(error, "strerror", None) or type(error).__name__
    is_port = getattr(error, "errno", None) in {errno.EADDRINUSE, errno.EACCES}
    setting = name if is_port else name.replace("PORT", "HOST")
    return f"{setting}: cannot listen on {host}:{port} ({reason})"
