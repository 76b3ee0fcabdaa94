"""The composition root: settings in, a running application out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp

import handlers
from bot.app.bolt import slack_app
from bot.app.installing import install_pages
from bot.app.services import build_services
from bot.app.slack import Slack, reach_slack
from bot.app.storage import Storage, open_storage
from bot.app.worker import Worker, start_worker
from bot.callcow.client import CallCow
from bot.in_flight import InFlightRequests
from bot.metrics import Gauges, Metrics
from bot.network import Network
from bot.settings import Settings
from bot.watching import Watching
from handlers.settings import Checks
from handlers.transport import health, install
from handlers.transport.connections import listening
from handlers.transport.socket_mode import SocketMode

# How long requests that have begun may take at the end, as long as a handler may wait for the
# database.
_CLOSE_SECONDS: Final = 2.5

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(
    settings: Settings,
    network: Network | None = None,
    in_flight: InFlightRequests | None = None,
) -> AsyncIterator[int]:
    """Run the application while the context is open; the value is the port it listens on.

    Raises `InvalidSettings` if a port is taken or a key is missing, and `SchemaError` if
    the database cannot be used.
    """
    network, in_flight, metrics = network or Network(), in_flight or InFlightRequests(), Metrics()
    if settings.public_url is not None:
        metrics.expect_callbacks()
    async with AsyncExitStack() as stack:
        storage = await open_storage(settings, stack)
        slack = await reach_slack(settings, storage, network, metrics, stack)
        callcow = await stack.enter_async_context(_callcow(settings, network))
        worker = await start_worker(settings, storage, slack, callcow, metrics, in_flight, stack)
        web_app, bolt = web.Application(), slack_app(settings, slack)
        handlers.register(
            web_app,
            bolt,
            build_services(settings, storage, slack, callcow, worker, metrics),
            checks=await stack.enter_async_context(Checks()),
            metrics=metrics,
            in_flight=in_flight,
            parts={
                "database": storage.calls.works,
                "dispatcher": worker.dispatcher.works,
                "encryption": storage.encryption.works,
            },
            slash_command=settings.slack_command,
            signing_secrets=() if settings.socket_mode else settings.signing_secrets,
        )
        if (installed := slack.installed) is not None:
            pages = await install_pages(settings, storage, slack, installed, stack)
            install.register(web_app, pages)
        socket = await _socket(settings, network, slack, bolt, in_flight, metrics, stack)
        await _watch(settings, storage, slack, worker, socket, metrics, stack)
        listener = await stack.enter_async_context(
            listening(web_app, settings.listen_host, settings.port, "PORT")
        )
        if socket is not None:
            await stack.enter_async_context(socket)
        # The end begins here: nothing new is taken, and what has begun is answered. It is waited
        # for now, since aiohttp reads no further once its own cleanup has begun.
        stack.push_async_callback(in_flight.closed, _CLOSE_SECONDS)
        stack.callback(in_flight.stop)
        stack.callback(listener.stop)
        stack.callback(worker.stop)
        mode = "socket" if settings.socket_mode else "http"
        _log.info("ready", host=settings.listen_host, port=listener.port, slack=mode)
        yield listener.port


def _callcow(settings: Settings, network: Network) -> CallCow:
    return CallCow(
        base_url=settings.callcow_base_url,
        status_path=settings.callcow_status_path,
        timeout=settings.request_timeout,
        network=network,
    )


async def _socket(
    settings: Settings,
    network: Network,
    slack: Slack,
    bolt: AsyncApp,
    in_flight: InFlightRequests,
    metrics: Metrics,
    stack: AsyncExitStack,
) -> SocketMode | None:
    """Return the way by which Slack's requests come in Socket Mode, None in HTTP mode."""
    if settings.slack_app_token is None:
        return None
    session = await stack.enter_async_context(network.session(settings.slack_api_url))
    api = slack.connect(settings.slack_bot_token)
    address = partial(api.socket_address, settings.slack_app_token)
    return SocketMode(bolt, address, session, in_flight, metrics)


async def _watch(
    settings: Settings,
    storage: Storage,
    slack: Slack,
    worker: Worker,
    socket: SocketMode | None,
    metrics: Metrics,
    stack: AsyncExitStack,
) -> None:
    """Serve /status and /metrics, if there is a port for them."""
    if settings.admin_port is None:
        return
    watching = Watching(
        storage.calls,
        (storage.calls, storage.series, storage.drafts, storage.approvals),
        worker.dispatcher,
        storage.keys,
        storage.clock,
        Gauges(metrics.registry),
        {"slack token": slack.token, "socket": socket, "encryption": storage.encryption},
        {"workspaces": slack.installed.status} if slack.installed is not None else {},
    )
    admin = health.admin(metrics, watching)
    await stack.enter_async_context(
        listening(admin, settings.admin_host, settings.admin_port, "ADMIN_PORT")
    )
