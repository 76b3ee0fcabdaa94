"""The `ringback` command line."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from bot import app, check, logs, manifest
from bot.errors import InvalidSettings, SchemaError
from bot.settings import Settings

OK: Final = 0
FAILED: Final = 1
UNUSABLE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for settings that cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        match chosen.command_name:
            case "manifest":
                made = manifest.manifest(url=chosen.url, command=chosen.command)
                sys.stdout.write(manifest.as_yaml(made))
                return OK
            case "check":
                found = asyncio.run(check.findings(Settings.load()))
                sys.stdout.write(check.table(found) + "\n")
                return OK if all(finding.ok for finding in found) else FAILED
            case _:
                settings = Settings.load()
                logs.configure(settings)
                asyncio.run(app.serve(settings))
                return OK
    except InvalidSettings as error:
        sys.stderr.write("".join(f"{problem}\n" for problem in error.problems))
        return UNUSABLE
    except SchemaError as error:
        sys.stderr.write(f"DATABASE_URL: the database cannot be used ({error})\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ringback", description="A Slack bot that makes phone calls."
    )
    commands = parser.add_subparsers(dest="command_name", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="run the bot")
    commands.add_parser("check", help="see what works and what does not")
    printed = commands.add_parser("manifest", help="print the app manifest for Slack")
    printed.add_argument("--url", type=_https, help="your address, for HTTP mode")
    printed.add_argument("--command", type=_command, help="a slash command other than /call")
    return parser


def _https(url: str) -> str:
    if not url.startswith("https://"):
        raise argparse.ArgumentTypeError("must begin with https://")
    return url


def _command(name: str) -> str:
    if not name.startswith("/") or len(name) < 2 or len(name) > 32 or " " in name:
        raise argparse.ArgumentTypeError("must be a slash and a name, such as /ringback")
    return name.lower()


if __name__ == "__main__":
    sys.exit(main())
