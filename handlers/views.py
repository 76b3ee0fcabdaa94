"""Putting a view or a sentence before one person, within the 3 s that their trigger lives."""

import asyncio
from collections.abc import Awaitable
from typing import Final

import aiohttp
import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.notice import notice
from handlers.payload import Press

_SECONDS: Final = 2.0
# The SDK raises AttributeError for an answer that is no object, ValueError without an address.
_FAILURES: Final = (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, AttributeError,
                    ValueError)  # fmt: skip

_log = structlog.get_logger(__name__)


async def is_shown(request: Awaitable[object]) -> bool:
    """Send a request that shows something to a person; return whether Slack took it in time."""
    try:
        async with asyncio.timeout(_SECONDS):
            await request
    except _FAILURES as error:
        _log.warning("not shown", error=type(error).__name__)
        return False
    return True


async def tell(client: AsyncWebClient, respond: AsyncRespond, press: Press, text: str) -> None:
    """Tell `text` to who pressed something, and only to them.

    Where the button stands on a message it is said there, elsewhere in a modal.
    """
    if press.response_url is not None:
        said = respond(text=text, response_type="ephemeral", replace_original=False)
        await is_shown(said)
    elif press.view is not None and press.view.type == "modal":
        await is_shown(client.views_push(trigger_id=press.trigger_id, view=notice(text)))
    else:
        await is_shown(client.views_open(trigger_id=press.trigger_id, view=notice(text)))
