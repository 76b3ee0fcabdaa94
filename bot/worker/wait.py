"""Waiting for the result of a call that CallCow has, or may have: the callback, or a poll."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.callcow.client import CallCow, Placed
from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.outcome import is_terminal
from bot.core.calls.reason import NO_RESULT
from bot.core.calls.states import EndReason
from bot.core.errors import NoTerminalStatus, PollUnanswered
from bot.metrics import Metrics
from bot.storage.callcow_keys import CallCowKey, CallCowKeys
from bot.worker.commit import TransitionWriter
from bot.worker.retries import backoff
from bot.worker.status import Shown, Status
from bot.worker.timing import Timing

_POLL_MAX_SECONDS: Final = 600.0
_DIALS_FIRST_SECONDS: Final = 5.0
# With the growing pauses between them, these last for a few minutes.
_LAST_POLL_ATTEMPTS: Final = 10
_SHOW_AGAIN_ATTEMPTS: Final = 3


class Wait:
    """Awaits the callback, and polls where none comes."""

    def __init__(
        self,
        commit: TransitionWriter,
        status: Status,
        callcow: CallCow,
        keys: CallCowKeys,
        metrics: Metrics,
        timing: Timing,
    ) -> None:
        self._commit = commit
        self._status = status
        self._callcow = callcow
        self._keys = keys
        self._metrics = metrics
        self._timing = timing

    async def begin(self, call: Call, placed: Placed | None = None) -> None:
        """Await the result; without `placed` nobody knows whether CallCow took the call."""
        if placed is None:
            after = call.assumed_placed()
        else:
            after = call.placed(
                now=utc_now(),
                workflow_id=placed.workflow_id,
                provider_call_id=placed.call_id,
            )
        after = replace(after, due_at=self._next_look(after, Shown(is_current=False)))
        if await self._commit.save(call, after):
            shown = await self._status.show(after)
            await self._look_again(after, after, shown)
        elif placed is not None:
            await self._commit.add_ids(
                call, workflow_id=placed.workflow_id, provider_call_id=placed.call_id
            )

    async def run(self, call: Call) -> None:
        """Bring the status message up to date, and poll if it is time to."""
        shown = await self._status.show(call)
        after = replace(call, attempts=0 if shown.is_current else call.attempts + 1)
        if call.provider_call_id is not None and utc_now() >= self._first_poll(call):
            try:
                result = await self._poll(call.team, call.provider_call_id)
            except NoTerminalStatus as error:
                asked = max(shown.retry_after, error.retry_after or 0.0)
                shown = replace(shown, retry_after=asked)
            else:
                await self._commit.end(call, EndReason.RESULT, result=result)
                return
        await self._look_again(call, after, shown)

    async def give_up(self, call: Call) -> None:
        """Ask for the result a last time, however long ago the deadline was; then end the wait."""
        if call.provider_call_id is not None:
            try:
                result = await self._poll(call.team, call.provider_call_id)
            except PollUnanswered as error:
                if call.attempts < _LAST_POLL_ATTEMPTS:
                    await self._commit.retry(call, call.tried_again(), error.retry_after)
                    return
            except NoTerminalStatus:
                pass
            else:
                await self._commit.end(call, EndReason.RESULT, result=result)
                return
        await self._commit.end(call, EndReason.NO_RESULT, call.reason or NO_RESULT)

    async def _look_again(self, before: Call, after: Call, shown: Shown) -> None:
        """Leave the call until its next look, unless a result came meanwhile."""
        due_at = self._next_look(after, shown)
        await self._commit.save(before, after.released(due_at=due_at))

    async def _poll(self, team: str, provider_call_id: str) -> dict[str, Any]:
        """Return the result that CallCow has by now; raise `NoTerminalStatus` if it has none."""
        if (key := await self._keys.of(team)) is None:
            raise NoTerminalStatus("the workspace has no key any more")
        if (wait := await key.rate.acquire_poll()) > 0:
            raise PollUnanswered("dials go first", retry_after=max(wait, _DIALS_FIRST_SECONDS))
        return await self._ask(key, provider_call_id)

    async def _ask(self, key: CallCowKey, provider_call_id: str) -> dict[str, Any]:
        """Do so with the permit for it."""
        try:
            answer = await self._callcow.poll(provider_call_id, key.secret)
            if not is_terminal(read_payload(answer)):
                raise NoTerminalStatus("the call goes on")
        except NoTerminalStatus as error:
            self._metrics.callcow.labels("poll", "no_result").inc()
            if error.retry_after is not None:
                await key.rate.pause(error.retry_after)
            raise
        self._metrics.callcow.labels("poll", "result").inc()
        return answer

    def _first_poll(self, call: Call) -> datetime:
        return _sent_at(call) + self._timing.poll_after

    def _next_look(self, call: Call, shown: Shown) -> datetime:
        """Return when the call is due again: polls come at growing intervals."""
        now = utc_now()
        deadline = _sent_at(call) + self._timing.result_timeout
        if not shown.is_current:
            wait = max(backoff(_SHOW_AGAIN_ATTEMPTS + call.attempts), shown.retry_after)
            return min(now + timedelta(seconds=wait), deadline)
        if call.provider_call_id is None:
            return deadline
        waited = (now - _sent_at(call)).total_seconds()
        interval = max(min(waited / 4, _POLL_MAX_SECONDS), shown.retry_after)
        interval *= random.uniform(1.0, 1.1)  # noqa: S311
        return min(max(self._first_poll(call), now + timedelta(seconds=interval)), deadline)


def _sent_at(call: Call) -> datetime:
    return call.last_dial_at or call.requested_at
