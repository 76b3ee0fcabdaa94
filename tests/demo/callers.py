"""Who asks the CallCow stand-in for calls, and who takes its callbacks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import httpx
from aiohttp import web

from bot.demo.callcow.server import CallCowSimulator

SAMPLES = Path(__file__).parent.parent / "samples"
KEY = "ck_live_test"
PROMPT = "Book a reservation at Friday 7pm for Josh for 2"
NUMBER = "+14155552671"
BODY = {"prompt": PROMPT, "recipient_phone": NUMBER}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1774872000.0  # 2026-03-30T12:00:00Z

    def __call__(self) -> float:
        return self.now


class Receiver:
    """The address that callbacks are posted to."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.release = asyncio.Event()
        self.release.set()
        self.url = ""

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/results", self._take)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/results"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.read()))
        await self.release.wait()
        return web.Response(status=self.status, headers={"Location": self.url})


class Caller:
    """A client of the stand-in, with the right key."""

    def __init__(self, callcow: CallCowSimulator, key: str = KEY) -> None:
        self.key = key
        # Loading certificates, of no use on loopback, would take most of the tests' time.
        self.http = httpx.AsyncClient(
            base_url=callcow.base_url,
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
            verify=False,
        )

    async def call(self, **fields: Any) -> httpx.Response:
        return await self.http.post("/call-prompt", json=BODY | fields)

    async def dial(self, **fields: Any) -> str:
        return str((await self.call(**fields)).json()["call_id"])

    async def poll(self, call_id: str) -> httpx.Response:
        return await self.http.get(f"/calls/{call_id}")


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[tuple[CallCowSimulator, Caller]]:
    async with CallCowSimulator(api_key=KEY, **options) as callcow:
        caller = Caller(callcow)
        async with caller.http:
            yield callcow, caller
