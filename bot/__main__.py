"""The `ringback` command line."""

import bot.early_stop  # noqa: F401  First of all, since what follows takes a while to load.

# isort: split
import argparse
import asyncio
import re
import sys
from collections.abc import Sequence
from typing import Final

from bot import after_restore, app, check, logs, loop, manifest, migrate
from bot.core.errors import InvalidSettings, StoreError
from bot.network import Network
from bot.settings import SLASH_COMMAND, Settings

OK: Final = 0
FAILED: Final = 1
UNUSABLE: Final = 2
# What a shell makes of SIGINT.
INTERRUPTED: Final = 130
_HTTPS: Final = re.compile(r"https://[^/?#\s]+(/[^?#\s]*)?")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for settings that cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        match chosen.command_name:
            case "manifest":
                made = manifest.manifest(url=chosen.url, command=chosen.command)
                _write(manifest.as_yaml(made))
                return OK
            case "check":
                found = asyncio.run(check.findings(*_configured()))
                _write(check.table(found) + "\n")
                return OK if all(finding.ok for finding in found) else FAILED
            case "migrate":
                settings = Settings.load()
                logs.configure(settings.log_level, settings.log_format)
                asyncio.run(migrate.upgrade(settings))
                sys.stdout.write("The schema is up to date.\n")
                return OK
            case "after-restore":
                settings = Settings.load()
                logs.configure(settings.log_level, settings.log_format)
                count = asyncio.run(after_restore.end_undialed(settings))
                sys.stdout.write(f"Calls ended that may have been made since the backup: {count}\n")
                return OK
            case "demo":
                # Only here, so that `serve` loads nothing of the demo.
                from bot.demo import run

                loop.run(
                    run.demo(port=chosen.port, pace=chosen.pace, browser=not chosen.no_browser)
                )
                return OK
            case _:
                settings, network = _configured()
                logs.configure(settings.log_level, settings.log_format)
                loop.run(app.serve(settings, network))
                return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except InvalidSettings as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return UNUSABLE
    except StoreError as error:
        sys.stderr.write(f"DATABASE_URL: the database cannot be used ({error})\n")
        return FAILED


def _configured() -> tuple[Settings, Network]:
    """Return what the environment says; raise `InvalidSettings` with all that is wrong with it."""
    problems: list[str] = []
    settings = network = None
    try:
        settings = Settings.load()
    except InvalidSettings as error:
        problems += error.problems
    try:
        network = Network.of_environment()
    except InvalidSettings as error:
        problems += error.problems
    if settings is None or network is None:
        raise InvalidSettings(problems)
    return settings, network


def _write(text: str) -> None:
    """Write to the terminal, by what it can show."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = (
            text.replace("→", "->").replace("…", "...").encode(encoding, "replace").decode(encoding)
        )
    sys.stdout.write(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ringback", description="A Slack bot that makes phone calls."
    )
    commands = parser.add_subparsers(dest="command_name", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="run the bot")
    shown = commands.add_parser("demo", help="try everything on this machine, in a browser")
    shown.add_argument("--port", type=int, help="the page's port (3000, or any free one)")
    shown.add_argument("--no-browser", action="store_true", help="do not open the page")
    shown.add_argument("--pace", type=_pace, default=1.0, help="1: a call takes 6 s; 0: none")
    commands.add_parser("check", help="see what works and what does not")
    commands.add_parser(
        "after-restore", help="end what a database restored from a backup would dial again"
    )
    commands.add_parser("migrate", help="bring the database's schema up to date")
    printed = commands.add_parser("manifest", help="print the app manifest for Slack")
    printed.add_argument("--url", type=_https, help="your address, for HTTP mode")
    printed.add_argument("--command", type=_command, help="a slash command other than /call")
    return parser


def _pace(text: str) -> float:
    pace = float(text)
    if not 0 <= pace <= 100:
        raise argparse.ArgumentTypeError("must be between 0 and 100")
    return pace


def _https(url: str) -> str:
    if not _HTTPS.fullmatch(url):
        raise argparse.ArgumentTypeError("must be an address such as https://bot.example.com")
    return url


def _command(name: str) -> str:
    name = name.lower()
    if not SLASH_COMMAND.fullmatch(name):
        raise argparse.ArgumentTypeError(
            "must be a slash and up to 31 of a-z, 0-9, - and _, such as /ringback"
        )
    return name


if __name__ == "__main__":
    sys.exit(main())
