"""Keeping the one status message of a series current."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from bot.core.calls.call import Call
from bot.core.calls.series import Series
from bot.core.errors import SlackError, SlackUnavailable, StoreError, TokenRefused
from bot.slack.thread import Thread
from bot.storage.calls.series import SeriesStore
from bot.worker.retries import TOKEN_REFUSED_SECONDS

# Attempts change seldom: who has to render more often than this tries again later.
_RENDERINGS_MAX: Final = 5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Shown:
    """Whether the message shows what is true, was refused for good, or is to be tried later."""

    is_current: bool
    is_refused: bool = False
    retry_after: float = 0.0


class Status:
    """Brings the status message up to date, as far as Slack lets it."""

    def __init__(self, thread: Thread, series: SeriesStore) -> None:
        self._thread = thread
        self._series = series

    async def show(self, call: Call) -> Shown:
        """Let the message show all attempts of the call's series; a failure holds nothing up.

        It is rendered again until nobody else has edited it meanwhile: an older edit of ours may
        have landed after a newer one of theirs.
        """
        try:
            return await self._show(call.series)
        except StoreError as error:
            _log.warning("status message not updated", call=str(call.id), error=str(error))
            return Shown(is_current=False)

    async def _show(self, series_id: UUID) -> Shown:
        was_overtaken = False
        for _ in range(_RENDERINGS_MAX):
            series = await self._series.get(series_id)
            if series is None or series.message_ts is None:
                return Shown(is_current=True)
            if series.is_current and not was_overtaken:
                return Shown(is_current=True)
            shown = await self._update(series)
            if not shown.is_current or await self._series.shown(series):
                return shown
            was_overtaken = True
        return Shown(is_current=False)

    async def _update(self, series: Series) -> Shown:
        """Edit the message; what Slack refuses for good counts as shown."""
        log = _log.bind(series=str(series.id))
        try:
            await self._thread.update(series)
        except SlackUnavailable as error:
            log.info("status message not updated", error=error.code)
            return Shown(is_current=False, retry_after=error.retry_after or 0.0)
        except TokenRefused as error:
            log.warning("status message not updated", error=error.code)
            return Shown(is_current=False, retry_after=TOKEN_REFUSED_SECONDS)
        except SlackError as error:
            log.warning("status message refused", error=error.code)
            return Shown(is_current=True, is_refused=True)
        return Shown(is_current=True)
