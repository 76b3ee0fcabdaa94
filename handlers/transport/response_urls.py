"""Addresses for an answer (`response_url`): any that is not Slack's own is taken out of a request.

They stand in commands, buttons and shortcuts, and no listener sees another one.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.core.addresses import is_slack_response_url

_NAME = "response_url"

_log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[BoltResponse]]


def only_slacks(api_url: str) -> Callable[..., Awaitable[BoltResponse]]:
    """Return what Bolt passes every request through; `api_url` is Slack's Web API."""

    def is_foreign(url: Any) -> bool:
        # What is no address at all is for the payload's own check.
        is_address = isinstance(url, str) and url.lower().startswith(("http:", "https:"))
        return is_address and not is_slack_response_url(url, api_url)

    async def check(req: AsyncBoltRequest, next_: Next) -> BoltResponse:
        several = req.body.get("response_urls")
        urls = [one.get(_NAME) for one in several or () if isinstance(one, dict)]
        if is_foreign(req.body.get(_NAME)) or any(map(is_foreign, urls)):
            _log.warning("response_url is not slack's, left unused")
            req.body.pop(_NAME, None)
            req.body.pop("response_urls", None)
            req.context.pop(_NAME, None)
        return await next_()

    return check
