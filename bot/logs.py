"""What is logged and how: one line for each event, on standard error."""

import asyncio
import logging
import os
import socket
import sys
import time
from types import TracebackType
from typing import Final

import structlog
from aiohttp.http import HttpProcessingError

from bot.log_cleaning import clean
from bot.log_writer import LogWriter

# These log bodies, tokens or rows below WARNING: prompts and secrets are never logged.
_NOISY_LOGGERS: Final = ("aiohttp", "aiosqlite", "alembic", "asyncio", "httpcore", "httpx",
                     "slack_bolt", "slack_sdk", "sqlalchemy")  # fmt: skip


class _OnlyFailures(logging.Filter):
    """Keeps out what libraries log with a traceback though nothing of ours has failed.

    aiohttp does so of a request that is not HTTP, and quotes it, secrets and all; SQLAlchemy does
    so of a connection that was not closed in time at the end.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is of something else."""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError | asyncio.CancelledError)


_writer: LogWriter | None = None


def dropped_lines() -> int:
    """Return how many lines were not written, since nobody took them."""
    return _writer.dropped if _writer is not None else 0


def flush() -> None:
    """Wait a moment until what was logged is written."""
    if _writer is not None:
        _writer.flush()


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("crashed", exc_info=(kind, error, trace))
    flush()


def _add_replica(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Say of which process a line is: in containers its host tells, elsewhere its number."""
    event["replica"] = f"{socket.gethostname()}-{os.getpid()}"
    return event


def configure(level: str, form: str) -> None:
    """Log from `level` on, everything through one formatter; `form` is "console" or "json"."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_replica,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr is not None and sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    global _writer
    _writer = handler = LogWriter(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                clean,
                render,
            ],
        )
    )
    handler.addFilter(_OnlyFailures())
    # What goes wrong in logging itself is not written past it.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


class Occasional:
    """Says when something that happens often is to be logged: once a minute for each kind."""

    def __init__(self, seconds: float = 60.0) -> None:
        self._seconds = seconds
        self._last: dict[str, float] = {}
        self._since: dict[str, int] = {}

    def due(self, kind: str) -> int:
        """Return how often it happened since it was logged last, or 0 if it is not to be now."""
        self._since[kind] = self._since.get(kind, 0) + 1
        now = time.monotonic()
        if kind in self._last and now - self._last[kind] < self._seconds:
            return 0
        self._last[kind] = now
        return self._since.pop(kind)
