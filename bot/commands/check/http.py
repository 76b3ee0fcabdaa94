"""Asking an address from here, as the bot would."""

import asyncio
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx
from socksio.exceptions import SOCKSError

from bot.commands.check.finding import CHECK_SECONDS, Finding, printable
from bot.network import Network

NOT_REACHED: Final = (httpx.HTTPError, SOCKSError, OSError, TimeoutError)


async def get(url: str, network: Network, headers: Mapping[str, str]) -> httpx.Response:
    """Return the answer of an address; raise one of `NOT_REACHED`."""
    client = httpx.AsyncClient(
        timeout=CHECK_SECONDS,
        trust_env=False,
        proxy=network.proxy_for(url),
        verify=network.trust or True,
    )
    async with asyncio.timeout(CHECK_SECONDS), client:
        return await client.get(url, headers=dict(headers))


def not_reached(what: str, error: Exception, url: str, network: Network, advice: str) -> Finding:
    """Return that an address was not reached; where a proxy leads there, the advice is on that."""
    if network.proxy_for(url) is None:
        return Finding(what, False, f"not reached ({type(error).__name__})", advice)
    return Finding(what, False, f"not reached through the proxy ({type(error).__name__})",
                   "see whether HTTPS_PROXY or ALL_PROXY leads there, "
                   "or name the host in NO_PROXY")  # fmt: skip


def target_of(answer: httpx.Response) -> str:
    """Return where a redirect leads, without what may be secret in the address."""
    try:
        parts = urlsplit(str(answer.next_request.url if answer.next_request else ""))
    except ValueError:
        return "another address"
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200])
