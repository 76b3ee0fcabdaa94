"""How a step ends: what it commits, and when the next one is due."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot.callcow.client import id_in
from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.states import EndReason
from bot.core.calls.step_retries import pause_after_failure
from bot.metrics import Metrics
from bot.storage.calls.store import Store
from bot.worker.retries import backoff, until_saved

_log = structlog.get_logger(__name__)


class TransitionWriter:
    """Writes the end of a step, if the lease still is the step's own."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def save(self, before: Call, after: Call, *, then: Call | None = None) -> bool:
        """Commit a step; return False if a handler or another replica has the call by now.

        The new call `then` is committed with it. Raises `WriteRefused`; while the database is away,
        it is waited for.
        """
        return await until_saved(lambda: self._store.advance(before, after, then=then))

    def count_report(self, call: Call) -> None:
        """Measure how long a call's report took from its end."""
        if call.ended_at is not None:
            self._metrics.reports.observe((utc_now() - call.ended_at).total_seconds())

    async def current(self, call: Call) -> Call | None:
        """Return the call as the database has it now; raises `Unreadable`."""
        return await self._store.get(call.id)

    async def add_ids(self, call: Call, **ids: str | None) -> None:
        """Write ids that a step got though it lost its call; raises `StoreError`."""
        await self._store.add_ids(call.id, **ids)

    async def retry(self, before: Call, after: Call, retry_after: float | None = None) -> bool:
        """Leave the step to be taken again: backing off, and not before `retry_after` seconds.

        Returns what `save` returns.
        """
        delay = max(backoff(after.attempts), retry_after or 0.0)
        return await self.save(before, after.released(due_at=utc_now() + timedelta(seconds=delay)))

    async def end(
        self,
        call: Call,
        ending: EndReason,
        reason: Reason | None = None,
        *,
        result: dict[str, Any] | None = None,
    ) -> bool:
        """End the call; its report is due at once, and so is a further attempt if one follows.

        Returns what `save` returns.
        """
        after = replace(
            call.ended(
                ending,
                now=utc_now(),
                reason=reason,
                result=result,
                normalized_result=None if result is None else read_payload(result),
            ),
            workflow_id=call.workflow_id or id_in(result or {}, "workflow_id"),
        )
        follows = after_end(after)
        if not await self.save(call, after, then=follows.next_attempt):
            return False
        self._metrics.count_end(follows.outcome)
        _log.info("call ended", call=str(call.id), outcome=follows.outcome)
        return True

    async def release(self, call: Call, *, after: float = 0.0, failed: bool = False) -> None:
        """Give the lease back, the step not due for `after` seconds; raises `StoreError`.

        One that failed in a way that nobody foresaw counts as tried, and waits longer each time.
        """
        pause = pause_after_failure(call.attempts) if failed else timedelta(seconds=after)
        attempts = call.attempts + 1 if failed else None
        await self._store.release(call, not_before=utc_now() + pause, attempts=attempts)
