"""A call's Slack thread: open it, keep its status message current, report the result in it."""

from dataclasses import replace

from bot.blocks.messages.message import Message
from bot.blocks.messages.result import result_message
from bot.blocks.messages.status import status_message
from bot.blocks.words.reasons import people_named
from bot.blocks.words.user_messages import followed_elsewhere, place_closed, result_not_shown
from bot.core.calls.call import Call
from bot.core.calls.series import Series
from bot.core.errors import ChannelUnavailable
from bot.slack.names import Names
from bot.slack.posting import Posted, direct_message, edit, post
from bot.slack.response_urls import ResponseUrls
from bot.slack.workspaces import Workspaces


class Thread:
    """What the dispatcher says in Slack about one call or another.

    Every method raises `SlackUnavailable` for what may work later, `TokenRefused` when Slack no
    longer takes the workspace's token, and `ChannelUnavailable` when there is no place left to
    write in.
    """

    def __init__(self, workspaces: Workspaces, names: Names, response_urls: ResponseUrls) -> None:
        self._workspaces = workspaces
        self._names = names
        self._response_urls = response_urls

    async def open(self, call: Call) -> Posted:
        """Post the status message where it was asked for, or in a direct message instead."""
        try:
            if call.channel == call.requester:
                return await self._post_directly(call)
            return await self._post(call, call.channel, await self._status(call), call.thread_ts)
        except ChannelUnavailable as closed:
            posted = await self._post_directly(replace(call, place_error=closed.code))
            return replace(posted, place_error=closed.code)

    async def update(self, series: Series) -> None:
        """Make the status message of a series say what is true of its attempts now."""
        if series.posted_in is None or series.message_ts is None:
            return
        message = await self._status(series.current, series)
        workspace = await self._workspaces.of(series.current.team)
        await edit(workspace.slack, series.posted_in, series.message_ts, message)

    async def post_status(self, series: Series) -> Posted:
        """Post in the thread what the status message would say, for one that cannot be edited."""
        current = series.current
        if current.posted_in is None:
            raise ChannelUnavailable("no_thread")
        message = await self._status(current, series)
        return await self._post(current, current.posted_in, message, current.root_ts)

    async def report(self, call: Call) -> Posted:
        """Post the result in the thread, or in a direct message if the thread is closed."""
        links = (await self._workspaces.of(call.team)).links
        names = await self._names.known_as(call.team, people_named(call.reason))
        elsewhere = result_message(call, links, names, is_elsewhere=True)
        return await self._report(call, result_message(call, links, names), elsewhere)

    async def report_plainly(self, call: Call) -> Posted:
        """Post how the call ended, where its result cannot be shown as it should be."""
        message = Message(result_not_shown(call), [])
        return await self._report(call, message, message)

    async def _report(self, call: Call, message: Message, elsewhere: Message) -> Posted:
        try:
            if call.posted_in is None:
                raise ChannelUnavailable("no_thread")
            return await self._post(call, call.posted_in, message, call.root_ts)
        except ChannelUnavailable as closed:
            posted = await self._post(call, await self._direct_message(call), elsewhere)
            return replace(posted, place_error=closed.code)

    async def tell(self, call: Call, text: str) -> bool:
        """Tell the requester `text` where the call was asked for; return whether it went out.

        That is the command's `response_url`, which works 5 times within 30 minutes.
        """
        if call.response_url is None:
            return False
        return await self._response_urls.tell(call.response_url.get_secret_value(), text)

    async def tell_place_closed(self, call: Call) -> bool:
        """Tell the requester in this way why the thread is not where it was asked for."""
        return await self.tell(call, place_closed(call))

    async def tell_where(self, call: Call) -> bool:
        """Tell the requester in this way where the thread is, which they asked for elsewhere."""
        links = (await self._workspaces.of(call.team)).links
        return await self.tell(call, followed_elsewhere(call, links))

    async def tell_result(self, call: Call) -> bool:
        """Tell the requester the result in this way, where no place is left to post it in."""
        return await self.tell(call, result_message(call).text)

    async def _post_directly(self, call: Call) -> Posted:
        channel = await self._direct_message(call)
        moved = replace(call, posted_in=channel)
        return await self._post(call, channel, await self._status(moved))

    async def _status(self, call: Call, series: Series | None = None) -> Message:
        """Return the status message of a call, in which people stand by name."""
        attempts = series.attempts if series else [call]
        approval = series.approval if series else None
        people = [call.requester, *(one.canceled_by for one in attempts)]
        people += [approval.decided_by] if approval else []
        people += people_named(call.reason)
        names = await self._names.known_as(call.team, filter(None, people))
        workspace = await self._workspaces.of(call.team)
        return status_message(call, workspace.links, series, names)

    async def _direct_message(self, call: Call) -> str:
        workspace = await self._workspaces.of(call.team)
        return await direct_message(workspace.slack, call.requester)

    async def _post(
        self, call: Call, channel: str, message: Message, root_ts: str | None = None
    ) -> Posted:
        workspace = await self._workspaces.of(call.team)
        return await post(workspace.slack, channel, message, root_ts)
