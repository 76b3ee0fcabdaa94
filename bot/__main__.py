"""The `ringback` command line."""

from bot import early_stop  # First of all, since what follows takes a while to load.

# isort: split
import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from bot import logs, loop, manifest
from bot.app.serving import serve
from bot.commands import after_restore, audit, check, forget, migrate
from bot.commands.arguments import parse
from bot.core.errors import InvalidSettings, StoreError
from bot.core.forget import PersonToForget, read_whom_to_forget
from bot.network import Network
from bot.settings import Settings
from bot.settings.sources import unreadable_lines, wants_json

OK: Final = 0
FAILED: Final = 1
UNUSABLE: Final = 2

_log = structlog.get_logger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for settings that cannot be used."""
    chosen = parse(arguments)
    try:
        early_stop.loaded()
        return _COMMANDS[chosen.command_name](chosen)
    except KeyboardInterrupt:
        return early_stop.INTERRUPTED
    except InvalidSettings as error:
        _complain(error.problems)
        return UNUSABLE
    except StoreError as error:
        _complain([f"DATABASE_URL: the database cannot be used ({error})"])
        return FAILED


def _serve(_: Namespace) -> int:
    settings, network = _configured()
    _configure_logs(settings)
    loop.run(serve(settings, network))
    return OK


def _demo(chosen: Namespace) -> int:
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


def _check(_: Namespace) -> int:
    configured = _configured()
    _complain([f".env: line {line} cannot be read" for line in unreadable_lines()])
    found = asyncio.run(check.findings(*configured))
    _write(check.table(found) + "\n")
    return OK if all(finding.ok for finding in found) else FAILED


def _manifest(chosen: Namespace) -> int:
    if chosen.distributed and chosen.url is None:
        _complain(["--distributed: needs --url, where workspaces install the bot"])
        return UNUSABLE
    made = manifest.manifest(
        url=chosen.url, command=chosen.command, is_distributed=chosen.distributed
    )
    _write(manifest.as_yaml(made))
    return OK


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


def _migrate(chosen: Namespace) -> int:
    if chosen.encrypt:
        asyncio.run(migrate.encrypt(_settings()))
        sys.stdout.write(
            "What is written from now on is encrypted. "
            "`ringback migrate --reencrypt` encrypts what is there.\n"
        )
        return OK
    if chosen.reencrypt or chosen.keys_lost:
        done = asyncio.run(migrate.reencrypt(_settings(), keys_lost=chosen.keys_lost))
        sys.stdout.write(
            f"Rows encrypted with the newest key: {done.rows}\n"
            f"Rows left alone, since their key is missing: {done.locked}\n"
        )
        return FAILED if done.locked else OK
    asyncio.run(migrate.upgrade(_settings()))
    sys.stdout.write("The schema is up to date.\n")
    return OK


def _new_key(_: Namespace) -> int:
    sys.stdout.write(f"{migrate.new_key()}\n")
    return OK


def _after_restore(_: Namespace) -> int:
    ended = asyncio.run(after_restore.end_undialed(_settings()))
    sys.stdout.write(
        f"Calls ended that may have been made since the backup: {ended.calls}\n"
        f"Questions closed that may have been answered since: {ended.questions}\n"
    )
    return OK


def _audit(chosen: Namespace) -> int:
    wanted = audit.AuditRequest(chosen.since, chosen.user, chosen.format)
    asyncio.run(audit.print_audit(_settings(), wanted, sys.stdout))
    return OK


def _forget(chosen: Namespace) -> int:
    settings = _settings()
    whom = read_whom_to_forget(chosen.whom, settings.default_region)
    if whom is None:
        _complain(
            [f"{chosen.whom}: neither a phone number, such as +14155552671, nor a Slack user id"]
        )
        return UNUSABLE
    if settings.has_many_workspaces and isinstance(whom, PersonToForget) and not chosen.team:
        _complain(
            [f"{chosen.whom}: another workspace may have somebody else of this id: add --team T…"]
        )
        return UNUSABLE
    report = asyncio.run(forget.forget(settings, whom, chosen.team))
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


_COMMANDS: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "serve": _serve,
    "demo": _demo,
    "check": _check,
    "migrate": _migrate,
    "new-key": _new_key,
    "after-restore": _after_restore,
    "audit": _audit,
    "forget": _forget,
    "manifest": _manifest,
}

if __name__ == "__main__":
    sys.exit(main())
