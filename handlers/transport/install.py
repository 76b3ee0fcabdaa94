"""GET /slack/install and /slack/oauth_redirect: how the bot gets into a workspace."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

Answer = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
# What is answered, by path.
Pages = Mapping[str, Answer]


def register(web_app: web.Application, pages: Pages) -> None:
    """Serve the pages on `web_app`, by their paths."""
    for path, answer in pages.items():
        web_app.router.add_get(path, _served(answer), allow_head=False)


def _served(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        headers: dict[str, str | Sequence[str]] = {
            name: request.headers.getall(name) for name in request.headers
        }
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=headers)
        return await to_aiohttp_response(await answer(asked))

    return serve
