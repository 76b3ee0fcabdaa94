"""Replies to what people write to the bot, in the thread of the message or in a direct message."""

from collections.abc import Callable

import structlog

from bot.blocks.messages.drafts import draft_message
from bot.blocks.messages.help import help_message
from bot.blocks.messages.message import Message
from bot.blocks.words.reasons import people_in_fact
from bot.core.calls.call import Call
from bot.core.draft import Draft, DraftKind
from bot.core.errors import ChannelUnavailable
from bot.slack.api import text_in
from bot.slack.home_tabs import Home
from bot.slack.names import Names
from bot.slack.posting import Posted, direct_message, edit, post
from bot.slack.workspaces import Workspaces
from bot.storage.workspace_settings import WorkspaceSettingsStore

# What to say where; the argument is the conversation that it can't be said in, if there is one.
Say = Callable[[str | None], Message]

_log = structlog.get_logger(__name__)


class Replies:
    """What the lane of drafts says in Slack; `command` is the slash command that help names.

    Every method raises what those of `Thread` raise.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        home: Home,
        settings: WorkspaceSettingsStore,
        names: Names,
        *,
        command: str,
    ) -> None:
        self._workspaces = workspaces
        self._home = home
        self._settings = settings
        self._names = names
        self._command = command

    async def answer(self, draft: Draft, call: Call | None) -> Posted:
        """Answer a message; `call` is the one that the draft refers to. Raises `Unreadable` too."""
        if draft.kind is DraftKind.LIST:
            message = await self._home.listed(draft.requester, draft.team)
            return await self._post_privately(draft, message)

        if draft.kind is DraftKind.HELP:
            holds = await self._settings.of(draft.team)
            approval = holds.policy.approval
            message = help_message(self._command, holds.house_rules, needs_approval=approval)
            return await self._post_where_possible(draft, lambda _: message)

        people = people_in_fact(draft.policy_fact)
        names = await self._names.known_as(draft.team, people)

        def say(moved_from: str | None) -> Message:
            return draft_message(draft, self._command, call, moved_from=moved_from, names=names)

        return await self._post_where_possible(draft, say)

    async def update(self, draft: Draft, call: Call | None) -> None:
        """Make an answer say what is true now; `call` is the one that the draft became."""
        if draft.posted_in is None or draft.message_ts is None:
            return
        message = draft_message(draft, self._command, call)
        workspace = await self._workspaces.of(draft.team)
        await edit(workspace.slack, draft.posted_in, draft.message_ts, message)

    async def _post_where_possible(self, draft: Draft, say: Say) -> Posted:
        """Reply where the message was written, or in a direct message if that is closed."""
        slack = (await self._workspaces.of(draft.team)).slack
        try:
            return await post(slack, draft.channel, say(None), draft.thread_ts)
        except ChannelUnavailable as closed:
            _log.info("reply goes to a direct message", draft=str(draft.id), error=closed.code)
            return await self._post_directly(draft, say(draft.channel))

    async def _post_privately(self, draft: Draft, message: Message) -> Posted:
        """Reply beside the message so that only who wrote it sees that.

        In the channel, where the message itself stands there: a thread without replies shows nobody
        what only one person may see (the documentation of `chat.postEphemeral`).
        """
        if draft.channel.startswith("D"):
            return await self._post_where_possible(draft, lambda _: message)
        slack = (await self._workspaces.of(draft.team)).slack
        try:
            answer = await slack.ask(
                "chat.postEphemeral",
                slack.client.chat_postEphemeral(
                    channel=draft.channel,
                    user=draft.requester,
                    text=message.text,
                    blocks=message.blocks,
                    thread_ts=None if draft.is_of_root else draft.thread_ts,
                ),
            )
        except ChannelUnavailable:
            return await self._post_directly(draft, message)
        return Posted(draft.channel, text_in(answer, "message_ts"))

    async def _post_directly(self, draft: Draft, message: Message) -> Posted:
        slack = (await self._workspaces.of(draft.team)).slack
        return await post(slack, await direct_message(slack, draft.requester), message)
