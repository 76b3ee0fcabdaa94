"""Putting a view or a sentence before one person, within the 3 s that their trigger lives."""

import asyncio
import json
from collections.abc import Awaitable, Iterable
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.views.notice import notice
from bot.blocks.words.policy import Plain
from bot.blocks.words.user_messages import NO_VIEW
from bot.core.person import Person
from bot.core.seal import Seal
from bot.service.calls import CallService
from handlers.payloads.presses import Press

# Slack waits 3 s for an answer: after a view that was not shown there is time to say so.
_VIEW_SECONDS: Final = 2.0
TELL_SECONDS: Final = 0.7
# The SDK raises AttributeError for an answer that is no object, ValueError without an address.
_FAILURES: Final = (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, AttributeError,
                    ValueError)  # fmt: skip

_log = structlog.get_logger(__name__)


def sealed(view: dict[str, Any], seal: Seal) -> dict[str, Any]:
    """Return a view with a seal on what it carries."""
    return {**view, "private_metadata": seal.seal(json.loads(view.get("private_metadata") or "{}"))}


async def try_send(request: Awaitable[object], *, seconds: float | None = None) -> bool:
    """Send a request that shows something to a person; return whether Slack took it in time."""
    try:
        async with asyncio.timeout(_VIEW_SECONDS if seconds is None else seconds):
            await request
    except _FAILURES as error:
        _log.warning("not shown", error=type(error).__name__)
        return False
    return True


async def reply_privately(
    client: AsyncWebClient, respond: AsyncRespond, press: Press, text: str
) -> None:
    """Tell `text` to who pressed something, and only to them.

    Where the button stands on a message it is said there, in its thread if it is a reply, elsewhere
    in a modal, or in a direct message if it is that no view could be shown.
    """
    if press.response_url is not None:
        said = respond(
            text=text,
            response_type="ephemeral",
            replace_original=False,
            thread_ts=press.thread_ts,
        )
        await try_send(said, seconds=TELL_SECONDS)
    elif text == NO_VIEW:
        await tell_directly(client, press.person, text)
    else:
        modal = press.view is not None and press.view.type == "modal"
        show = client.views_push if modal else client.views_open
        await try_send(show(trigger_id=press.trigger_id, view=notice(text)))


async def tell_directly(client: AsyncWebClient, person: Person, text: str) -> None:
    """Tell `text` to a person in the direct message with the bot, after all else has failed."""
    said = client.chat_postMessage(channel=person.id, text=text)
    await try_send(said, seconds=TELL_SECONDS)


async def plain_for(person: Person, service: CallService, named: Iterable[str] = ()) -> Plain:
    """Return how people and times are written in a form that somebody reads, those `named` too."""
    await service.people.get_to_know(person, named)
    names = await service.people.known_names_of(person)
    return Plain(zone=await service.people.zone_of(person), names=names)
