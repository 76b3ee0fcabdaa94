"""The `ringback` command line."""

from bot import early_stop  # First of all, since what follows takes a while to load.

# isort: split
import argparse
import asyncio
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from bot import logs, loop, manifest
from bot.app.serving import serve
from bot.clock import utc_now
from bot.commands import after_restore, audit, check, forget, migrate
from bot.core.errors import InvalidSettings, StoreError
from bot.core.forget import read_whom_to_forget
from bot.metrics import own_version
from bot.network import Network
from bot.settings import Settings
from bot.settings.slack import SLASH_COMMAND
from bot.settings.sources import unreadable_lines, wants_json

OK: Final = 0
FAILED: Final = 1
UNUSABLE: Final = 2
_HTTPS: Final = re.compile(r"https://[^/?#\s]+(/[^?#\s]*)?")

_log = structlog.get_logger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for settings that cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        early_stop.loaded()
        match chosen.command_name:
            case "manifest":
                if chosen.distributed and chosen.url is None:
                    _complain(["--distributed: needs --url, where workspaces install the bot"])
                    return UNUSABLE
                made = manifest.manifest(
                    url=chosen.url, command=chosen.command, is_distributed=chosen.distributed
                )
                _write(manifest.as_yaml(made))
                return OK
            case "check":
                configured = _configured()
                _complain([f".env: line {line} cannot be read" for line in unreadable_lines()])
                found = asyncio.run(check.findings(*configured))
                _write(check.table(found) + "\n")
                return OK if all(finding.ok for finding in found) else FAILED
            case "migrate":
                return _migrate(
                    encrypts=chosen.encrypt, again=chosen.reencrypt, lost=chosen.keys_lost
                )
            case "new-key":
                sys.stdout.write(f"{migrate.new_key()}\n")
                return OK
            case "after-restore":
                ended = asyncio.run(after_restore.end_undialed(_settings()))
                sys.stdout.write(
                    f"Calls ended that may have been made since the backup: {ended.calls}\n"
                    f"Questions closed that may have been answered since: {ended.questions}\n"
                )
                return OK
            case "audit":
                wanted = audit.AuditRequest(chosen.since, chosen.user, chosen.format)
                asyncio.run(audit.print_audit(_settings(), wanted, sys.stdout))
                return OK
            case "forget":
                return _forget(chosen.whom)
            case "demo":
                # Only here, so that `serve` loads nothing of the demo.
                from bot.demo import run

                loop.run(
                    run.demo(
                        port=chosen.port,
                        pace=chosen.pace,
                        browser=not chosen.no_browser,
                        workspaces=chosen.workspaces,
                    )
                )
                return OK
            case _:
                settings, network = _configured()
                _configure_logs(settings)
                loop.run(serve(settings, network))
                return OK
    except KeyboardInterrupt:
        return early_stop.INTERRUPTED
    except InvalidSettings as error:
        _complain(error.problems)
        return UNUSABLE
    except StoreError as error:
        _complain([f"DATABASE_URL: the database cannot be used ({error})"])
        return FAILED


def _settings() -> Settings:
    """Return the settings, with logging as they say; raise `InvalidSettings`."""
    settings = Settings.load()
    _configure_logs(settings)
    return settings


def _configure_logs(settings: Settings) -> None:
    """Log as the settings say, and say what of a `.env` counts for nothing."""
    logs.configure(settings.log_level, settings.log_format)
    for line in unreadable_lines():
        _log.warning("a line of .env cannot be read", line=line)


def _migrate(*, encrypts: bool, again: bool, lost: bool) -> int:
    if encrypts:
        asyncio.run(migrate.encrypt(_settings()))
        sys.stdout.write(
            "What is written from now on is encrypted. "
            "`ringback migrate --reencrypt` encrypts what is there.\n"
        )
    elif again or lost:
        done = asyncio.run(migrate.reencrypt(_settings(), keys_lost=lost))
        sys.stdout.write(
            f"Rows encrypted with the newest key: {done.rows}\n"
            f"Rows left alone, since their key is missing: {done.locked}\n"
        )
        return FAILED if done.locked else OK
    else:
        asyncio.run(migrate.upgrade(_settings()))
        sys.stdout.write("The schema is up to date.\n")
    return OK


def _forget(text: str) -> int:
    settings = _settings()
    whom = read_whom_to_forget(text, settings.default_region)
    if whom is None:
        _complain([f"{text}: neither a phone number, such as +14155552671, nor a Slack user id"])
        return UNUSABLE
    report = asyncio.run(forget.forget(settings, whom))
    sys.stdout.write("".join(f"{line}\n" for line in report.lines))
    return FAILED if report.is_in_log else OK


def _complain(problems: Sequence[str]) -> None:
    """Write a line for each problem on standard error, in the form that log lines have."""
    if not wants_json():
        sys.stderr.write("".join(f"{problem}\n" for problem in problems))
        return
    logs.configure("ERROR", "json")
    for problem in problems:
        _log.error(problem)
    logs.flush()


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
    parser.add_argument("--version", action="version", version=f"ringback {own_version()}")
    commands = parser.add_subparsers(dest="command_name", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="run the bot")
    shown = commands.add_parser("demo", help="try everything on this machine, in a browser")
    shown.add_argument("--port", type=int, help="the page's port (3000, or any free one)")
    shown.add_argument("--no-browser", action="store_true", help="do not open the page")
    shown.add_argument("--pace", type=_pace, default=1.0, help="1: a call takes 6 s; 0: none")
    shown.add_argument(
        "--workspaces", action="store_true", help="two workspaces, to add the bot to by OAuth"
    )
    commands.add_parser("check", help="see what works and what does not")
    commands.add_parser(
        "after-restore", help="end what a database restored from a backup would dial again"
    )
    audited = commands.add_parser("audit", help="print who did what: no content of a call is in it")
    audited.add_argument("--since", type=_since, default="7d", help="30m, 12h, 7d, 2w or a date")
    audited.add_argument("--user", help="the id of one Slack user")
    audited.add_argument("--format", choices=audit.FORMATS, default="csv")
    forgotten = commands.add_parser(
        "forget", help="erase the content of every call of a phone number or a person"
    )
    forgotten.add_argument("whom", metavar="NUMBER|USER", help="+14155552671, or U012AB3CD")
    migrated = commands.add_parser("migrate", help="bring the database's schema up to date")
    how = migrated.add_mutually_exclusive_group()
    how.add_argument(
        "--encrypt",
        action="store_true",
        help="also encrypt what is written from now on; first give every replica ENCRYPTION_KEYS",
    )
    how.add_argument(
        "--reencrypt",
        action="store_true",
        help="also encrypt what is there with the newest key, while the bot runs",
    )
    how.add_argument(
        "--keys-lost",
        action="store_true",
        help="as --reencrypt, where no old key is left: what it hid is given up",
    )
    commands.add_parser("new-key", help="print a new key for ENCRYPTION_KEYS")
    printed = commands.add_parser("manifest", help="print the app manifest for Slack")
    printed.add_argument("--url", type=_https, help="your address, for HTTP mode")
    printed.add_argument(
        "--distributed", action="store_true", help="for any number of workspaces; with --url"
    )
    printed.add_argument("--command", type=_command, help="a slash command other than /call")
    return parser


def _pace(text: str) -> float:
    pace = float(text)
    if not 0 <= pace <= 100:
        raise argparse.ArgumentTypeError("must be between 0 and 100")
    return pace


def _since(text: str) -> datetime:
    try:
        return audit.read_since(text, utc_now())
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError("must be 30m, 12h, 7d, 2w or 2026-11-01") from None


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
