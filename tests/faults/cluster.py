"""A PostgreSQL server of a test's own, which it may stop, start and freeze."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from tests.world import free_port

_FAST: Final = "-c fsync=off -c full_page_writes=off -c max_connections=40 -c shared_buffers=16MB"
_SECONDS: Final = 30


class NoServer(Exception):
    """There is no PostgreSQL here to make a server of."""


class Cluster:
    """A server that listens on a port of its own; its files are in `folder`."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self._bin = bin_folder
        self._data = folder / "data"
        self._folder = folder
        self._port = free_port()

    def make(self) -> None:
        """Make its files."""
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "--no-sync")

    def url(self, database: str = "postgres") -> URL:
        """Return the address of one of its databases."""
        return URL.create(
            "postgresql+asyncpg", "postgres", host="127.0.0.1", port=self._port, database=database
        )

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 {_FAST}"
        log = self._folder / "log"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: "fast" as an operator would, "immediate" as a crash would."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    @property
    def runs(self) -> bool:
        """Whether it was started and not stopped."""
        return (self._data / "postmaster.pid").exists()

    @asynccontextmanager
    async def stopped(self, mode: str = "fast") -> AsyncIterator[None]:
        """Stop it while the context is open."""
        await asyncio.to_thread(self.stop, mode)
        try:
            yield
        finally:
            await asyncio.to_thread(self.start)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it keep its connections and answer nothing while the context is open."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        # The postmaster first: it starts no process then that would be missed.
        os.kill(postmaster, signal.SIGSTOP)
        children = _children(postmaster)
        for pid in children:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in [*children, postmaster]:
                os.kill(pid, signal.SIGCONT)

    def _run(self, program: str, *arguments: str | Path) -> None:
        # The server refuses to run as root. Its output goes to a file, as the server keeps it open.
        with (self._folder / "output").open("w+") as output:
            ended = subprocess.run(
                [self._bin / program, *arguments],
                user="postgres" if os.geteuid() == 0 else None,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                timeout=_SECONDS,
                check=False,
            )
            output.seek(0)
            assert ended.returncode == 0, f"{program}: {output.read()}"


@contextmanager
def new_cluster() -> Iterator[Cluster]:
    """Run a new server while the context is open; raise `NoServer` where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise NoServer("no initdb below /usr/lib/postgresql")
    folder = Path(tempfile.mkdtemp(prefix="ringback-cluster-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
        cluster = Cluster(found[-1].parent, folder)
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            if cluster.runs:
                cluster.stop("immediate")
    finally:
        shutil.rmtree(folder)


def _children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
