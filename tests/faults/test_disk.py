"""SQLite's file locked by another process, and a disk without space."""

import asyncio
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.faults.requests import a_call_and_a_form, refuse, work_again
from tests.world import COMMAND, Served, World

LOCKED_SECONDS = 4
LOCK = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
other.execute("ROLLBACK")
"""
SMALL_DISK = 2 * 1024 * 1024


async def test_another_process_locks_the_file_for_seconds(world: World, tmp_path: Path) -> None:
    async with world.served():
        status, form = await a_call_and_a_form(world)
        locker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", LOCK, tmp_path / "ringback.db"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert locker.stdout is not None
        assert await locker.stdout.readline() == b"locked\n"
        until = time.monotonic() + LOCKED_SECONDS
        while time.monotonic() < until:
            await refuse(world, form, "Nothing was saved")
        await locker.communicate(b"")

        await work_again(world, status, form)
        assert len(await world.saved_calls()) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    ended = subprocess.run(mount, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {ended.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@contextmanager
def kept_open(database: Path) -> Iterator[None]:
    """Have the database open beside the bot while the context is open.

    Otherwise the bot's giving up its last connection makes SQLite tidy up, and that makes room.
    """
    with closing(sqlite3.connect(database)) as other:
        other.execute("SELECT count(*) FROM calls").fetchall()
        yield


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Let the disk have no space left while the context is open."""
    with (folder / "filling").open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
        yield
    (folder / "filling").unlink()


@contextmanager
def limited(bot: Served, folder: Path) -> Iterator[None]:
    """Let no file of the bot's grow while the context is open, as by a quota."""
    size = (folder / "ringback.db-wal").stat().st_size
    before = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, before)


async def test_the_disk_is_full(small_disk: Path) -> None:
    async with World(f"sqlite+aiosqlite:///{small_disk}/ringback.db") as world, world.served():
        status, form = await a_call_and_a_form(world)

        with kept_open(small_disk / "ringback.db"), full(small_disk):
            await refuse(world, form, "may have been saved")
            assert len(await world.saved_calls()) == 1

        await work_again(world, status, form)


async def test_the_file_may_not_grow(world: World, tmp_path: Path) -> None:
    async with world.served() as bot:
        status, form = await a_call_and_a_form(world)

        with kept_open(tmp_path / "ringback.db"), limited(bot, tmp_path):
            await refuse(world, form, "may have been saved")
            assert len(await world.saved_calls()) == 1

        await work_again(world, status, form)


async def test_the_disk_fills_while_it_dials(world: World, tmp_path: Path) -> None:
    answer = asyncio.Event()
    world.callcow.faults.add("call-prompt", Fault(when="after", hold=answer))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()

        with limited(bot, tmp_path):
            answer.set()
            await bot.until_logged("step not saved yet")

        await world.until_posted()
        await world.until_placed()
        assert (await world.saved()).provider_call_id == dial.call_id
        assert len(world.callcow.requests) == 1
