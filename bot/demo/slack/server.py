"""A small Slack workspace on loopback: what a bot calls, and the people who use the bot."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Self

from aiohttp import web

from bot.demo.faults import Faults
from bot.demo.loopback import Loopback
from bot.demo.slack.api.methods import Methods
from bot.demo.slack.api.web_api import WebApi, WebApiRequest
from bot.demo.slack.clock import Clock
from bot.demo.slack.delivery.delivery import Delivery, Sent
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.delivery.response_url import Answered, ResponseUrls
from bot.demo.slack.delivery.sockets import Sockets
from bot.demo.slack.people.messages import People
from bot.demo.slack.people.views import PeopleInViews
from bot.demo.slack.workspace import BOT_USER, TEAM, Ephemeral, Message, View, Workspace


class LocalSlack(People, PeopleInViews):
    """A running workspace. Set `request_url` for a bot over HTTP; one in Socket Mode connects.

    `workspace` holds all that the methods below show, and the flags that a test may flip. People
    and channels go by id. `clock` gives the seconds for timestamps and for what runs out.
    Faults go by Web API method, or "response_url". `events` are those that the app is subscribed
    to; None for all.
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
        events: Collection[str] | None = None,
    ) -> None:
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self._server = Loopback(port)
        self.faults = Faults()
        workspace = Workspace(clock, reply_seconds)
        self.changes = workspace.changes
        self._sockets = Sockets(self.changes, lambda: f"ws://127.0.0.1:{self._server.port}/link")
        delivery = Delivery(
            self._sockets,
            self.changes,
            clock,
            signing_secret=signing_secret,
            reply_seconds=reply_seconds,
        )
        super().__init__(workspace, delivery, lambda: self.url, events)
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

    async def until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        """Wait until `condition` holds, looking again at every change, or raise TimeoutError."""
        await self.changes.until(condition, seconds, self.workspace.describe)

    @property
    def connected_sockets(self) -> int:
        """How many WebSockets the bot has open."""
        return self._sockets.count

    async def socket_connected(self, seconds: float = 30) -> None:
        """Wait until the bot has a WebSocket open."""
        await self.until(lambda: self._sockets.count > 0, seconds)

    def reset_sockets(self) -> None:
        """Break every WebSocket off without a word, as a network does."""
        self._sockets.reset()

    async def disconnect_sockets(self) -> None:
        """Disconnect the bot, which is then to connect again."""
        await self._sockets.disconnect()

    async def send_over_socket(self, text: str) -> None:
        """Send any text over the bot's WebSocket."""
        await self._sockets.send_raw(text)

    async def uninstall(self, team: str = TEAM) -> Reply:
        """Remove the app from a workspace, whose token is then good for nothing any more."""
        self.workspace.token_error = "account_inactive"  # noqa: S105
        return await self.event({"type": "app_uninstalled"}, team=team)

    async def revoke_tokens(self, team: str = TEAM) -> Reply:
        """Revoke the bot's token of a workspace."""
        self.workspace.token_error = "token_revoked"  # noqa: S105
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}
        return await self.event(revoked, team=team)

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
