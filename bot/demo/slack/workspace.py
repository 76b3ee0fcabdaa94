"""A Slack workspace: what happens to its people, channels, messages and views."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Final

from bot.demo.changes import Changes
from bot.demo.slack.clock import Clock, Grants, Timestamps
from bot.demo.slack.contents import (
    Blocks,
    Channel,
    Ephemeral,
    Interaction,
    Message,
    Person,
    View,
)

TEAM: Final = "T0RINGBACK"
OTHER_TEAM: Final = "T0OTHER"
APP: Final = "A0RINGBACK"
BOT: Final = "B0RINGBACK"
BOT_USER: Final = "U0RINGBACK"
ADA: Final = "U0ADA"
GRACE: Final = "U0GRACE"
GENERAL: Final = "C0GENERAL"
SALES: Final = "C0SALES"
BOARD: Final = "C0BOARD"
ARCHIVE: Final = "C0ARCHIVE"
ADA_AND_GRACE: Final = "D0ADAGRACE"
_PEOPLE: Final = {ADA: "ada", GRACE: "grace"}
SCOPES: Final = (
    "commands",
    "chat:write",
    "chat:write.public",
    "im:write",
    "im:history",
    "app_mentions:read",
    "users:read",
)


class Workspace:
    """One team's people and conversations, and a record of all that was written in them.

    Where the app is installed there is a `bot_token`, the same one in all workspaces of an
    organization (Enterprise Grid) that it is installed in as a whole (`org_wide`). With a
    `token_error`, the token is answered that and nothing else. The ids of its people and channels
    end in `suffix`.
    """

    def __init__(
        self,
        clock: Clock,
        trigger_seconds: float,
        changes: Changes,
        team: str = TEAM,
        *,
        name: str = "Ringback demo",
        enterprise: str | None = None,
        view_numbers: Iterator[int] | None = None,
        suffix: str = "",
    ) -> None:
        self.id = team
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.enterprise = enterprise
        self.clock = clock
        self.timestamps = Timestamps(clock)
        self.triggers: Grants[Interaction] = Grants(clock, seconds=trigger_seconds, uses=1)
        self.response_urls: Grants[Interaction] = Grants(clock, seconds=30 * 60, uses=5)
        self.changes = changes
        people = [Person(f"{id_}{suffix}", name, team) for id_, name in _PEOPLE.items()]
        self.people = {person.id: person for person in people}
        channels = _default_channels(set(self.people), suffix)
        self.channels = {channel.id: channel for channel in channels}
        self.messages: dict[str, Message] = {}
        self.ephemerals: list[Ephemeral] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self._view_numbers = view_numbers or itertools.count()
        self.messages_tab_enabled = True
        self.home_tab_enabled = True
        self.bot_token: str | None = None
        self.scopes: set[str] = set(SCOPES)
        self.org_wide = False
        self.token_error: str | None = None

    @property
    def enterprise_name(self) -> str | None:
        """The name of the organization that it is part of."""
        return f"Organization {self.enterprise}" if self.enterprise else None

    @property
    def is_installed(self) -> bool:
        """Whether the app is installed, and its token good for something."""
        return self.bot_token is not None and self.token_error is None

    def holds(self, name: str) -> bool:
        """Return whether a channel, view, trigger or person of that id is its own."""
        person = self.people.get(name)
        is_own = person is not None and person.team == self.id
        return is_own or name in self.channels or name in self.views or name in self.triggers

    def direct_message(self, user: str) -> Channel:
        """Return the conversation between the bot and a person; it is made if there is none."""
        channel_id = f"D{user[1:]}"
        if channel_id not in self.channels:
            members = {user, BOT_USER}
            self.channels[channel_id] = Channel(channel_id, "", "direct", members)
            self.changes.notify()
        return self.channels[channel_id]

    def message(self, channel: str, ts: str | None) -> Message | None:
        """Return the message with that timestamp, unless it was deleted."""
        message = self.messages.get(str(ts))
        return message if message and message.channel == channel and not message.deleted else None

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: Blocks | None = None,
        thread_ts: str | None = None,
        subtype: str | None = None,
        attachments: list[dict[str, Any]] | None = None,
    ) -> Message:
        """Add a message. A reply to a reply joins the thread of the first message."""
        root = self.message(channel, thread_ts)
        if root and root.thread_ts:
            root = self.message(channel, root.thread_ts)
        thread_ts = root.ts if root else thread_ts
        message = Message(self.timestamps.next(), channel, user, text, blocks or [], thread_ts)
        message.subtype, message.attachments = subtype, attachments or []
        if root:
            root.replies.append(message)
        self.messages[message.ts] = message
        self.changes.notify()
        return message

    def edit(self, message: Message, text: str, blocks: Blocks) -> None:
        """Put another content in place of a message's."""
        message.text, message.blocks = text, blocks
        message.edited += 1
        message.edited_ts = self.timestamps.next()
        self.changes.notify()

    def delete(self, message: Message | Ephemeral) -> None:
        """Delete a message; where it has replies, they remain."""
        message.deleted = True
        self.changes.notify()

    def whisper(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: Blocks | None = None,
        by_slack: bool = False,
        thread_ts: str | None = None,
    ) -> Ephemeral:
        """Add a message for one person only."""
        ts = self.timestamps.next()
        ephemeral = Ephemeral(ts, channel, user, text, blocks or [], by_slack, thread_ts=thread_ts)
        self.ephemerals.append(ephemeral)
        self.changes.notify()
        return ephemeral

    def open_view(
        self, user: str, payload: dict[str, Any], channel: str | None, parent: View | None = None
    ) -> View:
        """Put a view before a person, on top of its parent."""
        view = View(f"V{next(self._view_numbers):010d}", user, payload, channel, parent)
        self.views[view.id] = view
        self.changes.notify()
        return view

    def update_view(self, view: View, payload: dict[str, Any]) -> None:
        """Put another content in place of a view's."""
        view.payload, view.errors, view.problem = payload, {}, None
        view.updates += 1
        self.changes.notify()

    def publish_home(self, user: str, payload: dict[str, Any]) -> View:
        """Put a content in a person's Home tab."""
        if user in self.homes:
            self.update_view(self.homes[user], payload)
        else:
            home = View(f"V{next(self._view_numbers):010d}", user, payload, None, open=False)
            self.views[home.id] = self.homes[user] = home
            self.changes.notify()
        return self.homes[user]

    def close_views(self, views: Iterable[View]) -> None:
        """Take views away from the person who has them."""
        for view in views:
            view.open = False
        self.changes.notify()

    def describe(self) -> str:
        """Say in a few lines what the workspace holds, for whoever waited in vain."""
        lines = [_line(message) for message in self.messages.values()]
        lines += [f"only for {one.user}: {_line(one)}" for one in self.ephemerals]
        lines += [f"view {one.id} of {one.user}" for one in self.views.values() if one.open]
        return "\n".join(lines) or "The workspace is empty."


def _default_channels(people: set[str], suffix: str) -> list[Channel]:
    return [
        Channel(f"{GENERAL}{suffix}", "general", "public", people | {BOT_USER}),
        Channel(f"{SALES}{suffix}", "sales", "public", set(people)),
        Channel(f"{BOARD}{suffix}", "board", "private", set(people)),
        Channel(f"{ARCHIVE}{suffix}", "archive", "public", people | {BOT_USER}, archived=True),
        Channel(f"{ADA_AND_GRACE}{suffix}", "", "direct", set(people)),
    ]


def _line(message: Message | Ephemeral) -> str:
    thread = getattr(message, "thread_ts", None)
    return " ".join(
        filter(
            None,
            [
                message.channel,
                message.ts,
                f"in {thread}" if thread else "",
                "(deleted)" if message.deleted else "",
                f"{message.user}:",
                repr(message.text),
                f"+ {len(message.blocks)} blocks" if message.blocks else "",
            ],
        )
    )
