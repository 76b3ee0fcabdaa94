"""Slack's Web API over HTTP: reads a request's arguments, checks its token, writes the answer."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from aiohttp import web

from bot.demo.faults import Faults
from bot.demo.slack.api.methods import Answer, Arguments, Methods
from bot.demo.slack.api.refused import Refused
from bot.demo.slack.app import App
from bot.demo.slack.clock import Clock
from bot.demo.slack.delivery.sockets import Sockets
from bot.demo.slack.oauth.flow import OAuth
from bot.demo.slack.workspace import Workspace

_JSON_ARGUMENTS: Final = ("blocks", "view", "attachments", "metadata")
_CONNECTIONS_OPEN: Final = "apps.connections.open"
_OAUTH_ACCESS: Final = "oauth.v2.access"
# What names the workspace that a request is about, where a token acts in several.
_TELLING: Final = ("channel", "view_id", "trigger_id", "user", "user_id", "users", "team_id")


@dataclass
class WebApiRequest:
    """A request that the bot made. `answer` is None while it has none, or if it was kept out.

    `workspace` is the one that it was about. `connection` is what the answer went out on, None if
    none did or a fault spoiled it; `followed` says that another request has come on it since.
    """

    method: str
    arguments: Arguments
    at: float
    answer: Answer | None = None
    workspace: str | None = None
    connection: asyncio.BaseTransport | None = field(default=None, repr=False)
    followed: bool = False

    @property
    def heard(self) -> bool:
        """Whether the bot has heard the answer: it hangs up when it will wait no longer."""
        return self.connection is not None and (self.followed or not self.connection.is_closing())


class WebApi:
    """Serves /api/{method} and keeps a record of all requests."""

    def __init__(
        self,
        app: App,
        oauth: OAuth,
        sockets: Sockets,
        faults: Faults,
        clock: Clock,
        posts_per_second: float | None,
    ) -> None:
        self.requests: list[WebApiRequest] = []
        self._app = app
        self._oauth = oauth
        self._sockets = sockets
        self._faults = faults
        self._clock = clock
        self._posts_per_second = posts_per_second
        self._methods: dict[str, Methods] = {}
        self._latest: WeakKeyDictionary[asyncio.BaseTransport, WebApiRequest] = WeakKeyDictionary()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or spoil it as a fault wants."""
        method = request.match_info["method"]
        arguments, problem = await _read_arguments(request)
        token = _token(request, arguments)
        record = WebApiRequest(method, arguments, self._clock())
        self.requests.append(record)
        self._follow(request.transport, record)
        changes = self._app.workspaces[0].changes
        changes.notify()

        own: list[web.StreamResponse] = []

        async def handle() -> web.StreamResponse:
            try:
                if problem:
                    raise Refused(problem)
                answer = (
                    self._oauth.access(request, arguments)
                    if method == _OAUTH_ACCESS
                    else self._call(record, token)
                )
                record.answer = {"ok": True, **answer}
            except Refused as refused:
                record.answer = {"ok": False, "error": refused.error, **refused.details}
            changes.notify()
            own.append(self._response(record.answer, token))
            return own[0]

        given = await self._faults.serve(method, request, handle)
        if given in own:
            record.connection = request.transport
        return given

    def _follow(self, connection: asyncio.BaseTransport | None, record: WebApiRequest) -> None:
        if connection is not None:
            if connection in self._latest:
                self._latest[connection].followed = True
            self._latest[connection] = record

    def _call(self, record: WebApiRequest, token: str | None) -> Answer:
        method, arguments = record.method, record.arguments
        known = self._methods_of(self._app.workspaces[0])
        if method != _CONNECTIONS_OPEN and not known.knows(method):
            raise Refused("unknown_method", req_method=method)
        if not token:
            raise Refused("not_authed")
        is_apps = token == self._app.app_token
        error = None if is_apps else self._app.error_of(token)
        if error:
            raise Refused(error)
        if is_apps != (method == _CONNECTIONS_OPEN):
            raise Refused("not_allowed_token_type")
        if is_apps:
            return {"url": self._sockets.address()}
        workspace = _concerned(self._app.workspaces_of(token), arguments)
        record.workspace = workspace.id
        return self._methods_of(workspace).call(method, arguments)

    def _methods_of(self, workspace: Workspace) -> Methods:
        if workspace.id not in self._methods:
            self._methods[workspace.id] = Methods(workspace, self._posts_per_second)
        return self._methods[workspace.id]

    def _response(self, answer: Answer, token: str | None) -> web.Response:
        limited = answer.get("error") == "ratelimited"
        scopes = {scope for one in self._app.workspaces_of(token or "") for scope in one.scopes}
        headers = {"x-oauth-scopes": ",".join(sorted(scopes))}
        if limited:
            headers["Retry-After"] = "1"
        return web.json_response(answer, status=429 if limited else 200, headers=headers)


def _concerned(workspaces: Sequence[Workspace], arguments: Arguments) -> Workspace:
    """Return which workspace a request is about; the first for one that does not tell."""
    names = [str(arguments[name]) for name in _TELLING if name in arguments]
    holders = (one for name in names for one in workspaces if name == one.id or one.holds(name))
    return next(holders, workspaces[0])


def _token(request: web.Request, arguments: Arguments) -> str | None:
    given = arguments.pop("token", None)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" else given


async def _read_arguments(request: web.Request) -> tuple[Arguments, str | None]:
    """Return the arguments of the query and the body, and the error they make, if any."""
    arguments: Arguments = dict(request.query)
    body = await request.text()
    if request.content_type == "application/json":
        try:
            given = json.loads(body)
        except json.JSONDecodeError:
            return arguments, "invalid_json"
        if not isinstance(given, Mapping):
            return arguments, "json_not_object"
        return _with_json_decoded({**arguments, **given})
    if request.content_type == "multipart/form-data":
        return arguments, "invalid_post_type"
    arguments |= dict(parse_qsl(body, keep_blank_values=True))
    return _with_json_decoded(arguments)


def _with_json_decoded(arguments: Arguments) -> tuple[Arguments, str | None]:
    decoded = dict(arguments)
    for name in _JSON_ARGUMENTS:
        given: Any = arguments.get(name)
        if isinstance(given, str):
            try:
                decoded[name] = json.loads(given)
            except json.JSONDecodeError:
                error = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                return decoded, error
    return decoded, None
