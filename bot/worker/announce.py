"""The first step: the call's thread is opened. Nothing is dialed before it stands."""

from dataclasses import replace

import structlog

from bot.blocks import user_messages
from bot.clock import utc_now
from bot.core.call import Call, EndReason, State
from bot.core.errors import SlackError, SlackUnavailable
from bot.slack.thread import Posted, Thread
from bot.worker.commit import TransitionWriter, released
from bot.worker.status import Status

_log = structlog.get_logger(__name__)


class Announce:
    """Posts the status message, or ends the call where there is no place for one."""

    def __init__(self, commit: TransitionWriter, status: Status, thread: Thread) -> None:
        self._commit = commit
        self._status = status
        self._thread = thread

    async def take(self, call: Call) -> None:
        """Open the thread; the call is to be dialed next, at its time."""
        try:
            posted = await self._thread.open(call)
        except SlackUnavailable as error:
            again = replace(call, attempts=call.attempts + 1)
            await self._commit.retry(call, again, error.retry_after)
        except SlackError as error:
            _log.error("no thread can be opened", call=str(call.id), error=error.code)
            await self._commit.end(call, EndReason.NOT_PLACED, user_messages.no_thread(error.code))
        else:
            await self._opened(call, posted)

    async def _opened(self, call: Call, posted: Posted) -> None:
        after = replace(
            call,
            state=State.ANNOUNCED,
            posted_in=posted.channel,
            place_error=posted.place_error,
            message_ts=posted.ts,
            announced_at=utc_now(),
            attempts=0,
        )
        after = released(replace(after, shown=after.status_fingerprint), due_at=call.dial_at)
        if not await self._commit.save(call, after):
            await self._commit.add_ids(call, posted_in=posted.channel, message_ts=posted.ts)
            # It ended while its thread was opened, and may have been reported elsewhere by now.
            if (ended := await self._commit.current(call)) is not None:
                await self._status.show(ended)
        if posted.place_error is not None:
            await self._thread.tell(call, user_messages.place_closed(after))
