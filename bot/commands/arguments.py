"""The arguments of the command line: its commands, and what each can be told."""

import argparse
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

from bot.clock import utc_now
from bot.commands import audit
from bot.metrics import own_version
from bot.settings.slack import SLASH_COMMAND

# What argparse gives no public name.
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_HTTPS: Final = re.compile(r"https://[^/?#\s]+(/[^?#\s]*)?")


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the command and its options; ends the process if they cannot be meant, or for help."""
    return _parser().parse_args(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ringback", description="A Slack bot that makes phone calls."
    )
    parser.add_argument("--version", action="version", version=f"ringback {own_version()}")
    commands = parser.add_subparsers(dest="command_name", required=True, metavar="COMMAND")
    _add_running(commands)
    _add_records(commands)
    _add_database(commands)
    _add_manifest(commands)
    return parser


def _add_running(commands: _Commands) -> None:
    commands.add_parser("serve", help="run the bot")
    shown = commands.add_parser("demo", help="try everything on this machine, in a browser")
    shown.add_argument("--port", type=int, help="the page's port (3000, or any free one)")
    shown.add_argument("--no-browser", action="store_true", help="do not open the page")
    shown.add_argument("--pace", type=_pace, default=1.0, help="1: a call takes 6 s; 0: none")
    shown.add_argument(
        "--workspaces", action="store_true", help="two workspaces, to add the bot to by OAuth"
    )
    commands.add_parser("check", help="see what works and what does not")


def _add_records(commands: _Commands) -> None:
    audited = commands.add_parser("audit", help="print who did what: no content of a call is in it")
    audited.add_argument("--since", type=_since, default="7d", help="30m, 12h, 7d, 2w or a date")
    audited.add_argument("--user", help="the id of one Slack user")
    audited.add_argument("--format", choices=audit.FORMATS, default="csv")
    forgotten = commands.add_parser(
        "forget", help="erase the content of every call of a phone number or a person"
    )
    forgotten.add_argument("whom", metavar="NUMBER|USER", help="+14155552671, or U012AB3CD")
    forgotten.add_argument(
        "--team",
        help="T012AB3CD: in this workspace alone; with SLACK_CLIENT_ID a USER is of one",
    )


def _add_database(commands: _Commands) -> None:
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
    commands.add_parser(
        "after-restore", help="end what a database restored from a backup would dial again"
    )


def _add_manifest(commands: _Commands) -> None:
    printed = commands.add_parser("manifest", help="print the app manifest for Slack")
    printed.add_argument("--url", type=_https, help="your address, for HTTP mode")
    printed.add_argument(
        "--distributed", action="store_true", help="for any number of workspaces; with --url"
    )
    printed.add_argument("--command", type=_command, help="a slash command other than /call")


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
