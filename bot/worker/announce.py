"""The first step: the call's thread is opened. Nothing is dialed before it stands."""

from datetime import timedelta
from typing import Final

import structlog

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import UNINSTALLED, Reason
from bot.core.calls.states import EndReason
from bot.core.errors import NotInstalled, SlackError, SlackUnavailable, TokenRefused
from bot.slack.names import Names
from bot.slack.posting import Posted
from bot.slack.thread import Thread
from bot.storage.callcow_keys import CallCowKeys
from bot.storage.calls.turns import persons_before
from bot.storage.channel_slots import SLOT_SECONDS, ChannelSlots
from bot.worker.commit import TransitionWriter
from bot.worker.status import Status

_SLOT: Final = timedelta(seconds=SLOT_SECONDS)
# A channel that is busy for long is looked at again after such a part of the time waited for it.
_WAITS_AGAIN: Final = 8
_WAITS_AT_MOST: Final = timedelta(seconds=8)

_log = structlog.get_logger(__name__)


class Announce:
    """Posts the status message, or ends the call where there is no place for one."""

    def __init__(
        self,
        commit: TransitionWriter,
        status: Status,
        thread: Thread,
        names: Names,
        keys: CallCowKeys,
        slots: ChannelSlots,
    ) -> None:
        self._commit = commit
        self._status = status
        self._thread = thread
        self._names = names
        self._keys = keys
        self._slots = slots

    async def run(self, call: Call) -> None:
        """Open the thread; the call is to be dialed next, at its time.

        From here on its prompt has the names of the people in it, whom Slack sends as ids.
        """
        named = call.with_prompt(await self._names.put_into(call.team, call.prompt))
        if named != call:
            if not await self._commit.save(call, named):
                return
            call = named
        # What cannot be dialed at once is not told as if it was.
        shown = call if call.is_scheduled or await self._has_permit(call) else call.held_up()
        if (wait := await self._slots.take(call.team, call.channel)) > 0:
            await self._put_off(call, wait)
            return
        try:
            posted = await self._thread.open(shown)
        except SlackUnavailable as error:
            _log.warning("thread not opened yet", call=str(call.id), error=error.code)
            await self._commit.retry(call, call.tried_again(), error.retry_after)
        except NotInstalled:
            await self._commit.end(call, EndReason.NOT_PLACED, UNINSTALLED)
        except SlackError as error:
            if isinstance(error, TokenRefused) and call.attempts == 0:
                # Another replica may have taken a new one a moment ago.
                await self._commit.retry(call, call.tried_again(), None)
                return
            _log.error("no thread can be opened", call=str(call.id), error=error.code)
            await self._commit.end(call, EndReason.NOT_PLACED, Reason.no_thread(error.code))
        else:
            await self._opened(call, shown, posted)

    async def _has_permit(self, call: Call) -> bool:
        """Return whether the call can be dialed at once; one without a key ends at once."""
        key = await self._keys.of(call.team)
        return key is None or key.rate.left() > 0

    async def _put_off(self, call: Call, wait: float) -> None:
        """Leave the channel to others: Slack takes one message a second in it.

        Of one person's many calls each comes back in its own second, and later ones less and less
        often, so that others' are found among them. When it is to be dialed stays as it was: how
        much of the wait was an outage nobody knows, and that never moves a call.
        """
        now = utc_now()
        again = min((now - call.requested_at) / _WAITS_AGAIN, _WAITS_AT_MOST)
        own_second = call.requested_at + persons_before(call.turn) * _SLOT
        due_at = max(now + timedelta(seconds=wait), own_second, now + again)
        await self._commit.save(call, call.released(due_at=due_at))

    async def _opened(self, call: Call, shown: Call, posted: Posted) -> None:
        after = shown.announced(
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
        elif after.is_elsewhere and posted.place_error is None:
            await self._thread.tell_where(after)
        if posted.place_error is not None:
            await self._thread.tell_place_closed(after)
