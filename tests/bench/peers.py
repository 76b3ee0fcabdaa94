"""What the bot is measured against: a bare Bolt app and a bare route that only acknowledge.

By default on asyncio's loop, as Slack's samples run it; with `--our-loop` on the bot's own.
"""

import argparse
import asyncio

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import loop


async def serve(port: int, signing_secret: str, *, process_before_response: bool) -> None:
    """Serve the bare app until the process is ended."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-x")

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    slack_app = AsyncApp(
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=process_before_response,
    )
    slack_app.command("/call")(acknowledge)

    async def events(request: web.Request) -> web.Response:
        bolt_response = await slack_app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(bolt_response)

    async def callback(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response({"ok": True})

    async def healthz(_: web.Request) -> web.Response:
        return web.Response()

    application = web.Application()
    application.router.add_post("/slack/events", events)
    application.router.add_post("/callcow/callback/{id}", callback)
    application.router.add_get("/healthz", healthz)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("signing_secret")
    parser.add_argument("--process-before-response", action="store_true")
    parser.add_argument("--our-loop", action="store_true")
    chosen = parser.parse_args()
    run = loop.run if chosen.our_loop else asyncio.run
    run(
        serve(
            chosen.port,
            chosen.signing_secret,
            process_before_response=chosen.process_before_response,
        )
    )
