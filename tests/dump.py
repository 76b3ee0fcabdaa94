"""All that a database holds, as whoever gets hold of its files or of a dump would see it."""

import asyncio
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.world import World


async def contents(world: World, folder: Path) -> bytes:
    """Return all that SQLite's files hold, or what PostgreSQL's `pg_dump` writes."""
    return await asyncio.to_thread(_contents, world.database_url, folder)


def _contents(database_url: str, folder: Path) -> bytes:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, address], capture_output=True, check=True, timeout=60).stdout
