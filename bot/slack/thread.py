"""A call's Slack thread: open it, keep its status message current, report the result in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.blocks.message import Message
from bot.blocks.result import result_message
from bot.blocks.status import status_message
from bot.blocks.text import shown
from bot.blocks.user_messages import place_closed, result_not_shown
from bot.core.call import Call
from bot.core.errors import ChannelUnavailable, InvalidBlocks
from bot.core.outcome import outcome_of
from bot.core.phone import format_international
from bot.core.series import Series
from bot.slack.api import SlackApi, text_in
from bot.slack.workspace import Workspace

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Posted:
    """Where a message went; `place_error` says why it is not where it was asked for."""

    channel: str
    ts: str
    place_error: str | None = None


class Thread:
    """What the dispatcher says in Slack about one call or another.

    Every method raises `SlackUnavailable` for what may work later, `TokenRefused` when Slack no
    longer takes the token, and `ChannelUnavailable` when there is no place left to write in.
    """

    def __init__(self, slack: SlackApi, workspace: Workspace) -> None:
        self._slack = slack
        self._workspace = workspace

    async def open(self, call: Call) -> Posted:
        """Post the status message where it was asked for, or in a direct message instead."""
        try:
            if call.channel == call.requester:
                return await self._post_directly(call)
            message = status_message(call, self._workspace.links)
            return await self._post(call.channel, message, call.thread_ts)
        except ChannelUnavailable as closed:
            posted = await self._post_directly(replace(call, place_error=closed.code))
            return replace(posted, place_error=closed.code)

    async def update(self, series: Series) -> None:
        """Make the status message of a series say what is true of its attempts now."""
        if series.posted_in is None or series.message_ts is None:
            return
        message = status_message(series.current, self._workspace.links, series)
        await self._slack.ask(
            "chat.update",
            self._slack.client.chat_update(
                channel=series.posted_in,
                ts=series.message_ts,
                text=message.text,
                blocks=message.blocks,
            ),
        )

    async def post_status(self, series: Series) -> Posted:
        """Post in the thread what the status message would say, for one that cannot be edited."""
        current = series.current
        if current.posted_in is None:
            raise ChannelUnavailable("no_thread")
        message = status_message(current, self._workspace.links, series)
        return await self._post(current.posted_in, message, current.root_ts)

    async def report(self, call: Call) -> Posted:
        """Post the result in the thread, or in a direct message if the thread is closed."""
        return await self._report(call, result_message(call, self._workspace.links))

    async def report_plainly(self, call: Call) -> Posted:
        """Post how the call ended, where its result cannot be shown as it should be."""
        words, number = shown(outcome_of(call).words, 150), format_international(call.recipient)
        return await self._report(call, Message(result_not_shown(words, number), []))

    async def _report(self, call: Call, message: Message) -> Posted:
        try:
            if call.posted_in is None:
                raise ChannelUnavailable("no_thread")
            return await self._post(call.posted_in, message, call.root_ts)
        except ChannelUnavailable as closed:
            posted = await self._post(await self._direct_message(call), message)
            return replace(posted, place_error=closed.code)

    async def tell(self, call: Call, text: str) -> bool:
        """Tell the requester `text` where the call was asked for; return whether it went out.

        That is the command's `response_url`, which works 5 times within 30 minutes.
        """
        if call.response_url is None:
            return False
        return await self._slack.tell(call.response_url.get_secret_value(), text)

    async def tell_place_closed(self, call: Call) -> bool:
        """Tell the requester in this way why the thread is not where it was asked for."""
        return await self.tell(call, place_closed(call))

    async def tell_result(self, call: Call) -> bool:
        """Tell the requester the result in this way, where no place is left to post it in."""
        return await self.tell(call, result_message(call, self._workspace.links).text)

    async def _post_directly(self, call: Call) -> Posted:
        channel = await self._direct_message(call)
        moved = replace(call, posted_in=channel)
        return await self._post(channel, status_message(moved, self._workspace.links))

    async def _direct_message(self, call: Call) -> str:
        response = await self._slack.ask(
            "conversations.open", self._slack.client.conversations_open(users=call.requester)
        )
        return text_in(response.get("channel"), "id")

    async def _post(self, channel: str, message: Message, root_ts: str | None = None) -> Posted:
        try:
            response = await self._post_blocks(channel, message, root_ts)
        except InvalidBlocks as error:
            # Better plain than not at all.
            _log.error("blocks refused", error=error.code)
            response = await self._post_text(channel, message.text, root_ts)
        # Slack answers the id of the conversation, also where a user's id was given.
        return Posted(text_in(response, "channel", channel), text_in(response, "ts"))

    async def _post_text(self, channel: str, text: str, root_ts: str | None) -> Mapping[str, Any]:
        try:
            return await self._post_blocks(channel, Message(text, []), root_ts)
        except InvalidBlocks as error:
            # There are none any more: it is the place that takes nothing.
            raise ChannelUnavailable(error.code) from error

    async def _post_blocks(
        self, channel: str, message: Message, root_ts: str | None
    ) -> Mapping[str, Any]:
        return await self._slack.ask(
            "chat.postMessage",
            self._slack.client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.blocks or None,
                thread_ts=root_ts,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
