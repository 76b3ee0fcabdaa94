"""Waiting until an address answers."""

import asyncio
import contextlib

import aiohttp

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.05


async def until_answers(url: str) -> None:
    """Wait until an address answers 200."""
    async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(_LOOK_SECONDS)
