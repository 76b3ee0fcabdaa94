"""Socket Mode: the WebSockets a bot opens, and the envelopes that travel over them."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from secrets import token_hex
from typing import Any, Final
from uuid import uuid4

from aiohttp import WSCloseCode, WSMsgType, web

from bot.demo.changes import Changes
from bot.demo.slack.payloads import Kind, Payload
from bot.demo.slack.workspace import APP

_CONNECTIONS: Final = 10
# How long a bot may take to answer that a connection is to close.
_CLOSE_SECONDS: Final = 1.0


class Sockets:
    """The connected WebSockets, which take turns, and the acknowledgements that are awaited."""

    def __init__(self, changes: Changes, address: Callable[[], str]) -> None:
        self._changes = changes
        self._address = address
        self._tickets: set[str] = set()
        self._turns: deque[web.WebSocketResponse] = deque()
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._awaited: dict[str, asyncio.Future[Any]] = {}

    @property
    def count(self) -> int:
        """How many are connected."""
        return len(self._turns)

    def address(self) -> str:
        """Return a WebSocket address which is good for one connection."""
        ticket = token_hex(8)
        self._tickets.add(ticket)
        return f"{self._address()}?ticket={ticket}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Keep a connection of the bot until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=_CLOSE_SECONDS)
        await socket.prepare(request)
        if self.count >= _CONNECTIONS:
            await _disconnect(socket, "too_many_websockets")
            return socket
        await socket.send_json(self._hello())
        self._turns.append(socket)
        if request.transport is not None:
            self._transports[socket] = request.transport
        self._changes.notify()
        try:
            async for received in socket:
                if received.type == WSMsgType.TEXT:
                    self._acknowledge(received.data)
        finally:
            self._transports.pop(socket, None)
            if socket in self._turns:
                self._turns.remove(socket)
            self._changes.notify()
        return socket

    async def send(
        self, kind: Kind, payload: Payload, *, wants_response: bool, retry_num: int | None
    ) -> Any:
        """Send an envelope over the connection whose turn it is; return the acknowledgement's."""
        self._turns.rotate(-1)
        envelope_id = str(uuid4())
        envelope: dict[str, Any] = {
            "type": kind,
            "envelope_id": envelope_id,
            "payload": payload,
            "accepts_response_payload": wants_response,
        }
        if kind == "events_api":
            reason = "timeout" if retry_num else ""
            envelope |= {"retry_attempt": retry_num or 0, "retry_reason": reason}
        acknowledged = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = acknowledged
        try:
            await self._turns[-1].send_json(envelope)
            return await acknowledged
        finally:
            del self._awaited[envelope_id]

    async def send_raw(self, text: str) -> None:
        """Send any text over the connection whose turn it is; nothing is awaited for it."""
        self._turns.rotate(-1)
        await self._turns[-1].send_str(text)

    async def disconnect(self) -> None:
        """Tell the bot to reconnect, and close all connections, as Slack does now and then."""
        for socket in list(self._turns):
            await _disconnect(socket, "refresh_requested")

    def reset(self) -> None:
        """Break all connections off, as a network does: no closing handshake."""
        for socket in list(self._turns):
            self._turns.remove(socket)
            if (transport := self._transports.pop(socket, None)) is not None:
                transport.abort()
        self._changes.notify()

    async def close(self) -> None:
        """Close all connections: the server ends."""
        for socket in list(self._turns):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.count + 1,
            "debug_info": {"host": "applink-local", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
        except json.JSONDecodeError:
            return
        awaited = self._awaited.get(message.get("envelope_id"))
        if awaited and not awaited.done():
            awaited.set_result(message.get("payload"))


async def _disconnect(socket: web.WebSocketResponse, reason: str) -> None:
    await socket.send_json(
        {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
    )
    await socket.close()
