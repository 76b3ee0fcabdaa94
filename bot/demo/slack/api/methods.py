"""The methods of Slack's Web API that a bot may call, and the errors they refuse with."""

import re
from collections.abc import Callable
from typing import Any, Final

from bot.demo.slack.api.refused import Refused, invalid
from bot.demo.slack.api.view_methods import ViewMethods
from bot.demo.slack.contents import Blocks, Channel
from bot.demo.slack.limits import (
    ALL_BLOCKS_CHARACTERS,
    MESSAGE_TEXT,
    UPDATE_TEXT_BYTES,
    characters_of_blocks,
    problems_of_blocks,
)
from bot.demo.slack.payloads import message_payload, permalink
from bot.demo.slack.workspace import BOT, BOT_USER, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]
Method = Callable[[Arguments], Answer]

_TIMESTAMP: Final = re.compile(r"\d{10}\.\d{6}")
# What the bot might call, and may not with the scopes that it has.
_NEEDED: Final = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "conversations.replies": "channels:history",
    "reactions.add": "reactions:write",
    "users.info": "users:read",
    "users.list": "users:read",
}


class Methods:
    """What each method does to the workspace."""

    def __init__(self, workspace: Workspace, posts_per_second: float | None) -> None:
        self._workspace = workspace
        self._posts_per_second = posts_per_second
        self._last_posts: dict[str, float] = {}
        self.table: Final[dict[str, Method]] = {
            "auth.test": self._auth_test,
            "chat.getPermalink": self._get_permalink,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "conversations.open": self._conversations_open,
            "users.info": self._users_info,
            **ViewMethods(workspace).table,
        }

    def _auth_test(self, _arguments: Arguments) -> Answer:
        workspace = self._workspace
        is_of_all = workspace.org_wide
        host = f"{workspace.domain}.enterprise" if is_of_all else workspace.domain
        return {
            "url": f"https://{host}.slack.com/",
            "team": workspace.enterprise_name if is_of_all else workspace.name,
            "team_id": workspace.enterprise if is_of_all else workspace.id,
            "user": "ringback",
            "user_id": BOT_USER,
            "bot_id": BOT,
            "enterprise_id": workspace.enterprise,
            "is_enterprise_install": is_of_all,
        }

    def _post_message(self, arguments: Arguments) -> Answer:
        name = str(arguments.get("channel"))
        person = name in self._workspace.people
        channel = self._workspace.direct_message(name) if person else self._channel(name)
        self._require_may_post(channel)
        text, blocks = _content(arguments)
        self._require_thread(channel, arguments.get("thread_ts"))
        self._require_rate(channel)
        message = self._workspace.post(
            channel.id,
            BOT_USER,
            text,
            blocks=blocks,
            thread_ts=arguments.get("thread_ts") or None,
        )
        return {
            "channel": channel.id,
            "ts": message.ts,
            "message": message_payload(self._workspace, message),
        }

    def _update(self, arguments: Arguments) -> Answer:
        channel = self._channel(arguments.get("channel"))
        message = self._workspace.message(channel.id, arguments.get("ts"))
        if message is None:
            raise Refused("message_not_found")
        if message.user != BOT_USER:
            raise Refused("cant_update_message")
        if channel.archived:
            raise Refused("is_inactive")
        text, blocks = _content({"blocks": message.blocks, **arguments})
        if len(text.encode()) > UPDATE_TEXT_BYTES:
            raise Refused("msg_too_long")
        self._workspace.edit(message, text, blocks)
        return {
            "channel": channel.id,
            "ts": message.ts,
            "text": text,
            "message": message_payload(self._workspace, message),
        }

    def _conversations_open(self, arguments: Arguments) -> Answer:
        users = arguments.get("users")
        users = users.split(",") if isinstance(users, str) else users
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 1:
            raise self._missing_scope("mpim:write")
        if users[0] not in self._workspace.people:
            raise Refused("user_not_found")
        known = set(self._workspace.channels)
        channel = self._workspace.direct_message(users[0])
        already = {"no_op": True, "already_open": True} if channel.id in known else {}
        return {**already, "channel": {"id": channel.id}}

    def _users_info(self, arguments: Arguments) -> Answer:
        person = self._workspace.people.get(str(arguments.get("user")))
        if person is None:
            raise Refused("user_not_found")
        names = {"real_name": person.real_name, "display_name": person.name}
        user: Answer = {
            "id": person.id,
            "team_id": person.team,
            "name": person.name,
            "deleted": person.is_deactivated,
            "real_name": person.real_name,
            "profile": names,
            "is_bot": person.bot_id is not None,
            "is_restricted": person.is_guest,
            "is_ultra_restricted": False,
            "is_admin": person.is_admin,
            "is_owner": person.is_owner,
            **({"tz": person.zone} if person.zone else {}),
        }
        is_own = person.team == self._workspace.id
        enterprise = person.enterprise or (self._workspace.enterprise if is_own else None)
        if enterprise:
            ids = {"enterprise_id": enterprise, "teams": [person.team]}
            user["enterprise_user"] = {"id": person.id, **ids}
        return {"user": user}

    def _post_ephemeral(self, arguments: Arguments) -> Answer:
        channel, user = self._channel(arguments.get("channel")), str(arguments.get("user"))
        if channel.archived:
            raise Refused("is_archived")
        # `chat:write.public` does not cover this method.
        if BOT_USER not in channel.members:
            raise Refused("not_in_channel")
        if user not in channel.members:
            raise Refused("user_not_in_channel")
        text, blocks = _content(arguments)
        thread_ts = arguments.get("thread_ts") or None
        told = self._workspace.whisper(channel.id, user, text, blocks=blocks, thread_ts=thread_ts)
        return {"message_ts": told.ts}

    def _get_permalink(self, arguments: Arguments) -> Answer:
        channel = self._channel(arguments.get("channel"))
        message = self._workspace.message(channel.id, arguments.get("message_ts"))
        if message is None:
            raise Refused("message_not_found")
        return {"channel": channel.id, "permalink": permalink(self._workspace, message)}

    def knows(self, method: str) -> bool:
        """Return whether Slack has such a method: one of the table, or one beyond our scopes."""
        return method in self.table or method in _NEEDED

    def call(self, method: str, arguments: Arguments) -> Answer:
        """Do what a method does; raise `Refused` for what Slack refuses."""
        needed = _NEEDED.get(method)
        if needed and (needed not in self._workspace.scopes or method not in self.table):
            raise self._missing_scope(needed)
        return self.table[method](arguments)

    def _missing_scope(self, needed: str) -> Refused:
        provided = ",".join(sorted(self._workspace.scopes))
        return Refused("missing_scope", needed=needed, provided=provided)

    def _channel(self, name: Any) -> Channel:
        channel = self._workspace.channels.get(str(name))
        if channel is None or (channel.kind != "public" and BOT_USER not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def _require_may_post(self, channel: Channel) -> None:
        if channel.archived:
            raise Refused("is_archived")
        if BOT_USER not in channel.members and "chat:write.public" not in self._workspace.scopes:
            raise Refused("not_in_channel")
        if channel.restricted:
            raise Refused("restricted_action")
        if channel.kind == "direct" and not self._workspace.messages_tab_enabled:
            raise Refused("messages_tab_disabled")

    def _require_thread(self, channel: Channel, thread_ts: Any) -> None:
        if not thread_ts:
            return
        if not isinstance(thread_ts, str) or not _TIMESTAMP.fullmatch(thread_ts):
            raise invalid("invalid_thread_ts", [f"{thread_ts} is not a valid thread_ts"])
        if self._workspace.message(channel.id, thread_ts) is None:
            raise Refused("thread_not_found")

    def _require_rate(self, channel: Channel) -> None:
        now = self._workspace.clock()
        last = self._last_posts.get(channel.id)
        if self._posts_per_second and last is not None and now - last < 1 / self._posts_per_second:
            raise Refused("ratelimited")
        self._last_posts[channel.id] = now


def _content(arguments: Arguments) -> tuple[str, Blocks]:
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not isinstance(text, str) or not (text or blocks):
        raise Refused("no_text")
    if len(text) > MESSAGE_TEXT:
        raise Refused("msg_too_long")
    problems = problems_of_blocks(blocks)
    if problems:
        raise invalid("invalid_blocks", problems)
    if characters_of_blocks(blocks) > ALL_BLOCKS_CHARACTERS:
        raise Refused("msg_blocks_too_long")
    return text, blocks
