"""Real processes of the bot's, forked from one that has loaded everything: they start at once.

Each runs what `python -m bot` runs, with an environment, a folder and standard streams of its own.
Only the second that a new interpreter takes to load the modules is saved. That it loads them shows
where a test starts the real command instead.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing import reduction
from typing import Any, Final

# One parent for each process that runs tests.
_forks: Final = multiprocessing.get_context("forkserver")
# The last ones are loaded when they are first needed, which would be in every process anew.
_forks.set_forkserver_preload(
    [
        "aiosqlite",
        "asyncpg",
        "bot.__main__",
        "bot.demo.run",
        "certifi",
        "encodings.idna",
        "httpcore",
        "slack_bolt.listener_matcher.async_builtins",
        "uvloop",
    ]
)

Program = Callable[[], int]


@dataclass(frozen=True)
class CommandLine:
    """`ringback` with these arguments."""

    arguments: tuple[str, ...]

    def __call__(self) -> int:
        """Run it and return its exit code."""
        from bot.__main__ import main

        return main(self.arguments)


@dataclass(frozen=True)
class _Stream:
    """A file descriptor that the new process gets a copy of."""

    number: int

    def __reduce__(self) -> Any:
        return _received, (reduction.DupFd(self.number),)


def _received(copy: Any) -> _Stream:
    return _Stream(copy.detach())


@dataclass
class Process:
    """A process; what it has printed is read from `stdout` and `stderr`."""

    pid: int
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    send_signal: Callable[[int], None]
    wait: Callable[[], Awaitable[int]]
    code: Callable[[], int | None]

    @property
    def returncode(self) -> int | None:
        """Its exit code once it has ended."""
        return self.code()

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self.send_signal(signal.SIGKILL)

    async def communicate(self) -> tuple[bytes, bytes]:
        """Wait until it has ended and return what it printed."""
        output, errors, _ = await asyncio.gather(
            self.stdout.read(), self.stderr.read(), self.wait()
        )
        return output, errors


async def forked(program: Program, environment: dict[str, str], folder: str | None) -> Process:
    """Start a process that runs the program, with nothing but this environment."""
    outputs, errors = os.pipe(), os.pipe()
    process = _forks.Process(
        target=_run,
        args=(program, environment, folder or os.getcwd(), _Stream(outputs[1]), _Stream(errors[1])),
        daemon=True,
    )
    process.start()
    os.close(outputs[1])
    os.close(errors[1])
    pid = process.pid
    assert pid is not None

    def send(number: int) -> None:
        if process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    async def wait() -> int:
        loop = asyncio.get_running_loop()
        # A copy, so that two may wait at once.
        sentinel = os.dup(process.sentinel)
        ended = asyncio.Event()
        loop.add_reader(sentinel, ended.set)
        try:
            while process.exitcode is None:
                await ended.wait()
        finally:
            loop.remove_reader(sentinel)
            os.close(sentinel)
        return process.exitcode

    return Process(
        pid,
        await _reader(outputs[0]),
        await _reader(errors[0]),
        send,
        wait,
        lambda: process.exitcode,
    )


async def started(environment: dict[str, str], *command: str, folder: str | None) -> Process:
    """Start a command of this machine, with nothing but this environment."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    return Process(
        process.pid,
        process.stdout,
        process.stderr,
        process.send_signal,
        process.wait,
        lambda: process.returncode,
    )


async def _reader(number: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(number, "rb", 0)
    )
    return reader


def _run(
    program: Program, environment: dict[str, str], folder: str, stdout: _Stream, stderr: _Stream
) -> None:
    """Become, in the new process, what the program expects to be."""
    # The garbage collector passes over what all of them share.
    gc.freeze()
    for stream, number in ((stdout, 1), (stderr, 2)):
        os.dup2(stream.number, number)
        os.close(stream.number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.exit(program())
