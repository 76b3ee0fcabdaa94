"""What is tried again: a write while the database is away, a request that Slack did not take."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from bot.core.errors import SlackError, SlackUnavailable, StoreError, TokenRefused, WriteRefused

# Whoever runs the bot can mend its token; until then Slack is asked seldom.
TOKEN_REFUSED_SECONDS: Final = 300.0
_BACKOFF_MAX_SECONDS: Final = 60.0
_SAVE_AGAIN_SECONDS: Final = 0.5

_log = structlog.get_logger(__name__)


async def until_saved(save: Callable[[], Awaitable[bool]]) -> bool:
    """Return what `save` returns; raise `WriteRefused`.

    What happened outside has happened: while the database is away, it is waited for rather than
    forgotten.
    """
    while True:
        try:
            return await save()
        except WriteRefused:
            raise
        except StoreError as error:
            _log.warning("step not saved yet", error=str(error))
            await asyncio.sleep(_SAVE_AGAIN_SECONDS)


def backoff(attempts: int) -> float:
    """Return the seconds to wait after so many attempts, with jitter."""
    seconds = min(2.0 ** min(attempts, 10) / 2, _BACKOFF_MAX_SECONDS)
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311


def pause_after(error: SlackError, attempts: int) -> timedelta:
    """Return how long Slack is left alone after so many attempts, of which the last failed so."""
    asked = error.retry_after if isinstance(error, SlackUnavailable) else None
    if isinstance(error, TokenRefused):
        asked = TOKEN_REFUSED_SECONDS
    return timedelta(seconds=max(backoff(attempts), asked or 0.0))
