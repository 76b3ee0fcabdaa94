"""The step that calls a phone, at most once: the rules of *Dialing* in .github/ARCHITECTURE.md.

First the rate's permit, then one write that rechecks state and age and notes when it is sent,
then the request. What that proves decides what may follow it.
"""

from datetime import timedelta

import structlog

from bot.callcow.client import CallCow, CallPrompt
from bot.clock import utc_now
from bot.core.call import Call, EndReason, is_repeatable
from bot.core.errors import KeyRefused, MaybeDialed, NotDialed, Refused
from bot.core.phone import masked
from bot.core.reason import Reason
from bot.metrics import Metrics
from bot.storage.group_commit import WRITE_SECONDS
from bot.storage.rate_table import SharedRate
from bot.storage.store import Store
from bot.worker.commit import TransitionWriter
from bot.worker.timing import Timing
from bot.worker.wait import Wait

_log = structlog.get_logger(__name__)


class Dial:
    """Asks CallCow to place a call, and settles what its answer means."""

    def __init__(
        self,
        commit: TransitionWriter,
        store: Store,
        wait: Wait,
        callcow: CallCow,
        rate: SharedRate,
        metrics: Metrics,
        timing: Timing,
        callback_url: str | None,
    ) -> None:
        self._commit = commit
        self._store = store
        self._wait = wait
        self._callcow = callcow
        self._rate = rate
        self._metrics = metrics
        self._timing = timing
        self._callback_url = callback_url

    async def take(self, call: Call) -> None:
        """Dial, if there is a permit and the call may still be dialed; raises `StoreError`."""
        if (wait := await self._rate.acquire_dial()) > 0:
            await self._commit.release(call, after=wait)
            return
        sent = await self._start(call)
        if sent is None:
            await self._commit.release(call, after=0.0)
            return
        try:
            placed = await self._callcow.place(self._prompt(call))
        except NotDialed as error:
            await self._not_dialed(call, sent, error)
        except MaybeDialed as error:
            await self._maybe_dialed(sent, error)
        except Refused as error:
            await self._refused(call, sent, error)
        else:
            _log.info("call placed", call=str(call.id), recipient=masked(call.recipient))
            self._count("placed")
            await self._wait.begin(sent, placed)

    async def _start(self, call: Call) -> Call | None:
        """Return the call as it is about to be sent, or None if it may not be."""
        now = utc_now()
        sent = call.sent(
            now=now,
            # The request goes out once this is written, and a write takes a while.
            due_at=now + timedelta(seconds=WRITE_SECONDS) + self._timing.dial_retry_after,
            lease_until=now + self._timing.lease,
        )
        return sent if await self._store.start_dial(call, now=now, after=sent) else None

    def _prompt(self, call: Call) -> CallPrompt:
        url = self._callback_url
        return CallPrompt(
            prompt=call.prompt,
            recipient_phone=call.recipient,
            callback_url=f"{url}/callcow/callback/{call.id}" if url else None,
            callback_secret=call.callback_secret if url else None,
            idempotency_key=str(call.id),
        )

    async def _not_dialed(self, call: Call, sent: Call, error: NotDialed) -> None:
        if error.retry_after is not None:
            await self._rate.pause(error.retry_after)
        if call.may_have_been_dialed():
            # This attempt is proved to have dialed nobody; an earlier one is not.
            await self._maybe_dialed(sent, error)
            return
        self._count("not_dialed")
        _log.warning("not dialed yet", call=str(call.id), error=str(error))
        # Once it is too late to send the call, that is told at once, however long CallCow is busy.
        left = (call.dial_at + call.send_within - utc_now()).total_seconds()
        await self._commit.retry(
            sent, sent.not_dialed(), min(error.retry_after or 0.0, max(left, 0.0))
        )

    async def _maybe_dialed(self, sent: Call, error: NotDialed | MaybeDialed) -> None:
        self._count("maybe_dialed")
        _log.warning("dial not confirmed", call=str(sent.id), error=str(error))
        asked = timedelta(seconds=error.retry_after or 0.0)
        due_at = utc_now() + max(self._timing.dial_retry_after, asked)
        if is_repeatable(sent.dialing_since, due_at):
            await self._commit.save(sent, sent.released(due_at=due_at))
        else:
            await self._wait.begin(sent)

    async def _refused(self, call: Call, sent: Call, error: Refused) -> None:
        self._count("refused")
        log = _log.error if isinstance(error, KeyRefused) else _log.warning
        log("call refused", call=str(call.id), error=type(error).__name__)
        if call.may_have_been_dialed():
            await self._wait.begin(sent)
        else:
            by_key = isinstance(error, KeyRefused)
            reason = Reason.refused(str(error), status=error.status, by_key=by_key)
            await self._commit.end(sent, EndReason.NOT_PLACED, reason)

    def _count(self, answer: str) -> None:
        self._metrics.callcow.labels("dial", answer).inc()
