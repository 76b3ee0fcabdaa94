"""What can go wrong with one request to a stand-in: a held, dropped, failed or odd answer."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How one request fails.

    `when` says whether the request still takes effect: with "before" it does not (or, for a mere
    hold, not until the hold ends), with "after" it does and only its answer is spoiled. `hold` is
    waited for at that point. Then the connection is dropped, or `status`, `headers` and `body` are
    answered; with neither, the request goes on as if nothing had happened.
    """

    when: Literal["before", "after"] = "before"
    hold: asyncio.Event | None = None
    drop: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


class Faults:
    """The faults that lie ahead, for each name (a Slack method, a CallCow path) in order.

    `choose`, if there is one, decides for a request that no fault lies ahead of.
    """

    def __init__(self) -> None:
        self.choose: Callable[[str], Fault | None] | None = None
        self._ahead: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def add(self, name: str, *faults: Fault) -> None:
        """Let the next requests of that name fail, one for each fault."""
        self._ahead[name].extend(faults)

    async def serve(
        self,
        name: str,
        request: web.Request,
        handle: Callable[[], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Return `handle`'s answer, or what the next fault of that name makes of it."""
        fault = self._next(name)
        if fault is None:
            return await handle()
        if fault.when == "before":
            return await _spoil(fault, request) or await handle()
        answer = await handle()
        return await _spoil(fault, request) or answer

    def _next(self, name: str) -> Fault | None:
        if self._ahead[name]:
            return self._ahead[name].popleft()
        return self.choose(name) if self.choose else None


async def _spoil(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.hold is not None:
        await fault.hold.wait()
    if fault.drop:
        if request.transport is not None:
            request.transport.abort()
        # It reaches nobody any more; raising instead would be logged as the server's own failure.
        return web.Response()
    if fault.status is not None:
        return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
    return None
