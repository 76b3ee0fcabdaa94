"""Requests of workspaces that the bot was removed from: told so, and kept from the listeners."""

from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.blocks.user_messages import NOT_INSTALLED
from handlers.views import TELL_SECONDS, try_send

# What the authorization says in the context of such a request.
_NAME: Final = "ringback_not_installed"

Next = Callable[[], Awaitable[BoltResponse]]


async def only_installed(req: AsyncBoltRequest, next_: Next) -> BoltResponse:
    """Pass on what comes from where the bot is installed."""
    if not req.context.get(_NAME):
        return await next_()
    if "command" in req.body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": NOT_INSTALLED})
    if req.body.get("response_url"):
        said = req.context["respond"](text=NOT_INSTALLED, response_type="ephemeral")
        await try_send(said, seconds=TELL_SECONDS)
    return BoltResponse(status=200, body="")
