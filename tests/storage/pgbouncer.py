"""A PgBouncer of a test's own, in transaction mode, in front of the tests' PostgreSQL."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy.engine import URL, make_url

from tests.world import free_port

_PROGRAM: Final = "/usr/sbin/pgbouncer"
_SECONDS: Final = 20.0


@contextmanager
def pgbouncer(database_url: str, *, extra: str = "") -> Iterator[str]:
    """Give the address of the database through a pooler of two connections."""
    if not Path(_PROGRAM).exists():
        if os.environ.get("RINGBACK_REQUIRE_POSTGRES"):
            pytest.fail(f"no {_PROGRAM}")
        pytest.skip(f"no {_PROGRAM}")
    server, port = make_url(database_url), free_port()
    folder = Path(tempfile.mkdtemp(prefix="ringback-pgbouncer-"))
    (folder / "pgbouncer.ini").write_text(_settings(server, port, extra))
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, pwd.getpwnam(user).pw_uid)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [_PROGRAM, folder / "pgbouncer.ini"], user=user, stdout=log, stderr=log, cwd=folder
        )
    try:
        _listens(port, folder / "log")
        yield server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        process.terminate()
        process.wait(_SECONDS)
        shutil.rmtree(folder)


def _settings(server: URL, port: int, extra: str) -> str:
    return f"""
        [databases]
        * = host={server.host} port={server.port or 5432} user={server.username}
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 2
        {extra}
        """.replace("        ", "")


def _listens(port: int, log: Path) -> None:
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    pytest.fail(log.read_text())
