"""Posting and editing messages, with their blocks or plain where Slack does not take those."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.blocks.messages.message import Message
from bot.core.errors import ChannelUnavailable, InvalidBlocks
from bot.slack.api import SlackApi, text_in

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Posted:
    """Where a message went; `place_error` says why it is not where it was asked for."""

    channel: str
    ts: str
    place_error: str | None = None


async def post(
    slack: SlackApi, channel: str, message: Message, root_ts: str | None = None
) -> Posted:
    """Post a message, below `root_ts` if there is one; raises `SlackError`."""
    try:
        answer = await _send(slack, channel, message, root_ts)
    except InvalidBlocks as error:
        # Better plain than not at all.
        _log.error("blocks refused", error=error.code)
        answer = await _send_plainly(slack, channel, message, root_ts)
    # Slack answers the id of the conversation, also where a user's id was given.
    return Posted(text_in(answer, "channel", channel), text_in(answer, "ts"))


async def edit(slack: SlackApi, channel: str, ts: str, message: Message) -> None:
    """Put another content in place of a message's; raises `SlackError`."""
    request = slack.client.chat_update(
        channel=channel, ts=ts, text=message.text, blocks=message.blocks
    )
    await slack.ask("chat.update", request)


async def direct_message(slack: SlackApi, user: str) -> str:
    """Return the conversation with one person alone; raises `SlackError`."""
    answer = await slack.ask("conversations.open", slack.client.conversations_open(users=user))
    return text_in(answer.get("channel"), "id")


async def _send_plainly(
    slack: SlackApi, channel: str, message: Message, root_ts: str | None
) -> Mapping[str, Any]:
    try:
        return await _send(slack, channel, Message(message.text, []), root_ts)
    except InvalidBlocks as error:
        # There are none any more: it is the channel that takes nothing.
        raise ChannelUnavailable(error.code) from error


async def _send(
    slack: SlackApi, channel: str, message: Message, root_ts: str | None
) -> Mapping[str, Any]:
    request = slack.client.chat_postMessage(
        channel=channel,
        text=message.text,
        blocks=message.blocks or None,
        thread_ts=root_ts,
        unfurl_links=False,
        unfurl_media=False,
    )
    return await slack.ask("chat.postMessage", request)
