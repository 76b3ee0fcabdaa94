"""What people do with messages: they write, mention, edit, type commands, press, use shortcuts."""

import json
from dataclasses import dataclass, replace
from typing import Any

from bot.demo.slack import payloads as payloads
from bot.demo.slack.contents import Blocks, Ephemeral, Interaction, Message, Person
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.delivery.response_url import respond
from bot.demo.slack.people.acting import Acting
from bot.demo.slack.people.actions import Chosen, action
from bot.demo.slack.people.fields import filled_in, state_values
from bot.demo.slack.people.typed import escape, typed
from bot.demo.slack.workspace import BOT_USER, GENERAL, OTHER_TEAM

_TROUBLE = "That did not work: {}"


@dataclass(frozen=True)
class Said:
    """What a person wrote in a channel, and the bot's reply if that mentioned the bot."""

    message: Message
    reply: Reply | None


class People(Acting):
    """The people of the workspace, in its channels. People and channels go by id."""

    def join_from_another_team(self, channel: str = GENERAL, name: str = "eve") -> str:
        """Let somebody of another team join a channel, as with Slack Connect; return their id."""
        return self._join(Person(f"U0{name.upper()}", name, OTHER_TEAM), channel)

    def add_another_bot(self, channel: str = GENERAL, name: str = "robot") -> str:
        """Let another app's bot join a channel; return its user id."""
        bot_id = f"B0{name.upper()}"
        robot = Person(f"U0{name.upper()}", name, self.workspace.id, bot_id=bot_id)
        return self._join(robot, channel)

    async def command(
        self,
        user: str,
        channel: str,
        text: str = "",
        command: str = "/call",
        *,
        as_typed: bool = True,
    ) -> Reply:
        """Type a slash command; what the bot replies is shown.

        With `as_typed` false, `text` is what Slack sends instead (`<tel:…|…>`), not escaped again.
        """
        interaction = Interaction(user, channel)
        payload = payloads.slash_command(
            self.workspace,
            self.workspace.people[user],
            self.workspace.channels[channel],
            command,
            escape(text) if as_typed else text,
            trigger_id=self.workspace.triggers.grant(interaction),
            response_url=self._response_url(interaction),
        )
        reply = await self._delivery.deliver("slash_commands", payload)
        if reply.problem is None and reply.text:
            answer = reply.json if isinstance(reply.json, dict) else {"text": reply.text}
            if answer.get("text") or answer.get("blocks"):
                reply = replace(reply, problem=respond(self.workspace, interaction, answer))
        return self._shown(reply, interaction, f'{command} failed with the error "{{}}"')

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        *,
        as_typed: bool = True,
        subtype: str | None = None,
        blocks: Blocks | None = None,
        attachments: list[dict[str, Any]] | None = None,
    ) -> Said:
        """Post a message as a person; `<@U…>` in it mentions somebody, the rest is as typed.

        With `as_typed` false, `text` is what Slack makes of it instead. A broadcast of a reply, a
        file or a `/me` message has a `subtype`. Rich text comes as `blocks`, what was forwarded as
        `attachments`.
        """
        text = typed(text) if as_typed else text
        message = self.workspace.post(
            channel,
            user,
            text,
            thread_ts=thread_ts,
            subtype=subtype,
            blocks=blocks,
            attachments=attachments,
        )
        return Said(message, await self._told(message))

    async def edit(self, message: Message, text: str, *, as_typed: bool = True) -> Said:
        """Edit a message as the person who wrote it; Slack tells of its mention again."""
        before, author = replace(message, replies=[]), self._author(message)
        self.workspace.edit(message, typed(text) if as_typed else text, [])
        if not self._is_direct(message.channel):
            return Said(message, await self._told(message))
        return Said(
            message,
            await self.event(payloads.message_changed(self.workspace, message, before, author)),
        )

    async def press(
        self, message: Message | Ephemeral, action_id: str, user: str, value: Chosen = None
    ) -> Reply:
        """Press a button of a message, or choose that value in another element."""
        interaction = Interaction(user, message.channel, message)
        blocks = payloads.with_ids(message.blocks)
        channel = self.workspace.channels[message.channel]
        used = action(blocks, action_id, value, self.workspace.timestamps.next())
        state = state_values(blocks, filled_in(used, value), channel)
        payload = self._interaction("block_actions", interaction) | {
            **payloads.of_message(self.workspace, channel, message, self._author(message)),
            "container": payloads.container(message),
            "state": {"values": state},
            "response_url": self._response_url(interaction),
            "actions": [used],
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, _TROUBLE)

    async def shortcut(self, callback_id: str, user: str) -> Reply:
        """Choose a global shortcut."""
        interaction = Interaction(user)
        payload = self._interaction("shortcut", interaction) | {
            "callback_id": callback_id,
            "action_ts": self.workspace.timestamps.next(),
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, _TROUBLE)

    async def message_shortcut(self, callback_id: str, user: str, channel: str, ts: str) -> Reply:
        """Choose a shortcut in the menu of a message."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(f"no message {ts} in {channel}")
        interaction = Interaction(user, channel, message)
        place = self.workspace.channels[channel]
        payload = self._interaction("message_action", interaction) | {
            **payloads.of_message(self.workspace, place, message, self._author(message)),
            "callback_id": callback_id,
            "action_ts": self.workspace.timestamps.next(),
            "message_ts": ts,
            "response_url": self._response_url(interaction),
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, _TROUBLE)

    def _is_direct(self, channel: str) -> bool:
        place = self.workspace.channels[channel]
        return place.kind == "direct" and BOT_USER in place.members

    async def _told(self, message: Message) -> Reply | None:
        """Tell the bot of a direct message, and of a mention where Slack does.

        That is in channels which it is a member of, where it is installed.
        """
        if not self.workspace.is_installed:
            return None
        place = self.workspace.channels[message.channel]
        if self._is_direct(message.channel):
            if "im:history" not in self.workspace.scopes:
                return None
            author = self.workspace.people[message.user]
            return await self.event(payloads.direct_message(self.workspace, message, author))
        in_blocks = f'"user_id": "{BOT_USER}"' in json.dumps(message.blocks)
        mentioned = in_blocks or f"<@{BOT_USER}>" in message.text
        if not mentioned or BOT_USER not in place.members or place.kind == "direct":
            return None
        author = self.workspace.people[message.user]
        return await self.event(payloads.app_mention(self.workspace, message, author))

    def _author(self, message: Message | Ephemeral) -> Person | None:
        return self.workspace.people.get(message.user) if isinstance(message, Message) else None

    def _join(self, person: Person, channel: str) -> str:
        self.workspace.people[person.id] = person
        self.workspace.channels[channel].members.add(person.id)
        self.workspace.changes.notify()
        return person.id
