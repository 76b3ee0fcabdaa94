"""Caddy in front of one bot or several, with the file that operators get."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.faults.listening import until_answers
from tests.forked import started
from tests.world import free_port

FILE: Final = Path(__file__).parents[2] / ".ops" / "Caddyfile"


class NoCaddy(Exception):
    """There is no Caddy here."""


@asynccontextmanager
async def caddy(upstreams: Sequence[int], port: int) -> AsyncIterator[str]:
    """Run Caddy on that port while the context is open, and give its address.

    `upstreams` are the ports of the bots. Raises `NoCaddy`.
    """
    program = shutil.which("caddy")
    if program is None:
        raise NoCaddy("no caddy here")
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
            "DOMAIN": url,
            "UPSTREAMS": " ".join(f"127.0.0.1:{upstream}" for upstream in upstreams),
        }
        command = (program, "run", "--adapter", "caddyfile", "--config", str(FILE))
        process = await started(environment, *command, folder=folder)
        try:
            await until_answers(f"{url}/healthz")
            yield url
        finally:
            process.kill()
            await process.communicate()
