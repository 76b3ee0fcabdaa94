"""Requests of workspaces that the bot was removed from: told so, and kept from the listeners.

So are those of whose workspace the database does not tell now.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.blocks.views.notice import notice
from bot.blocks.words.user_messages import NOT_INSTALLED, NOT_SAVED
from bot.core.errors import StoreError
from handlers.views import TELL_SECONDS, try_send

# What the authorization says in the context of such a request: why.
_NAME: Final = "ringback_kept_out"

_log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[BoltResponse]]


class OnlyInstalled(AsyncMiddleware):
    """What Bolt passes every request through."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Next,  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Pass on what comes from where the bot is installed."""
        why = req.context.get(_NAME)
        if why is None:
            return await next()
        return await _answer(req, is_away=isinstance(why, StoreError))


async def _answer(req: AsyncBoltRequest, *, is_away: bool) -> BoltResponse:
    words = NOT_SAVED if is_away else NOT_INSTALLED
    if "command" in req.body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})
    if req.body.get("type") == "event_callback":
        # Not acknowledged while the database is away, so that Slack sends it again.
        _log.info("event of no workspace that is known", away=is_away)
        return BoltResponse(status=503 if is_away else 200, body="")
    if req.body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "update", "view": notice(words)})
    if req.body.get("response_url"):
        said = req.context["respond"](text=words, response_type="ephemeral", replace_original=False)
        await try_send(said, seconds=TELL_SECONDS)
    return BoltResponse(status=200, body="")
