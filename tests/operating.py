"""`.ci/operating`: follows .github/OPERATING.md from an empty folder, as an operator would.

Each block marked `sh` is given to one shell, in order; the first command that fails ends it. The
placeholders of the document are what the stand-ins of Slack and CallCow take. Between the blocks, a
comment such as `<!-- operating: a call -->` says what happens in the world meanwhile.
"""

import argparse
import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.slack.contents import Message
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, GENERAL
from tests.tls_server import tls_server
from tests.world import AT_ANY_TIME, SUMMARY, free_port, get, shown

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = ROOT / ".github" / "OPERATING.md"
_PART: Final = re.compile(
    r"^```sh\n(?P<commands>.*?)^```$|^<!-- operating: (?P<event>.+?) -->$", re.MULTILINE | re.DOTALL
)
_BLOCK_SECONDS: Final = 300.0
_DONE: Final = "operating: done"
_NEW_SECRET: Final = "new-signing-secret"
_NEW_TOKEN: Final = "xoxb-new"
_NEW_KEY: Final = "ck_live_new"
_VERSION: Final = re.compile(r"-(\d[\w.]*)-py3-")
# What is asked for in an hour, and is the same before and after the restore.
_SCHEDULED: Final = "+14153000000"
_AHEAD_SECONDS: Final = 3600


@dataclass
class Shell:
    """One bash, which is given block after block."""

    process: asyncio.subprocess.Process
    folder: Path

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: str, environment: dict[str, str]) -> "AsyncIterator[Shell]":
        """Run it in that folder while the context is open; what it started ends with it."""
        process = await asyncio.create_subprocess_exec(
            "bash", "-euo", "pipefail",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield cls(process, Path(folder))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def run(self, commands: str) -> None:
        """Run a block; ends the program with what it printed if a command fails."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{commands}\necho {_DONE!r}\n".encode())
        await self.process.stdin.drain()
        async with asyncio.timeout(_BLOCK_SECONDS):
            async for line in self.process.stdout:
                text, is_done, _ = line.decode().partition(_DONE)
                if text:
                    sys.stdout.write(f"    {text.rstrip()}\n")
                if is_done:
                    return
        for log in sorted(self.folder.glob("*.log")):
            sys.stdout.write(f"{log.name}: {log.read_text(encoding='utf-8')[-2000:]}\n")
        sys.exit(f"failed:\n{commands}")


@dataclass
class Outside:
    """Slack and CallCow, and what happens there meanwhile."""

    slack: LocalSlack
    callcow: CallCowSimulator
    # Where the replicas' metrics are, and the versions that there are: before, and next.
    metrics: list[str]
    versions: tuple[str, str]
    calls: int = 0
    done: list[str] = field(default_factory=list)
    scheduled: Message = field(init=False)

    async def happens(self, event: str) -> None:
        """Let it happen."""
        match event:
            case "a call":
                await self._call()
            case "a call is scheduled":
                await self._schedule()
            case "it is called now":
                await self._call_now()
            case "its thread is told of the restore":
                await self._told_of_the_restore()
            case "both run the version before":
                await self._run(self.versions[0])
            case "both run the next version":
                await self._run(self.versions[1])
            case "slack takes another bot token alone":
                self.slack.workspace.bot_token = _NEW_TOKEN
            case "slack signs with the new secret":
                self.slack._delivery._signing_secret = _NEW_SECRET
            case "callcow takes the new key alone":
                self.callcow.api_key = _NEW_KEY
            case _:
                sys.exit(f"nobody knows what this is: {event}")
        sys.stdout.write(f"  — {event}\n")
        self.done.append(event)

    async def _call(self) -> None:
        """Make a call, from the command to its result in the thread."""
        number = f"+1415{2_000_000 + self.calls}"
        known = len(self.slack.messages(GENERAL))
        reply = await self.slack.command(ADA, GENERAL, f"{number}, Book a table")
        assert reply.acknowledged, reply
        await self._dialed_and_over()
        await self.slack.until(lambda: len(self.slack.messages(GENERAL)) > known)
        status = self.slack.messages(GENERAL)[-1]
        await self.slack.until(lambda: any(SUMMARY in shown(one) for one in status.replies))
        assert len(self.callcow.dials) == self.calls, "somebody was dialed twice"

    async def _dialed_and_over(self) -> None:
        await self.callcow.until(lambda: len(self.callcow.dials) > self.calls)
        self.calls += 1
        delivery = await self.callcow.finish(self.callcow.dials[-1].call_id, call_summary=SUMMARY)
        assert delivery is not None
        assert delivery.status == 200, delivery

    async def _schedule(self) -> None:
        """Ask for a call in an hour; a backup has it as not dialed."""
        await self.slack.command(ADA, GENERAL)
        [*_, form] = self.slack.open_views.values()
        at = int(time.time()) + _AHEAD_SECONDS
        await self.slack.submit(form, {"number": _SCHEDULED, "prompt": "Call later", "when": at})
        await self.slack.until(lambda: "Call later" in shown(self.slack.messages(GENERAL)[-1]))
        self.scheduled = self.slack.messages(GENERAL)[-1]

    async def _call_now(self) -> None:
        """Let it be dialed after the backup, so that this must not happen once more."""
        assert (await self.slack.press(self.scheduled, "dial_now", ADA)).acknowledged
        await self._dialed_and_over()
        await self.slack.until(lambda: self.scheduled.replies)

    async def _told_of_the_restore(self) -> None:
        replies = self.scheduled.replies
        await self.slack.until(lambda: "restored from a backup" in shown(replies[-1]))
        assert [dial.recipient_phone for dial in self.callcow.dials].count(_SCHEDULED) == 1

    async def _run(self, version: str) -> None:
        for metrics in self.metrics:
            _, told = await get(metrics)
            assert f'version="{version}"' in told, f"{metrics} is not of {version}"


def _tens() -> int:
    """Return the beginning of ten ports that nobody has been given; each time another."""
    ports = [free_port() for _ in range(20)]
    return ports[10] // 10


def _version(package: str) -> str:
    found = _VERSION.search(package)
    assert found is not None, f"{package} is not a wheel"
    return found[1]


async def _main(package: str, next_package: str) -> None:
    parts = list(_PART.finditer(DOCUMENT.read_text(encoding="utf-8")))
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        slack = await stack.enter_async_context(LocalSlack(reply_seconds=30))
        callcow = await stack.enter_async_context(CallCowSimulator())
        server = stack.enter_context(tls_server())
        (Path(folder) / "ca.pem").write_bytes(server.certificate.read_bytes())
        proxy = f"http://127.0.0.1:{free_port()}"
        slack.request_url = f"{proxy}/slack/events"
        # Replica 1 listens on a port that ends in 1.
        replicas = {name: str(_tens()) for name in ("300", "940")}
        placeholders = {
            "xoxb-…": slack.bot_token,
            "xoxb-NEW": _NEW_TOKEN,
            "NEW-SIGNING-SECRET": _NEW_SECRET,
            "SIGNING-SECRET": slack.signing_secret,
            "ck_live_…": callcow.api_key,
            "ck_live_NEW": _NEW_KEY,
            "localhost:5432": f"localhost:{server.port}",
            # Slack's own requests need https, which is not spoken here.
            "--url https://ringback.example.com": "--url https://bot.example",
            "https://ringback.example.com": proxy,
            **{f"{name}$1": f"{tens}$1" for name, tens in replicas.items()},
        }
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "POSTGRES": server.administration,
            "OPS": str(ROOT / ".ops"),
            "RINGBACK": package,
            "RINGBACK_NEXT": next_package,
            "SLACK_API_URL": slack.api_url,
            "CALLCOW_BASE_URL": callcow.base_url,
            "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
            **{name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_"))},
            **AT_ANY_TIME,
        }
        admin = [f"http://127.0.0.1:{replicas['940']}{number}/metrics" for number in (1, 2)]
        versions = (_version(package), _version(next_package))
        outside = Outside(slack, callcow, admin, versions)
        shell = await stack.enter_async_context(Shell.open(folder, environment))
        for part in parts:
            if part["event"]:
                await outside.happens(part["event"])
                continue
            commands = part["commands"]
            sys.stdout.write("".join(f"$ {line}\n" for line in commands.splitlines()))
            for written, meant in placeholders.items():
                commands = commands.replace(written, meant)
            for written, meant in replicas.items():
                commands = re.sub(rf"127\.0\.0\.1:{written}(\d)", rf"127.0.0.1:{meant}\1", commands)
            await shell.run(commands)
    sys.stdout.write(
        f"All of it was done, with {outside.calls} calls, none of them dialed twice.\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("package", help="what pip installs first")
    parser.add_argument("next_package", help="what it is upgraded to")
    given = parser.parse_args()
    asyncio.run(_main(given.package, given.next_package))
