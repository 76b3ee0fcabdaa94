"""Requests of workspaces that the bot was removed from: told so, and kept from the listeners."""

from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.blocks.user_messages import NOT_INSTALLED
from handlers.views import TELL_SECONDS, try_send

# What the authorization says in the context of such a request.
_NAME: Final = "ringback_not_installed"

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
        if not req.context.get(_NAME):
            return await next()
        if "command" in req.body:
            told = {"response_type": "ephemeral", "text": NOT_INSTALLED}
            return BoltResponse(status=200, body=told)
        if req.body.get("response_url"):
            said = req.context["respond"](text=NOT_INSTALLED, response_type="ephemeral")
            await try_send(said, seconds=TELL_SECONDS)
        return BoltResponse(status=200, body="")
