"""A mention, in a channel or in a thread: `@Ringback NUMBER WHAT FOR` is placed at once.

The result comes into that thread. What lacks something is asked for in the thread, with a button
that opens the form. Edits, bots, people of other teams and repeated deliveries start nothing.
A mention that cannot be saved is not acknowledged: Slack sends it again.
"""

import re
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp

from bot.blocks.problems import sentences
from bot.blocks.text import unescape
from bot.blocks.user_messages import not_done
from bot.core.errors import MembershipUnknown, OtherTeam
from bot.core.reader import Reading, read_request
from bot.core.request import CallRequest, IncompleteRequest
from bot.service import CallService
from handlers.payloads.events import Mention

# What people put between the name and what they say to it.
_SEPARATORS: Final = " \t\r\n,:;.!–—-"

_log = structlog.get_logger(__name__)


def register(app: AsyncApp, service: CallService) -> None:
    """Answer mentions on `app`."""

    async def mentioned(body: dict[str, Any]) -> None:
        mention = Mention.model_validate(body)
        event = mention.event
        if event.user is None or event.bot_id or event.subtype or event.edited is not None:
            return
        text = _asked(event.text, mention.bot_user)
        reading = read_request(text, service.region)
        incomplete = IncompleteRequest(
            **_asked_by(mention, event.user), recipient=reading.number, prompt=reading.prompt
        )
        try:
            if request := _request(mention, event.user, reading):
                await service.request(request)
            else:
                await service.ask_for_more(incomplete, sentences(reading.doubts))
        except OtherTeam:
            _log.info("mention of another team's person ignored", team=mention.person_team)
        except MembershipUnknown as error:
            await service.refuse(incomplete, not_done(error))

    app.event("app_mention")(mentioned)


def _asked(text: str, bot_user: str | None) -> str:
    """Return what was said to the bot: what follows its mention, or else what precedes it."""
    name = re.escape(bot_user) if bot_user else r"\w+"
    before, _, after = _parted(text, rf"<@{name}(?:\|[^>]*)?>")
    return unescape(after).lstrip(_SEPARATORS).rstrip() or unescape(before).strip()


def _parted(text: str, pattern: str) -> tuple[str, str, str]:
    match = re.search(pattern, text)
    if match is None:
        return "", "", text
    return text[: match.start()], match[0], text[match.end() :]


def _request(mention: Mention, user: str, reading: Reading) -> CallRequest | None:
    if reading.recipient is None or not reading.is_unambiguous:
        return None
    return CallRequest(
        **_asked_by(mention, user), recipient=reading.recipient, prompt=reading.prompt
    )


def _asked_by(mention: Mention, user: str) -> dict[str, Any]:
    event = mention.event
    return {
        "request_key": f"event:{mention.event_id}",
        "team": mention.person_team,
        "enterprise": mention.person_enterprise,
        "requester": user,
        "channel": event.channel,
        "thread_ts": event.thread_ts or event.ts,
    }
