"""The first step: the call's thread is opened. Nothing is dialed before it stands."""

import structlog

from bot.clock import utc_now
from bot.core.call import Call, EndReason
from bot.core.errors import SlackError, SlackUnavailable
from bot.core.reason import Reason
from bot.slack.names import Names
from bot.slack.thread import Posted, Thread
from bot.worker.commit import TransitionWriter
from bot.worker.status import Status

_log = structlog.get_logger(__name__)


class Announce:
    """Posts the status message, or ends the call where there is no place for one."""

    def __init__(
        self, commit: TransitionWriter, status: Status, thread: Thread, names: Names
    ) -> None:
        self._commit = commit
        self._status = status
        self._thread = thread
        self._names = names

    async def take(self, call: Call) -> None:
        """Open the thread; the call is to be dialed next, at its time.

        From here on its prompt has the names of the people in it, whom Slack sends as ids.
        """
        named = call.with_prompt(await self._names.put_into(call.prompt))
        if named != call:
            if not await self._commit.save(call, named):
                return
            call = named
        try:
            posted = await self._thread.open(call)
        except SlackUnavailable as error:
            _log.warning("thread not opened yet", call=str(call.id), error=error.code)
            await self._commit.retry(call, call.tried_again(), error.retry_after)
        except SlackError as error:
            _log.error("no thread can be opened", call=str(call.id), error=error.code)
            await self._commit.end(call, EndReason.NOT_PLACED, Reason.no_thread(error.code))
        else:
            await self._opened(call, posted)

    async def _opened(self, call: Call, posted: Posted) -> None:
        after = call.announced(
            channel=posted.channel,
            ts=posted.ts,
            now=utc_now(),
            place_error=posted.place_error,
        )
        if not await self._commit.save(call, after):
            await self._commit.add_ids(call, posted_in=posted.channel, message_ts=posted.ts)
            # It ended while its thread was opened, and may have been reported elsewhere by now.
            if (ended := await self._commit.current(call)) is not None:
                await self._status.show(ended)
        if posted.place_error is not None:
            await self._thread.tell_place_closed(after)
