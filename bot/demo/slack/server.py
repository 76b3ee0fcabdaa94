"""A small Slack on loopback: what a bot calls, and the workspaces whose people use the bot."""

import itertools
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Self

from aiohttp import web

from bot.demo.changes import Changes
from bot.demo.faults import Faults
from bot.demo.loopback import Loopback
from bot.demo.slack.api.web_api import WebApi, WebApiRequest
from bot.demo.slack.app import App
from bot.demo.slack.clock import Clock
from bot.demo.slack.delivery.delivery import Delivery, Sent
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.delivery.response_url import Answered, ResponseUrls
from bot.demo.slack.delivery.sockets import Sockets
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.oauth.flow import OAuth
from bot.demo.slack.workspace import TEAM, Workspace


class LocalSlack(LocalWorkspace):
    """A running Slack, and its first workspace; `add_workspace` makes others.

    Set `request_url` for a bot over HTTP; one in Socket Mode connects. `clock` gives the seconds
    for timestamps and for what runs out. Faults go by Web API method, or "response_url". `events`
    are those that the app is subscribed to; None for all. Without a `bot_token` the app is
    installed nowhere, and `app.redirect_urls` say where its OAuth may lead back to.
    """

    def __init__(
        self,
        *,
        signing_secret: str = "signing-secret",  # noqa: S107
        bot_token: str | None = "xoxb-local",  # noqa: S107
        app_token: str = "xapp-local",  # noqa: S107
        client_id: str = "1234.5678",
        client_secret: str = "client-secret",  # noqa: S107
        port: int = 0,
        clock: Clock = time.time,
        posts_per_second: float | None = None,
        reply_seconds: float = 3,
        events: Collection[str] | None = None,
        enterprise: str | None = None,
    ) -> None:
        self._server = Loopback(port)
        # Where people see the workspaces, if anywhere.
        self.page_url: str | None = None
        self.faults = Faults()
        self._clock = clock
        self._reply_seconds = reply_seconds
        self._view_numbers: dict[str, Iterator[int]] = {}
        self.changes = Changes()
        app = App(signing_secret, app_token, client_id, client_secret)
        workspace = self._new_workspace(app, TEAM, "Ringback demo", enterprise)
        workspace.bot_token = bot_token
        self._sockets = Sockets(self.changes, lambda: f"ws://127.0.0.1:{self._server.port}/link")
        delivery = Delivery(
            self._sockets,
            self.changes,
            clock,
            signing_secret=signing_secret,
            reply_seconds=reply_seconds,
        )
        super().__init__(workspace, app, delivery, lambda: self.url, events)
        self._oauth = OAuth(app, clock)
        self._web_api = WebApi(
            app, self._oauth, self._sockets, self.faults, clock, posts_per_second
        )
        self._response_urls = ResponseUrls(app.workspaces, clock, self.faults)

    def add_workspace(
        self, team: str, name: str, *, enterprise: str | None = None
    ) -> LocalWorkspace:
        """Add a workspace in which the app is not installed, and return it.

        Its people and channels have the ids that they have in the first one. But in an
        organization ids are unique: those of its second workspace end in 2 (`U0ADA2`).
        """
        self._new_workspace(self.app, team, name, enterprise)
        self.changes.notify()
        return self.workspace_of(team)

    def workspace_of(self, team: str) -> LocalWorkspace:
        """Return the workspace of that id; raise `LookupError` if there is none."""
        for one in self.app.workspaces:
            if one.id == team:
                return LocalWorkspace(one, self.app, self._delivery, self._address, self._events)
        raise LookupError(f"no workspace {team}")

    def _new_workspace(self, app: App, team: str, name: str, enterprise: str | None) -> Workspace:
        numbers = self._view_numbers.setdefault(enterprise or team, itertools.count())
        before = len(app.chosen(enterprise)) if enterprise else 0
        workspace = Workspace(
            self._clock,
            self._reply_seconds,
            self.changes,
            team,
            name=name,
            enterprise=enterprise,
            view_numbers=numbers,
            suffix=str(before + 1) if before else "",
        )
        app.workspaces.append(workspace)
        return workspace

    @property
    def signing_secret(self) -> str:
        """What the payloads for the bot are signed with."""
        return self.app.signing_secret

    @property
    def bot_token(self) -> str:
        """The bot's token in the first workspace, empty for none."""
        return self.workspace.bot_token or ""

    @property
    def app_token(self) -> str:
        """The token that Socket Mode is opened with."""
        return self.app.app_token

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
        application.router.add_get("/oauth/v2/authorize", self._oauth.ask)
        application.router.add_post("/oauth/v2/authorize", self._oauth.answer)
        application.router.add_get("/app_redirect", self._open)
        await self._server.start(application)

    async def _open(self, request: web.Request) -> web.Response:
        """Show a workspace, where there is a page that does."""
        team = request.query.get("team", "")
        if self.page_url is None or not self.app.chosen(team):
            raise web.HTTPNotFound
        raise web.HTTPFound(f"{self.page_url}/?team={team}")

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
