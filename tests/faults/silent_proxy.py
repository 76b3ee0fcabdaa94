"""A way to a server that can go silent: nothing comes through any more, and nothing is closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_READ: Final = 65_536


class SilentProxy:
    """Passes bytes on until it is silent, as when the machine on one side has vanished."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self._to = (host, port)
        self._silent = asyncio.Event()
        self._passing: set[asyncio.Task[None]] = set()

    def go_silent(self) -> None:
        """Let nothing through from now on; to each side the connection stays open."""
        self._silent.set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["SilentProxy"]:
        """Take connections on a port of its own while the context is open."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._passing:
                task.cancel()
            await asyncio.gather(*self._passing, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._to)
        for source, target in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(self._pass_on(source, target))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(_READ):
                if self._silent.is_set():
                    break
                target.write(data)
                await target.drain()
            if self._silent.is_set():
                # Whatever is sent goes nowhere; nor does the end of it.
                await asyncio.Event().wait()
        except ConnectionError:
            pass
        finally:
            target.transport.abort()
