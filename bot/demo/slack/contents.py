"""What is in a workspace: people and conversations, messages and views."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Blocks = list[dict[str, Any]]


@dataclass
class Person:
    """Somebody who uses the workspace; with Slack Connect, somebody of another team.

    Another app's bot has a `bot_id`. In an organization (Enterprise Grid), `enterprise` is that of
    the person's team.
    """

    id: str
    name: str
    team: str
    bot_id: str | None = None
    enterprise: str | None = None
    is_guest: bool = False
    is_deactivated: bool = False
    is_admin: bool = False
    is_owner: bool = False
    zone: str | None = None

    @property
    def real_name(self) -> str:
        """The name in the person's profile."""
        return self.name.capitalize()


@dataclass
class Channel:
    """A conversation. The bot may read and write where `members` has its user id."""

    id: str
    name: str
    kind: Literal["public", "private", "direct"] = "public"
    members: set[str] = field(default_factory=set)
    archived: bool = False
    restricted: bool = False

    @property
    def name_in_payloads(self) -> str:
        """The name as Slack tells it to an app: that of a private conversation is withheld."""
        return {"public": self.name, "private": "privategroup", "direct": "directmessage"}[
            self.kind
        ]


@dataclass
class Message:
    """A message which everybody in the channel sees. `edited` counts its edits."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    thread_ts: str | None = None
    edited: int = 0
    edited_ts: str | None = None
    deleted: bool = False
    subtype: str | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)
    replies: list["Message"] = field(default_factory=list, repr=False, compare=False)

    @property
    def reply_count(self) -> int:
        """How many replies its thread shows."""
        return sum(not reply.deleted for reply in self.replies)


@dataclass
class Ephemeral:
    """A message which only one person sees. Not the bot's but Slack's own if `by_slack`."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    by_slack: bool = False
    deleted: bool = False
    thread_ts: str | None = None


@dataclass
class View:
    """A modal a person has before them, or had, if it is not `open`; or what is in a Home tab.

    `errors` go by block_id; `problem` is what Slack says below them.
    """

    id: str
    user: str
    payload: dict[str, Any]
    channel: str | None
    parent: "View | None" = None
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True
    updates: int = 0
    problem: str | None = None

    @property
    def hash(self) -> str:
        """What tells this state of the view from those before it."""
        return f"{self.id}.{self.updates}"

    @property
    def root(self) -> "View":
        """The view at the bottom of the stack."""
        return self.parent.root if self.parent else self

    @property
    def stack(self) -> "Iterator[View]":
        """The view and those below it."""
        yield self
        if self.parent:
            yield from self.parent.stack


@dataclass(frozen=True)
class Interaction:
    """What a person did and where: what a `trigger_id` and a `response_url` are granted for."""

    user: str
    channel: str | None = None
    message: Message | Ephemeral | None = None
    view: View | None = None
