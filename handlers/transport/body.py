"""Reading a request's body: no more than is ever sent, for no longer than its sender waits."""

import asyncio
from typing import Final

from aiohttp import ClientPayloadError, web

_BODY_MAX: Final = 1024 * 1024


class BodyRefused(Exception):
    """The body was not read; `status` is what to answer: 400, 408 or 413."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


async def read_body(request: web.Request, *, seconds: float) -> bytes:
    """Return the body; raise `BodyRefused` for one too large, too slow, broken or cut off."""
    if (request.content_length or 0) > _BODY_MAX:
        raise BodyRefused(413)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > _BODY_MAX:
                    raise BodyRefused(413)
    except TimeoutError:
        raise BodyRefused(408) from None
    except (ClientPayloadError, web.RequestPayloadError, ConnectionError):
        raise BodyRefused(400) from None
    return bytes(body)
