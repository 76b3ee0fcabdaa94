"""Hands Slack's requests to Bolt; each is measured, and what it logs says whose it is."""

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from structlog.contextvars import bound_contextvars

from bot.in_flight import InFlightRequests
from bot.metrics import Metrics


class Dispatch:
    """The way to the listeners, the same for HTTP and for Socket Mode."""

    def __init__(self, app: AsyncApp, in_flight: InFlightRequests, metrics: Metrics) -> None:
        self._app = app
        self._in_flight = in_flight
        self._metrics = metrics

    async def __call__(self, request: AsyncBoltRequest) -> BoltResponse:
        """Return what a request is answered."""
        with (
            self._metrics.acknowledgements.time(),
            self._in_flight.answering(),
            bound_contextvars(team=request.context.team_id),
        ):
            return await self._app.async_dispatch(request)
