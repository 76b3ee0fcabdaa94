"""Slack's Web API over HTTP: reads a request's arguments, checks its token, writes the answer."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

from aiohttp import web

from bot.demo.faults import Faults
from bot.demo.slack.api.methods import Answer, Arguments, Methods
from bot.demo.slack.api.refused import Refused
from bot.demo.slack.delivery.sockets import Sockets
from bot.demo.slack.workspace import Workspace

_JSON_ARGUMENTS: Final = ("blocks", "view", "attachments", "metadata")
_CONNECTIONS_OPEN: Final = "apps.connections.open"


@dataclass
class WebApiRequest:
    """A request that the bot made. `answer` is None while it has none, or if it was kept out.

    `connection` is what the answer went out on, None if none did or a fault spoilt it;
    `followed` says that another request has come on it since.
    """

    method: str
    arguments: Arguments
    at: float
    answer: Answer | None = None
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
        workspace: Workspace,
        methods: Methods,
        sockets: Sockets,
        faults: Faults,
        *,
        bot_token: str,
        app_token: str,
    ) -> None:
        self.requests: list[WebApiRequest] = []
        self._workspace = workspace
        self._methods = methods
        self._sockets = sockets
        self._faults = faults
        self._tokens = {bot_token: "bot", app_token: "app"}
        self._latest: WeakKeyDictionary[asyncio.BaseTransport, WebApiRequest] = WeakKeyDictionary()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or spoil it as a fault wants."""
        method = request.match_info["method"]
        arguments, problem = await _read_arguments(request)
        token = _token(request, arguments)
        record = WebApiRequest(method, arguments, self._workspace.clock())
        self.requests.append(record)
        self._follow(request.transport, record)
        self._workspace.changes.notify()

        own: list[web.StreamResponse] = []

        async def handle() -> web.StreamResponse:
            try:
                if problem:
                    raise Refused(problem)
                record.answer = {"ok": True, **self._call(method, arguments, token)}
            except Refused as refused:
                record.answer = {"ok": False, "error": refused.error, **refused.details}
            self._workspace.changes.notify()
            own.append(self._response(record.answer))
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

    def _call(self, method: str, arguments: Arguments, token: str | None) -> Answer:
        if method != _CONNECTIONS_OPEN and not self._methods.knows(method):
            raise Refused("unknown_method", req_method=method)
        if not token:
            raise Refused("not_authed")
        if token not in self._tokens:
            raise Refused("invalid_auth")
        if self._workspace.token_error:
            raise Refused(self._workspace.token_error)
        if self._tokens[token] != ("app" if method == _CONNECTIONS_OPEN else "bot"):
            raise Refused("not_allowed_token_type")
        if method == _CONNECTIONS_OPEN:
            return {"url": self._sockets.address()}
        return self._methods.call(method, arguments)

    def _response(self, answer: Answer) -> web.Response:
        limited = answer.get("error") == "ratelimited"
        headers = {"x-oauth-scopes": ",".join(sorted(self._workspace.scopes))}
        if limited:
            headers["Retry-After"] = "1"
        return web.json_response(answer, status=429 if limited else 200, headers=headers)


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
