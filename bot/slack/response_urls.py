"""Answers at a `response_url`: they need no token, and no place that the bot may post in."""

import asyncio

import aiohttp
import structlog

from bot.core.addresses import is_slack_response_url
from bot.metrics import Metrics
from bot.network import Session

_log = structlog.get_logger(__name__)


class ResponseUrls:
    """Sends answers; `api_url` is Slack's Web API, and each ends within `timeout` seconds."""

    def __init__(self, api_url: str, session: Session, metrics: Metrics, *, timeout: float) -> None:
        self._api_url = api_url
        self._session = session
        self._metrics = metrics
        self._timeout = timeout

    async def tell(self, response_url: str, text: str) -> bool:
        """Tell one person `text` where something was done; return whether it went out.

        A `response_url` works 5 times within 30 minutes.
        """
        if not is_slack_response_url(response_url, self._api_url):
            _log.warning("response_url is not slack's, left unused")
            return False
        answer = {"text": text, "response_type": "ephemeral", "replace_original": False}
        try:
            async with asyncio.timeout(self._timeout):
                status = await self._session.post_json(response_url, answer)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            _log.warning("response_url failed", error=type(error).__name__)
            return False
        self._metrics.slack.labels("response_url", str(status)).inc()
        return status == 200
