"""The last step: the result is posted in the thread, and the status message brought up to date."""

from typing import Final

import structlog

from bot.clock import utc_now
from bot.core.call import Call, EndReason
from bot.core.errors import SlackError, SlackUnavailable, TokenRefused
from bot.slack.home_tabs import Home
from bot.slack.thread import Posted, Thread
from bot.worker.commit import TransitionWriter
from bot.worker.status import TOKEN_REFUSED_SECONDS, Status, is_current

# With the growing pauses between them, these last for a few minutes.
_UPDATES_MAX: Final = 10

_log = structlog.get_logger(__name__)


class Report:
    """Posts the result once, as far as that can be known."""

    def __init__(
        self, commit: TransitionWriter, status: Status, thread: Thread, home: Home
    ) -> None:
        self._commit = commit
        self._status = status
        self._thread = thread
        self._home = home

    async def take(self, call: Call) -> None:
        """Report the call, or go on where an earlier attempt stopped."""
        reported = call
        if call.result_ts is None:
            try:
                posted = await self._post(call)
            except SlackError as error:
                await self._not_posted(call, error)
                return
            # Committed at once, so that what comes after this cannot post it twice.
            reported = call.posted(channel=posted.channel, ts=posted.ts)
            if not await self._commit.save(call, reported):
                return
        shown, retry_after = await self._status.show(reported)
        if not is_current(shown) and shown.attempts < _UPDATES_MAX:
            saved = await self._commit.retry(reported, shown.tried_again(), retry_after)
        else:
            saved = await self._commit.save(reported, shown.reported(utc_now()))
            if call.ending is not EndReason.INCOMPLETE:
                self._home.show_soon(call.requester, call.team)
        if not saved:
            await self._status.overtaken(shown)

    async def give_up(self, call: Call) -> None:
        """Leave it at that: the call is over, and the lists of calls show how it ended."""
        if call.result_ts is None:
            _log.error("result given up: Slack did not take it", call=str(call.id))
            await self._thread.tell_result(call)
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
            await self._commit.retry(call, again, error.retry_after)
            return
        _log.error("result cannot be posted", call=str(call.id), error=error.code)
        if isinstance(error, TokenRefused) and call.posted_in is not None:
            # The thread stands: it waits for another token.
            await self._commit.retry(call, again, TOKEN_REFUSED_SECONDS)
            return
        await self._thread.tell_result(call)
        await self._commit.save(call, call.reported(utc_now()))
