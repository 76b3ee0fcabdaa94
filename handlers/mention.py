"""A mention, in a channel or in a thread: `@Ringback NUMBER WHAT FOR` is placed at once.

The result comes into that thread. What lacks something is asked for in the thread, with a button
that opens the form. Edits, bots, people of other teams and repeated deliveries start nothing.
A mention that cannot be saved is not acknowledged: Slack sends it again.
"""

import re
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp

from bot.blocks.form import NUMBER
from bot.blocks.text import unescape
from bot.blocks.user_messages import UNSURE_MENTION, not_done
from bot.core.call import CallRequest
from bot.core.errors import InvalidRequest, MembershipUnknown, OtherTeam
from bot.core.phone import Reading, find, read
from bot.service import CallService, check
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
        reading = read(text, service.region)
        try:
            if not reading.sure:
                _refuse(reading, service.region)
            await service.request(_request(mention, event.user, reading))
        except InvalidRequest as error:
            found = reading.number or find(text, service.region)
            kept = Reading(found, reading.prompt)
            # A number in the midst of the text is there, only not where it is read from.
            unsure = found and not reading.number
            trouble = UNSURE_MENTION if unsure else " ".join(error.problems.values())
            await _ask_for_more(service, _request(mention, event.user, kept), trouble)
        except OtherTeam:
            _log.info("mention of another team's person ignored", team=mention.person_team)
        except MembershipUnknown as error:
            await service.refuse(_request(mention, event.user, Reading("", "")), not_done(error))

    app.event("app_mention")(mentioned)


async def _ask_for_more(service: CallService, request: CallRequest, trouble: str) -> None:
    try:
        await service.ask_for_more(request, trouble)
    except OtherTeam:
        _log.info("mention of another team's person ignored", team=request.team)
    except MembershipUnknown as error:
        await service.refuse(request, not_done(error))


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


def _refuse(reading: Reading, region: str) -> None:
    check(reading.number, reading.prompt, region)
    raise InvalidRequest({NUMBER: UNSURE_MENTION})


def _request(mention: Mention, user: str, reading: Reading) -> CallRequest:
    event = mention.event
    return CallRequest(
        request_key=f"event:{mention.event_id}",
        team=mention.person_team,
        enterprise=mention.person_enterprise,
        requester=user,
        channel=event.channel,
        thread_ts=event.thread_ts or event.ts,
        recipient=reading.number,
        prompt=reading.prompt,
    )
