"""Slack's and CallCow's stand-ins in a process of their own, so that they share no event loop."""

import asyncio
import contextlib

from aiohttp import web

from bot.demo.callcow import CallCowSimulator
from bot.demo.slack import LocalSlack
from bot.demo.slack_workspace import GENERAL


async def serve(slack_port: int, callcow_port: int, control_port: int) -> None:
    """Serve both, and a control address that completes every call, until the process is ended."""
    async with LocalSlack(port=slack_port) as slack, CallCowSimulator(port=callcow_port) as callcow:

        async def complete(_: web.Request) -> web.Response:
            for dial in [dial for dial in callcow.dials if dial.final is None]:
                await callcow.finish(dial.call_id)
            return web.json_response({"dials": len(callcow.dials)})

        async def counts(_: web.Request) -> web.Response:
            replies = sum(bool(message.thread_ts) for message in slack.messages(GENERAL))
            return web.json_response({"dials": len(callcow.dials), "replies": replies})

        application = web.Application()
        application.router.add_post("/complete", complete)
        application.router.add_get("/counts", counts)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", control_port).start()
        await asyncio.Event().wait()


def main(slack_port: int, callcow_port: int, control_port: int) -> None:
    """Run `serve` as the whole of a process."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(slack_port, callcow_port, control_port))
