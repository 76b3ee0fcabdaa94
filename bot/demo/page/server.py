"""The demo's page: its files, its live updates, and the acts and changes that come from it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.changes import Changes
from bot.demo.conditions import Conditions
from bot.demo.page.actions import ACT
from bot.demo.page.conditions import CHANGE
from bot.demo.page.state import Installing, Items, items_for
from bot.demo.page.traffic import Traffic
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA

_FILES: Final = Path(__file__).parent / "static"
_HEARTBEAT_SECONDS: Final = 30.0
_HEADERS: Final = {
    # The page reaches its own server and nothing else.
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class Page:
    """Serves the page of a workspace and a phone network; `features` are the manifest's.

    With `installing` it shows each workspace of that Slack, and how the bot gets into it.
    """

    def __init__(
        self,
        slack: LocalSlack,
        callcow: CallCowSimulator,
        conditions: Conditions,
        features: Mapping[str, Any],
        installing: Installing | None = None,
    ) -> None:
        self._slack = slack
        self._callcow = callcow
        self._conditions = conditions
        self._features = features
        self._installing = installing
        self._traffic = Traffic(slack, callcow)
        self._commands = {one["command"] for one in features.get("slash_commands", [])}
        self._closing = asyncio.Event()

    def application(self) -> web.Application:
        """Return the web application that serves the page."""
        application = web.Application()
        application.router.add_get("/", self._index)
        application.router.add_get("/updates", self._updates)
        application.router.add_post("/acts", self._act)
        application.router.add_post("/conditions", self._change_conditions)
        application.router.add_static("/static", _FILES)
        application.on_response_prepare.append(_add_headers)
        application.on_shutdown.append(self._close)
        return application

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(_FILES / "index.html")

    async def _updates(self, request: web.Request) -> web.StreamResponse:
        """Send what a person sees, then each change of it, over a WebSocket.

        A browser holds six connections of the other kind to one server, so that a seventh tab
        would show nothing.
        """
        user = request.query.get("user", ADA)
        try:
            workspace = self._workspace(request.query.get("team"))
        except LookupError:
            raise web.HTTPNotFound from None
        if user not in workspace.workspace.people:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS)
        await socket.prepare(request)
        sending = asyncio.create_task(self._send(socket, user, workspace))
        try:
            # Nothing is sent to us: the reading ends when the page is closed.
            async for _ in socket:
                continue
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return socket

    def _workspace(self, team: str | None) -> LocalWorkspace:
        """Return the workspace of that id, the first for none; raise `LookupError` for others."""
        return self._slack.workspace_of(team) if team else self._slack

    async def _send(
        self, socket: web.WebSocketResponse, user: str, workspace: LocalWorkspace
    ) -> None:
        closing = asyncio.create_task(self._closing.wait())
        try:
            known: Items = {}
            while not closing.done():
                seen = [source.count for source in self._sources()]
                items = items_for(
                    user,
                    workspace,
                    self._slack,
                    self._callcow,
                    self._conditions,
                    self._features,
                    self._installing,
                )
                items |= self._traffic.items()
                await socket.send_str(_update(known, items))
                known = items
                await self._change(seen, closing)
            await socket.close()
        except ConnectionResetError:
            # The page was closed.
            return
        finally:
            closing.cancel()

    def _sources(self) -> list[Changes]:
        return [self._slack.changes, self._callcow.changes, self._conditions.changes]

    async def _change(self, seen: list[int], closing: "asyncio.Task[Any]") -> None:
        """Return when there is something new, or when the server closes."""
        waits = [
            asyncio.create_task(source.after(count))
            for source, count in zip(self._sources(), seen, strict=True)
        ]
        try:
            await asyncio.wait({*waits, closing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _act(self, request: web.Request) -> web.StreamResponse:
        async def do(body: bytes) -> None:
            act = ACT.validate_json(body)
            await act.do(self._workspace(act.team), self._commands)

        return await _done(request, do)

    async def _change_conditions(self, request: web.Request) -> web.StreamResponse:
        async def do(body: bytes) -> None:
            await CHANGE.validate_json(body).do(self._conditions)

        return await _done(request, do)

    async def _close(self, _: web.Application) -> None:
        self._closing.set()


async def _done(request: web.Request, do: Callable[[bytes], Awaitable[None]]) -> web.StreamResponse:
    # A page of another site cannot send this type without being asked for leave first.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        await do(await request.read())
    except ValidationError as error:
        return _refusal("; ".join(problem["msg"] for problem in error.errors()))
    except (LookupError, ValueError) as error:
        return _refusal(str(error))
    return web.json_response({"ok": True})


def _update(known: Items, items: Items) -> str:
    changed = [f"{json.dumps(key)}:{item}" for key, item in items.items() if known.get(key) != item]
    gone = json.dumps([key for key in known if key not in items])
    first = json.dumps(not known)
    return f'{{"first":{first},"set":{{{",".join(changed)}}},"gone":{gone}}}'


def _refusal(problem: str) -> web.Response:
    return web.json_response({"ok": False, "problem": problem}, status=400)


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
