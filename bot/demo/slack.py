"""A small Slack workspace on loopback: what a bot calls, and the people who use the bot."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import uuid4

from aiohttp import web

from bot.demo import slack_payloads as payloads
from bot.demo.faults import Faults
from bot.demo.loopback import Loopback
from bot.demo.slack_clock import Clock
from bot.demo.slack_delivery import Delivery, Sent
from bot.demo.slack_methods import Methods
from bot.demo.slack_payloads import Payload
from bot.demo.slack_reply import Reply
from bot.demo.slack_response_url import Answered, ResponseUrls, respond
from bot.demo.slack_sockets import Sockets
from bot.demo.slack_views import state_values, take_reply
from bot.demo.slack_web_api import WebApi, WebApiRequest
from bot.demo.slack_workspace import (
    BOT_USER,
    Ephemeral,
    Interaction,
    Message,
    View,
    Workspace,
)


@dataclass(frozen=True)
class Said:
    """What a person wrote in a channel, and the bot's reply if that mentioned the bot."""

    message: Message
    reply: Reply | None


class LocalSlack:
    """A running workspace. Set `request_url` for a bot over HTTP; one in Socket Mode connects.

    `workspace` holds all that the methods below show, and the flags that a test may flip. People
    and channels go by id. `clock` gives the seconds for timestamps and for what runs out.
    Faults go by Web API method, or "response_url".
    """

    def __init__(
        self,
        *,
        signing_secret: str = "signing-secret",  # noqa: S107
        bot_token: str = "xoxb-local",  # noqa: S107
        app_token: str = "xapp-local",  # noqa: S107
        port: int = 0,
        clock: Clock = time.time,
        posts_per_second: float | None = None,
        reply_seconds: float = 3,
    ) -> None:
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self._server = Loopback(port)
        self.faults = Faults()
        self.workspace = Workspace(clock)
        self.changes = self.workspace.changes
        self._sockets = Sockets(self.changes, lambda: f"ws://127.0.0.1:{self._server.port}/link")
        self._delivery = Delivery(self._sockets, signing_secret, reply_seconds, clock)
        self._web_api = WebApi(
            self.workspace,
            Methods(self.workspace, posts_per_second),
            self._sockets,
            self.faults,
            bot_token=bot_token,
            app_token=app_token,
        )
        self._response_urls = ResponseUrls(self.workspace, self.faults)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The server's address."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """The address to give to the bot as SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def request_url(self) -> str | None:
        """Where the bot takes requests over HTTP."""
        return self._delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._delivery.request_url = url

    async def start(self) -> None:
        """Listen on loopback; a port of 0 becomes a free one."""
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._web_api.serve)
        application.router.add_post("/response/{token}", self._response_urls.serve)
        application.router.add_get("/link", self._sockets.serve)
        await self._server.start(application)

    async def stop(self) -> None:
        """End the server and all connections."""
        await self._sockets.close()
        await self._server.stop()
        await self._delivery.close()

    @property
    def requests(self) -> list[WebApiRequest]:
        """Every request to the Web API, in order."""
        return self._web_api.requests

    @property
    def sent(self) -> list[Sent]:
        """Every payload that people's doings sent to the bot, in order."""
        return self._delivery.sent

    @property
    def answered(self) -> list[Answered]:
        """Everything that the bot posted to a response_url, in order."""
        return self._response_urls.answered

    def requests_of(self, method: str) -> list[WebApiRequest]:
        """Return the requests to that method, in order."""
        return [request for request in self.requests if request.method == method]

    @property
    def ephemerals(self) -> list[Ephemeral]:
        """Every message for one person only, in order."""
        return self.workspace.ephemerals

    @property
    def open_views(self) -> dict[str, View]:
        """The views that people have before them, by id, the topmost last."""
        return {view.id: view for view in self.workspace.views.values() if view.open}

    def messages(self, channel: str) -> list[Message]:
        """Return every message of a channel in order: replies too, and those deleted."""
        return [
            message for message in self.workspace.messages.values() if message.channel == channel
        ]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """Return the replies in the thread of a message."""
        return [message for message in self.messages(channel) if message.thread_ts == ts]

    async def until(self, condition: Callable[[], object], seconds: float = 10) -> None:
        """Wait until `condition` holds, looking again at every change, or raise TimeoutError."""
        await self.changes.until(condition, seconds, self.workspace.describe)

    @property
    def connected_sockets(self) -> int:
        """How many WebSockets the bot has open."""
        return self._sockets.count

    async def socket_connected(self, seconds: float = 10) -> None:
        """Wait until the bot has a WebSocket open."""
        await self.until(lambda: self._sockets.count > 0, seconds)

    async def disconnect_sockets(self) -> None:
        """Disconnect the bot, which is then to connect again."""
        await self._sockets.disconnect()

    async def send_over_socket(self, text: str) -> None:
        """Send any text over the bot's WebSocket."""
        await self._sockets.send_raw(text)

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
            self.workspace.people[user],
            self.workspace.channels[channel],
            command,
            payloads.escape(text) if as_typed else text,
            self.workspace.triggers.grant(interaction),
            self._response_url(interaction),
        )
        reply = await self._delivery.deliver("slash_commands", payload)
        if reply.problem is None and reply.text:
            answer = reply.json if isinstance(reply.json, dict) else {"text": reply.text}
            if answer.get("text") or answer.get("blocks"):
                reply = replace(reply, problem=respond(self.workspace, interaction, answer))
        return self._shown(reply, interaction, f'{command} failed with the error "{{}}"')

    async def submit(
        self, view: View | str, values: Mapping[str, Any] | None = None, user: str | None = None
    ) -> Reply:
        """Submit a view, filled in by block_id or action_id; it may be submitted again.

        What is left out keeps its initial value. Raise ValueError for what Slack would not send.
        """
        view = self.workspace.views[view] if isinstance(view, str) else view
        interaction = Interaction(user or view.user, view.channel, view=view)
        view.errors = {}
        payload = self._interaction("view_submission", interaction) | {
            "view": payloads.view_payload(
                view, state_values(view, values or {}, self.workspace.channels)
            ),
            "response_urls": [],
        }
        reply = await self._delivery.deliver("interactive", payload)
        reply = replace(reply, problem=take_reply(self.workspace, view, reply))
        return self._shown(reply, interaction, "We had some trouble connecting: {}")

    async def press(
        self, message: Message | Ephemeral, action_id: str, user: str, value: str | None = None
    ) -> Reply:
        """Press a button of a message, or choose the option with that value."""
        interaction = Interaction(user, message.channel, message)
        blocks = payloads.with_ids(message.blocks)
        action_ts = self.workspace.timestamps.next()
        payload = self._interaction("block_actions", interaction) | {
            **payloads.of_message(self.workspace.channels[message.channel], message),
            "container": payloads.container(message),
            "state": {"values": {}},
            "response_url": self._response_url(interaction),
            "actions": [payloads.action(blocks, action_id, value, action_ts)],
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, "That did not work: {}")

    async def shortcut(self, callback_id: str, user: str) -> Reply:
        """Choose a global shortcut."""
        interaction = Interaction(user)
        payload = self._interaction("shortcut", interaction) | {
            "callback_id": callback_id,
            "action_ts": self.workspace.timestamps.next(),
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, "That did not work: {}")

    async def message_shortcut(self, callback_id: str, user: str, channel: str, ts: str) -> Reply:
        """Choose a shortcut in the menu of a message."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(f"no message {ts} in {channel}")
        interaction = Interaction(user, channel, message)
        payload = self._interaction("message_action", interaction) | {
            **payloads.of_message(self.workspace.channels[channel], message),
            "callback_id": callback_id,
            "action_ts": self.workspace.timestamps.next(),
            "message_ts": ts,
            "response_url": self._response_url(interaction),
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, "That did not work: {}")

    async def event(
        self,
        event: Mapping[str, Any],
        event_id: str | None = None,
        retry_num: int | None = None,
    ) -> Reply:
        """Send an event; with `retry_num`, as if an earlier attempt had failed."""
        event_id = event_id or f"Ev{uuid4().hex[:10].upper()}"
        payload = payloads.event_callback(event, event_id, self.workspace.clock())
        return await self._delivery.deliver("events_api", payload, retry_num)

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Said:
        """Post a message as a person; `<@U…>` in it mentions somebody, the rest is as typed."""
        parts = re.split(r"(<@\w+>)", text)
        escaped = "".join(
            part if index % 2 else payloads.escape(part) for index, part in enumerate(parts)
        )
        message = self.workspace.post(channel, user, escaped, thread_ts=thread_ts)
        place = self.workspace.channels[channel]
        if f"<@{BOT_USER}>" not in parts or BOT_USER not in place.members or place.kind == "direct":
            return Said(message, None)
        mention = payloads.app_mention(message, self.workspace.people[user])
        return Said(message, await self.event(mention))

    async def send_raw(
        self,
        body: bytes,
        content_type: str,
        *,
        timestamp: str | None = None,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Post any body to the bot, signed with the real time unless told otherwise."""
        return await self._delivery.send_raw(
            body, content_type, timestamp=timestamp, signature=signature, headers=headers
        )

    def _interaction(self, kind: str, interaction: Interaction) -> Payload:
        trigger_id = self.workspace.triggers.grant(interaction)
        return payloads.interaction(kind, self.workspace.people[interaction.user], trigger_id)

    def _response_url(self, interaction: Interaction) -> str:
        return f"{self.url}/response/{self.workspace.response_urls.grant(interaction)}"

    def _shown(self, reply: Reply, interaction: Interaction, words: str) -> Reply:
        """Show to a person what came of it, if that is a problem."""
        if reply.problem:
            text = words.format(reply.problem)
            self.workspace.whisper(interaction.channel or "", interaction.user, text, by_slack=True)
        return reply
