"""One process that serves: from its start to SIGTERM, and not longer."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Final

import structlog

from bot import log_cleaning, logs
from bot.app import running
from bot.in_flight import InFlightRequests
from bot.network import Network
from bot.settings import Settings
from handlers.transport.connections import raise_file_limit

# A command makes some hundred that last until it is answered.
_OBJECTS_BEFORE_COLLECTION: Final = 5_000

_log = structlog.get_logger(__name__)


async def serve(settings: Settings, network: Network) -> None:
    """Run the application until SIGTERM or SIGINT; raises what `running` raises."""
    log_cleaning.hide(settings.secrets)
    raise_file_limit()
    stop, at_once = stop_signals()
    in_flight = InFlightRequests()
    async with AsyncExitStack() as stack:
        stack.callback(logs.flush)
        if await _before(stop, stack.enter_async_context(running(settings, network, in_flight))):
            _spare_the_collector()
            await stop.wait()
            if settings.drain_seconds:
                in_flight.drain()
                _log.info("draining", seconds=settings.drain_seconds)
                await _passed(settings.drain_seconds, at_once)
        _log.info("stopping")
    _log.info("stopped")
    logs.flush()


def stop_signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Return what the first SIGTERM or SIGINT sets, and what the second sets."""
    first, second = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        (second if first.is_set() else first).set()

    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop)
        except NotImplementedError:
            # Windows.
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))
    return first, second


async def _passed(seconds: float, or_else: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await or_else.wait()


async def _before(stop: asyncio.Event, start: Coroutine[None, None, object]) -> bool:
    """Return whether `start` ended before `stop`; if it did not, it is undone."""
    starting, stopping = asyncio.create_task(start), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set():
        starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    return not starting.cancelled()


def _spare_the_collector() -> None:
    """Let the garbage collector pass over what stays for good, and look for the rest less often.

    A full collection of what is loaded takes 70 ms, in which nobody is answered; without it, none.
    Looking for garbage after every 700 new objects takes 5 % of the time of a command.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
