"""The last step: the result is posted in the thread, and the status message brought up to date."""

from typing import Final

import structlog

from bot.clock import utc_now
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason
from bot.core.errors import SlackError, SlackUnavailable, TokenRefused
from bot.slack.home_tabs import Home
from bot.slack.posting import Posted
from bot.slack.thread import Thread
from bot.storage.calls.series import SeriesStore
from bot.worker.commit import TransitionWriter
from bot.worker.retries import TOKEN_REFUSED_SECONDS
from bot.worker.status import Status

# With the growing pauses between them, these last for a few minutes.
_UPDATES_MAX: Final = 10

_log = structlog.get_logger(__name__)


class Report:
    """Posts the result once, as far as that can be known."""

    def __init__(
        self,
        commit: TransitionWriter,
        series: SeriesStore,
        status: Status,
        thread: Thread,
        home: Home,
    ) -> None:
        self._commit = commit
        self._series = series
        self._status = status
        self._thread = thread
        self._home = home

    async def run(self, call: Call) -> None:
        """Report the call, or go on where an earlier attempt stopped.

        What the status message tells by itself gets no reply, unless Slack refuses to edit it.
        """
        reported, is_quiet = call, await self._is_quiet(call)
        if call.result_ts is None and not is_quiet:
            try:
                posted = await self._post(call)
            except SlackError as error:
                await self._not_posted(call, error)
                return
            # Committed at once, so that what comes after this cannot post it twice.
            reported = call.posted(channel=posted.channel, ts=posted.ts)
            if not await self._commit.save(call, reported):
                return
            self._commit.count_report(call)
        shown = await self._status.show(reported)
        if not shown.is_current and reported.attempts < _UPDATES_MAX:
            await self._commit.retry(reported, reported.tried_again(), shown.retry_after)
            return
        if is_quiet and (shown.is_refused or not shown.is_current):
            await self._post_status(call)
        await self._commit.save(reported, reported.reported(utc_now()))
        follows = after_end(call)
        self._home.show_soon(follows.person, follows.team)

    async def _is_quiet(self, call: Call) -> bool:
        """Whether the status message alone tells how the call ended."""
        if call.retry_plan.attempts == 1 and call.attempt_number == 1:
            return call.ending is EndReason.CANCELED
        series = await self._series.get(call.series)
        return series is not None and not series.is_reported_by_reply(call)

    async def _post_status(self, call: Call) -> None:
        """Post below it what the status message cannot show any more."""
        series = await self._series.get(call.series)
        try:
            if series is not None:
                await self._thread.post_status(series)
        except SlackError as error:
            _log.warning("status message not posted again", call=str(call.id), error=error.code)

    async def give_up(self, call: Call) -> None:
        """Leave it at that: the call is over, and the lists of calls show how it ended."""
        if call.result_ts is None:
            _log.error("result given up: Slack did not take it", call=str(call.id))
            try:
                await self._thread.tell_result(call)
            # What cannot even be told is not tried for ever.
            except Exception:  # noqa: BLE001
                _log.exception("result cannot be told", call=str(call.id))
        await self._commit.save(call, call.reported(utc_now()))

    async def _post(self, call: Call) -> Posted:
        """Post the result, or at least how the call ended; raises `SlackError`."""
        try:
            return await self._thread.report(call)
        except SlackError:
            raise
        # Whatever is odd about a result, its thread is told.
        except Exception:  # noqa: BLE001
            _log.exception("result cannot be shown", call=str(call.id))
            return await self._thread.report_plainly(call)

    async def _not_posted(self, call: Call, error: SlackError) -> None:
        """Try again later what may work later; else tell the requester where that works."""
        again = call.tried_again()
        if isinstance(error, SlackUnavailable):
            _log.warning("result not posted yet", call=str(call.id), error=error.code)
            await self._commit.retry(call, again, error.retry_after)
            return
        _log.error("result cannot be posted", call=str(call.id), error=error.code)
        if isinstance(error, TokenRefused) and call.posted_in is not None:
            # The thread stands: it waits for another token.
            await self._commit.retry(call, again, TOKEN_REFUSED_SECONDS)
            return
        await self._thread.tell_result(call)
        await self._commit.save(call, call.reported(utc_now()))
