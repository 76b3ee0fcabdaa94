"""Socket Mode: takes Slack's requests over a WebSocket, for a bot without a public address."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Self

import structlog
from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType
from pydantic import ValidationError
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.core.errors import SlackError, SlackUnavailable
from bot.core.json_object import parse_object
from bot.in_flight import InFlightRequests
from bot.logs import Occasional
from bot.metrics import Metrics
from bot.network import Session
from handlers.payloads.envelope import Envelope
from handlers.transport.dispatch import Dispatch

# How long a connection may take until Slack has said hello over it.
_HELLO_SECONDS: Final = 5.0
# A ping after so much silence; no answer to it within half of that is a lost connection.
_HEARTBEAT_SECONDS: Final = 4.0
# How long one goes on that Slack has asked to replace.
_LEAVING_SECONDS: Final = 10.0
_CLOSE_SECONDS: Final = 1.0
# The first attempt after a loss is made at once.
_FIRST_RETRY_SECONDS: Final = 0.5
_LAST_RETRY_SECONDS: Final = 30.0
# One that lasted so long was a good one.
_GOOD_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


class SocketMode:
    """Used as `async with`: while it is open it is connected, or tries to be.

    `address` asks Slack where to connect to. Each request is answered by a task of its own: one
    that waits for the database must not cost the next its 3 s.
    """

    def __init__(
        self,
        app: AsyncApp,
        address: Callable[[], Awaitable[str]],
        session: Session,
        in_flight: InFlightRequests,
        metrics: Metrics,
    ) -> None:
        self._dispatch = Dispatch(app, in_flight, metrics)
        self._address = address
        self._session = session
        self._in_flight = in_flight
        self._metrics = metrics
        self._trouble: str | None = "never connected"
        self._failures = Occasional()
        self._connected: list[ClientWebSocketResponse] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None
        self._is_ending = False
        metrics.socket_connected.set(0)

    async def __aenter__(self) -> Self:
        # Slack's being away does not keep the bot from starting: CallCow's results are taken.
        self._running = asyncio.create_task(self._run(), name="socket mode")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_ending = True
        ending = [task for task in (self._running, *self._connections, *self._answering) if task]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    @property
    def trouble(self) -> str | None:
        """Why it is not connected, or None if it is."""
        return self._trouble

    async def _run(self) -> None:
        """Have one connection after the other; the next begins before the last has ended."""
        failed = 0
        while True:
            started, leave = time.monotonic(), asyncio.Event()
            connection = asyncio.create_task(self._connection(leave), name="socket")
            self._connections.add(connection)
            connection.add_done_callback(self._connections.discard)
            await leave.wait()
            if time.monotonic() - started >= _GOOD_SECONDS:
                failed = 0
            if failed:
                longest = min(_FIRST_RETRY_SECONDS * 2**failed, _LAST_RETRY_SECONDS)
                await asyncio.sleep(longest * random.uniform(0.5, 1))  # noqa: S311
            failed += 1

    async def _connection(self, leave: asyncio.Event) -> None:
        """Open a connection and take what comes over it, until it ends; it raises nothing."""
        try:
            await self._connect(leave)
        finally:
            leave.set()

    async def _connect(self, leave: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                socket = await self._open()
        except (SlackError, ClientError, OSError, TimeoutError, ValueError) as error:
            self._failed(error)
            return
        except Exception as error:  # noqa: BLE001
            _log.error("socket not opened", exc_info=error)
            self._failed(error)
            return
        try:
            await self._take_all(socket, leave)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            _log.debug("socket failed", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001
            _log.error("socket failed", exc_info=error)
        finally:
            self._lost(socket)
            # Before it is closed, which may take a while.
            leave.set()
            await self._close(socket)

    async def _open(self) -> ClientWebSocketResponse:
        return await self._session.ws_connect(
            await self._address(), heartbeat=_HEARTBEAT_SECONDS, autoclose=True
        )

    async def _take_all(self, socket: ClientWebSocketResponse, leave: asyncio.Event) -> None:
        async with asyncio.timeout(_HELLO_SECONDS) as limit:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                try:
                    envelope = parse_object(message.data)
                except ValueError:
                    _log.debug("no envelope")
                    continue
                match envelope.get("type"):
                    case "hello":
                        limit.reschedule(None)
                        self._found(socket)
                    case "disconnect":
                        # Slack is about to close it; the next is opened meanwhile.
                        limit.reschedule(asyncio.get_running_loop().time() + _LEAVING_SECONDS)
                        leave.set()
                    case _:
                        self._take(socket, envelope)

    def _take(self, socket: ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        try:
            request = SocketModeRequest.from_dict(dict(envelope))
            if request is None or not isinstance(request.envelope_id, str):
                return
            if request.type != "slash_commands":
                Envelope.model_validate(request.payload)
        except (ValidationError, ValueError, TypeError) as error:
            # Left without an acknowledgement, as a 400 would leave it.
            _log.info("malformed slack payload", error=type(error).__name__)
            return
        task = asyncio.create_task(self._answer(socket, request))
        self._answering.add(task)
        task.add_done_callback(self._answered)

    async def _answer(self, socket: ClientWebSocketResponse, request: SocketModeRequest) -> None:
        with self._in_flight.open():
            bolt_request = AsyncBoltRequest(mode="socket_mode", body=request.payload or {})
            response = await self._dispatch(bolt_request)
            if response.status == 200:
                await self._send(socket, _acknowledgement(request, response))

    async def _send(self, socket: ClientWebSocketResponse, text: str) -> None:
        """Send an acknowledgement by the connection of its request, or by the one after it."""
        for each in [socket, *reversed(self._connected)]:
            try:
                if not each.closed:
                    await each.send_str(text)
                    return
            except (ClientError, ConnectionError):
                continue
        _log.warning("acknowledgement lost with its socket")

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("socket request failed", exc_info=error)

    def _found(self, socket: ClientWebSocketResponse) -> None:
        if socket in self._connected:
            return
        self._connected.append(socket)
        if self._trouble is not None:
            _log.info("socket connected")
        self._trouble = None
        self._metrics.socket_connected.set(1)

    def _lost(self, socket: ClientWebSocketResponse) -> None:
        was_connected = socket in self._connected
        if was_connected:
            self._connected.remove(socket)
        if self._connected:
            return
        self._metrics.socket_connected.set(0)
        if was_connected and not self._is_ending:
            self._trouble = "lost"
            _log.warning("socket lost", close_code=socket.close_code)

    def _failed(self, error: Exception) -> None:
        code = error.code if isinstance(error, SlackError) else type(error).__name__
        if not self._connected:
            self._trouble = code
        is_refused = isinstance(error, SlackError) and not isinstance(error, SlackUnavailable)
        if not (times := self._failures.due(code)):
            return
        if is_refused:
            what = "SLACK_APP_TOKEN: Slack rejects it; copy it from Slack again"
            _log.error(what, error=code, times=times)
        else:
            _log.warning("socket cannot be opened", error=code, times=times)

    async def _close(self, socket: ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await socket.close()
        except (TimeoutError, ClientError, OSError):
            _log.debug("socket not closed by slack")


def _acknowledgement(request: SocketModeRequest, response: BoltResponse) -> str:
    answer: dict[str, Any] = {"envelope_id": request.envelope_id}
    if response.body:
        is_json = response.headers.get("content-type", [""])[0].startswith("application/json")
        answer["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return json.dumps(answer)
