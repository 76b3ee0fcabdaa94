"""Log lines: nothing of a request forges one or shows a secret, and writing them stops nothing."""

import asyncio
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from bot import log_cleaning
from bot.log_cleaning import clean
from bot.log_writer import LogWriter
from tests.forked import started
from tests.world import World, get

SECRETS = [
    ("wss://wss.slack.com/link/?ticket=abc-123&app_id=A1", "abc-123"),
    ("cannot connect to wss://x/?ticket=%7Bab12%7D", "ab12"),
    ("token xoxb-12-34-abc refused", "12-34-abc"),
    ("XAPP-1-A-2-b in capitals", "A-2-b"),
    ("key ck_live_abcdef", "abcdef"),
    ("Authorization: Bearer s3cretvalue", "s3cretvalue"),
    ("{'Authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
    ('{"callback_secret": "hush-hush"}', "hush-hush"),
    ("{'token': 'T-1-2-3'}", "T-1-2-3"),
    ("payload token=legacy12&team_id=T1", "legacy12"),
    ("postgresql://bot:pa55word@db/x", "pa55word"),
    ("https://hooks.slack.com/commands/T1/2/verysecret", "verysecret"),
    ("v0=" + "ab" * 32, "ab" * 32),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
@pytest.mark.parametrize("place", ["event", "error", "exception"])
def test_a_secret_is_shown_nowhere_in_a_line(text: str, secret: str, place: str) -> None:
    shown = clean(None, "", {place: f"Traceback\n{text}"})

    assert secret not in json.dumps(shown)


@pytest.mark.parametrize(
    "text",
    ["SLACK_BOT_TOKEN: Slack rejects it", "a secret: none", "signed with another secret"],
)
def test_what_only_speaks_of_secrets_is_shown(text: str) -> None:
    assert clean(None, "", {"event": text}) == {"event": text}


def test_what_the_settings_hold_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_cleaning, "_known", set())
    log_cleaning.hide(["a signing secret"])

    shown = clean(None, "", {"event": "refused", "detail": [{"why": "not a signing secret!"}]})

    assert shown == {"event": "refused", "detail": [{"why": "not …!"}]}


@pytest.mark.parametrize(
    "forged",
    ["a\n2026-01-01 [info] ready", "a\r\x1b[2Jb", "a\x85b", "a\u2028b", "a\u202eb", "\x00"],
)
def test_nothing_of_a_request_begins_a_line_or_moves_the_cursor(forged: str) -> None:
    shown = clean(None, "", {"event": "refused", "theirs": forged, forged: 1})

    assert all(text.isprintable() for text in [shown["theirs"], *shown])


def test_a_tracebacks_lines_cannot_pass_for_events() -> None:
    shown = clean(None, "", {"exception": "Traceback\nValueError: a\n2026 [info] ready\x1b[0m"})

    assert shown["exception"].splitlines() == [
        "  Traceback",
        "  ValueError: a",
        "  2026 [info] ready\\x1b[0m",
    ]


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("bot", logging.INFO, "", 0, text, None, None)


def test_a_pipe_that_nobody_reads_holds_up_nobody_and_what_is_dropped_is_counted() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        writer = LogWriter(stream, waiting_max=100)
        started_at = time.monotonic()

        for _ in range(2_000):
            writer.emit(record("x" * 1_000))

        assert time.monotonic() - started_at < 5
        assert writer.dropped > 1_500
        os.close(reading)


def test_what_a_terminal_has_no_character_for_is_written_as_its_code(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w", encoding="cp1252") as stream:
        writer = LogWriter(stream)

        writer.emit(record("to …71 → 電話"))
        writer.flush()

    assert (tmp_path / "log").read_bytes() == b"to \x8571 \\u2192 \\u96fb\\u8a71\n"


def test_a_stream_that_is_closed_costs_only_its_lines(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        writer = LogWriter(stream)

    writer.emit(record("lost"))
    writer.flush()

    assert writer.dropped == 1


async def test_it_serves_without_a_standard_error(world: World) -> None:
    environment = {"PATH": os.environ["PATH"], **world.environment}
    command = f"exec {sys.executable} -m bot serve 2>&-"
    process = await started(environment, "/bin/sh", "-c", command, folder=None)
    try:
        await until_ready(world)
    finally:
        process.send_signal(signal.SIGTERM)

    assert await process.wait() == 0


async def until_ready(world: World) -> None:
    """Wait until it may be asked, without its log to tell."""
    async with asyncio.timeout(30):
        while True:
            try:
                assert (await get(f"{world.url}/readyz"))[0] == 200
            except OSError:
                # Not listening yet: look again in a moment.
                await asyncio.sleep(0.1)
            else:
                return
