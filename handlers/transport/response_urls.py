"""Addresses for an answer (`response_url`): any that is not Slack's own is taken out of a request.

They stand in commands, buttons and shortcuts; no listener sees another one, and what listeners
answer goes out as all else does.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.webhook import WebhookResponse

from bot.core.addresses import is_slack_response_url
from bot.network import Session

_NAME = "response_url"
# What reads addresses drops these, before one and within it.
_DROPPED: Final = dict.fromkeys(range(0x21))

_log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[BoltResponse]]


class _Respond(AsyncRespond):
    """Answers an interaction; in place of Bolt's, which follows redirects and every proxy."""

    def __init__(self, session: Session, response_url: str | None) -> None:
        super().__init__(response_url=response_url)
        self._session = session

    async def __call__(self, text: Any = "", *_: Any, **options: Any) -> WebhookResponse:
        """Send an answer; raises `ValueError` where Slack gave no address for one."""
        if self.response_url is None:
            raise ValueError("no response_url")
        given = {name: value for name, value in options.items() if value is not None}
        status = await self._session.post_json(self.response_url, {"text": text, **given})
        return WebhookResponse(url="", status_code=status, body="", headers={})


class OnlySlacks(AsyncMiddleware):
    """What Bolt passes every request through; `api_url` is Slack's Web API."""

    def __init__(self, api_url: str, session: Session) -> None:
        self._api_url = api_url
        self._session = session

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Next,  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Take foreign addresses out, and go on."""
        several = req.body.get("response_urls")
        urls = [one.get(_NAME) for one in several or () if isinstance(one, dict)]
        if self._is_foreign(req.body.get(_NAME)) or any(map(self._is_foreign, urls)):
            _log.warning("response_url is not slack's, left unused")
            req.body.pop(_NAME, None)
            req.body.pop("response_urls", None)
            req.context.pop(_NAME, None)
        url = req.body.get(_NAME)
        req.context["respond"] = _Respond(self._session, url if isinstance(url, str) else None)
        return await next()

    def _is_foreign(self, url: Any) -> bool:
        # What is no address at all is for the payload's own check.
        if not isinstance(url, str):
            return False
        is_address = url.translate(_DROPPED).lower().startswith(("http:", "https:"))
        return is_address and not is_slack_response_url(url, self._api_url)
