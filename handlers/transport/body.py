"""Reading a request's body: no more than is ever sent, for no longer than its sender waits."""

import asyncio
from typing import Final

from aiohttp import ClientPayloadError, web

BODY_MAX: Final = 1024 * 1024
_ALL_BODIES_MAX: Final = 16 * 1024 * 1024
# So much each may hold whatever the others hold: more than most of what Slack sends.
_OWN_SHARE: Final = 32 * 1024


class BodyRefused(Exception):
    """The body was not read; `status` is what to answer: 400, 408, 413 or 429."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class BodyReader:
    """Reads bodies; what it holds of all those that are still being read is bounded too."""

    def __init__(self, most_in_all: int = _ALL_BODIES_MAX) -> None:
        self._most_in_all = most_in_all
        self._held = 0

    async def read(self, request: web.Request, *, seconds: float, most: int = BODY_MAX) -> bytes:
        """Return the body; raise `BodyRefused` for one too large, too slow, broken or cut off."""
        if (request.content_length or 0) > most:
            raise BodyRefused(413)
        body, counted = bytearray(), 0
        try:
            async with asyncio.timeout(seconds):
                while chunk := await request.content.readany():
                    if len(body) + len(chunk) > most:
                        raise BodyRefused(413)
                    body += chunk
                    more = max(len(body) - _OWN_SHARE, 0) - counted
                    if self._held + more > self._most_in_all:
                        raise BodyRefused(429)
                    self._held += more
                    counted += more
        except TimeoutError:
            raise BodyRefused(408) from None
        except (ClientPayloadError, web.RequestPayloadError, ConnectionError):
            raise BodyRefused(400) from None
        finally:
            self._held -= counted
        return bytes(body)
