"""Socket Mode: takes Slack's requests over a WebSocket, for a bot without a public address."""

import asyncio
from typing import Final, Self

import structlog
from pydantic import SecretStr, ValidationError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.in_flight import InFlightRequests
from handlers.payloads.interactions import Envelope

# How long the end waits for Slack's part in closing the connection; the SDK waits for 10 s.
_CLOSE_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class SocketMode:
    """Used as `async with`: while it is open it is connected, or tries to be.

    Each request is answered by a task of its own: the SDK awaits one after the other, and one
    that waits for the database must not cost the next its 3 s.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: SecretStr,
        in_flight: InFlightRequests,
        *,
        first_address: str | None,
    ) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token.get_secret_value())
        self._in_flight = in_flight
        self._client = self._handler.client
        self._client.wss_uri = first_address
        self._client.socket_mode_request_listeners[:] = [self._take]
        self._connecting: asyncio.Task[None] | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        # The SDK tries until it succeeds, so that Slack's being away does not keep the bot from
        # starting: CallCow's results are taken all the same.
        self._connecting = asyncio.create_task(
            self._client.connect(),  # type: ignore[no-untyped-call]
            name="socket mode",
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        closing = asyncio.create_task(self._client.close())  # type: ignore[no-untyped-call]
        await asyncio.wait({closing}, timeout=_CLOSE_SECONDS)
        ending = [
            task
            for task in (
                closing,
                self._connecting,
                self._client.message_processor,
                self._client.message_receiver,
                self._client.current_session_monitor,
                *self._answering,
            )
            if task is not None
        ]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self._client.aiohttp_client_session.close()

    async def _take(self, _: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            if request.type != "slash_commands":
                Envelope.model_validate(request.payload)
        except ValidationError as error:
            # Left without an acknowledgement, as a 400 would leave it.
            _log.info("malformed slack payload", error=type(error).__name__)
            return
        task = asyncio.create_task(self._answer(request))
        self._answering.add(task)
        task.add_done_callback(self._answered)

    async def _answer(self, request: SocketModeRequest) -> None:
        with self._in_flight.open():
            await self._handler.handle(self._client, request)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("socket request failed", exc_info=error)
