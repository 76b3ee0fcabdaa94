"""The dispatcher: claims calls that are due and sees that each is taken one step further."""

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, Self

import structlog

from bot.callcow.repeat import too_old_to_repeat
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.call_record import SEND_ATTEMPT_WITHIN, SEND_WITHIN
from bot.core.calls.states import State
from bot.core.errors import StoreError
from bot.in_flight import InFlightRequests
from bot.storage.callcow_keys import CallCowKeys
from bot.storage.calls.due import Due, Permits
from bot.storage.calls.store import Store
from bot.worker.step_tasks import StepTasks
from bot.worker.steps import Steps

_IDLE_SECONDS: Final = 1.0
_LOOP_DELAY_SECONDS: Final = 0.01
# How long what is due waits for handlers that are busy all the time. Measured with 20 commands at
# once on a machine at its limit: 1.1 times as many are answered, their 99th percentile is 0.88 of
# what it is without.
_LONGEST_YIELD_SECONDS: Final = 0.5
_POSTPONE_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 4.0
# Past this without a look at the database, the dispatcher counts as not working.
_HEALTHY_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


@dataclass(eq=False)
class _Lane:
    """Steps that wait for the same other side, so that a slow one holds up only its own."""

    states: Collection[State]
    limit: int
    running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def free(self) -> int:
        return self.limit - len(self.running)


class Condition(Protocol):
    """What must be so for this process to dial."""

    async def is_right(self) -> bool:
        """Return whether it is so."""
        ...


class Dispatcher:
    """Used as `async with`: while it is open it works, and when it closes it has let go."""

    def __init__(
        self,
        store: Store,
        steps: Steps,
        keys: CallCowKeys,
        conditions: Sequence[Condition],
        in_flight: InFlightRequests,
        *,
        lease: timedelta,
    ) -> None:
        self._store = store
        self._steps = steps
        self._keys = keys
        self._conditions = conditions
        self._in_flight = in_flight
        self._postponed_at = 0.0
        self._lease = lease
        self._threads = _Lane((State.REQUESTED, State.ENDED), limit=4)
        self._dials = _Lane((State.ANNOUNCED,), limit=8)
        self._polls = _Lane((State.WAITING,), limit=4)
        self._woken = asyncio.Event()
        self._tasks = StepTasks("call", steps.run, self._release, self._woken.set)
        self._stopping = False
        self._stop_at = 0.0
        self._looked_at = time.monotonic()
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.create_task(self._run(), name="dispatcher")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take no more work; finish what is under way within 4 s of `stop`, or release it."""
        self.stop()
        if self._loop is not None:
            await self._loop
        await self._tasks.end(self._stop_at - time.monotonic())

    def stop(self) -> None:
        """Take no more work."""
        if not self._stopping:
            self._stopping = True
            self._stop_at = time.monotonic() + _STOP_SECONDS
            self._woken.set()

    def wake(self) -> None:
        """Look for due calls at once."""
        self._woken.set()

    async def works(self) -> bool:
        """Return whether it looked for due calls lately."""
        return time.monotonic() - self._looked_at < _HEALTHY_SECONDS

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            full = False
            try:
                await self._in_flight.quiet(_LONGEST_YIELD_SECONDS)
                full = await self._start_due()
                self._looked_at = time.monotonic()
            except StoreError as error:
                _log.warning("cannot look for due calls", error=str(error))
            except Exception:  # noqa: BLE001
                # As in a step: told, and tried again, since without this loop no call goes on.
                _log.exception("look for due calls failed")
            # Under load, one look finds what would otherwise have taken many.
            await asyncio.sleep(_LOOP_DELAY_SECONDS)
            if not full:
                await self._wait_for_work()

    async def _wait_for_work(self) -> None:
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _start_due(self) -> bool:
        """Start a step for what is due; return whether there may be more to start at once."""
        permits = await self._keys.permits()
        may_dial = all([await condition.is_right() for condition in self._conditions])
        # By the clock that has just been compared.
        now = utc_now()
        if may_dial and (waited_for := self._keys.to_wait_for(permits)).some_wait:
            await self._postpone(now, waited_for)
        wanted = [
            (self._threads, Due(self._threads.states, self._threads.free)),
            (self._polls, Due(self._polls.states, self._polls.free)),
        ]
        # Where nothing is dialed, for want of a permit or at all, what became too late is told.
        if may_dial:
            wanted.append((self._dials, self._to_dial(permits)))
            if permits.some_wait:
                wanted.append((self._dials, self._too_late(now, now - SEND_WITHIN)))
        else:
            # By then no attempt is sent any more, nor is what may have been sent repeated.
            never = too_old_to_repeat(now) - SEND_ATTEMPT_WITHIN
            wanted.append((self._dials, self._too_late(now, never)))
        wanted = [(lane, due) for lane, due in wanted if due.limit > 0]
        claimed = await self._store.claim(
            [due for _, due in wanted], now=now, lease=self._lease, held=self._tasks.held
        )
        for (lane, _), calls in zip(wanted, claimed, strict=True):
            for call in calls:
                self._start(lane, call)
        return any(
            len(calls) == due.limit and lane.free > 0
            for (lane, due), calls in zip(wanted, claimed, strict=True)
        )

    def _to_dial(self, permits: Permits) -> Due:
        free, left = self._dials.free, permits.operators
        if permits.teams_waiting is None and left is not None:
            free = min(free, left)
        # Where there are several keys, those that are one too many for theirs are told to wait.
        return Due(self._dials.states, free, permits=permits)

    def _too_late(self, now: datetime, dial_before: datetime) -> Due:
        return Due(
            self._dials.states,
            self._dials.free,
            dial_before=dial_before,
            dialed_by=too_old_to_repeat(now),
        )

    async def _postpone(self, now: datetime, permits: Permits) -> None:
        """Keep what waits for a permit from becoming too late."""
        if time.monotonic() - self._postponed_at >= _POSTPONE_SECONDS:
            await self._store.wait_for_permits(now=now, permits=permits)
            self._postponed_at = time.monotonic()

    def _start(self, lane: _Lane, call: Call) -> None:
        task = self._tasks.start(call)
        lane.running.add(task)
        task.add_done_callback(lane.running.discard)

    async def _release(self, call: Call, failed: bool) -> None:
        await self._steps.release(call, failed=failed)
