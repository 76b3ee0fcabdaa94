"""Slack's and CallCow's stand-ins in a process of their own, so that they share no event loop."""

import asyncio
import contextlib
import re
from typing import Final

from aiohttp import web

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.slack.contents import Channel
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import BOT_USER, GENERAL

# So many that Slack's one message a second for each is not what is measured.
CHANNELS: Final = tuple(f"C0BENCH{number:03}" for number in range(500))
_NUMBER: Final = re.compile(r"\+1 (\d{3})-(\d{3})-(\d{4})")


async def serve(slack_port: int, callcow_port: int, control_port: int) -> None:
    """Serve both, and a control address, until the process is ended."""
    async with LocalSlack(port=slack_port) as slack, CallCowSimulator(port=callcow_port) as callcow:
        for channel in CHANNELS:
            slack.workspace.channels[channel] = Channel(channel, channel.lower())
        control = _Control(slack, callcow)
        application = web.Application()
        application.router.add_post("/complete", control.complete)
        application.router.add_post("/settle", control.settle)
        application.router.add_post("/pace", control.pace)
        application.router.add_post("/root", control.root)
        application.router.add_get("/counts", control.counts)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", control_port).start()
        await asyncio.Event().wait()


class _Control:
    """What a benchmark asks of the stand-ins."""

    def __init__(self, slack: LocalSlack, callcow: CallCowSimulator) -> None:
        self._slack = slack
        self._callcow = callcow

    async def root(self, _: web.Request) -> web.Response:
        """Post a message that threads can hang on, and answer its timestamp."""
        message = self._slack.workspace.post(GENERAL, BOT_USER, "a thread")
        return web.json_response({"ts": message.ts})

    async def complete(self, _: web.Request) -> web.Response:
        """End every call that has not ended."""
        for dial in [dial for dial in self._callcow.dials if dial.final is None]:
            await self._callcow.finish(dial.call_id)
        return web.json_response({"dials": len(self._callcow.dials)})

    async def counts(self, _: web.Request) -> web.Response:
        """Answer how many calls were dialed and how many replies posted."""
        replies = sum(
            bool(message.thread_ts)
            for channel in (GENERAL, *CHANNELS)
            for message in self._slack.messages(channel)
        )
        return web.json_response({"dials": len(self._callcow.dials), "replies": replies})

    async def settle(self, request: web.Request) -> web.Response:
        """Wait until so many calls are dialed; their status messages say so from the first."""
        dials = int(request.query["dials"])
        await self._callcow.until(lambda: len(self._callcow.dials) >= dials, 120)
        return web.json_response({"dials": dials})

    async def pace(self, request: web.Request) -> web.Response:
        """End every call, so many a second; answer how long each report took to reach Slack."""
        gap = 1 / float(request.query["rate"])
        accepted: dict[str, float] = {}

        async def finish(call_id: str, number: str) -> None:
            delivery = await self._callcow.finish(call_id)
            assert delivery is not None
            assert delivery.status == 200, delivery
            accepted[number] = delivery.delivered_at

        dials = [dial for dial in self._callcow.dials if dial.final is None]
        async with asyncio.TaskGroup() as group:
            for dial in dials:
                group.create_task(finish(dial.call_id, dial.recipient_phone))
                await asyncio.sleep(gap)
        await self._slack.until(lambda: len(self._reports()) >= len(accepted), 60)
        reports = self._reports()
        return web.json_response([reports[number] - at for number, at in accepted.items()])

    def _reports(self) -> dict[str, float]:
        """Return when the report of each number came."""
        found = {}
        for request in self._slack.requests_of("chat.postMessage"):
            number = _NUMBER.search(str(request.arguments.get("text")))
            if request.arguments.get("thread_ts") and number:
                found[f"+1{''.join(number.groups())}"] = request.at
        return found


def main(slack_port: int, callcow_port: int, control_port: int) -> None:
    """Run `serve` as the whole of a process."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(slack_port, callcow_port, control_port))
