"""The steps of a call: `Steps` takes a leased call through the one that is next."""

from typing import Self

from bot.blocks import problem
from bot.call import Call, Ending, Step
from bot.callcow import CallCow
from bot.clock import utc_now
from bot.home import Home
from bot.metrics import Metrics
from bot.rate import Rate
from bot.steps.announce import Announce
from bot.steps.commit import Commit
from bot.steps.dial import Dial
from bot.steps.report import Report
from bot.steps.status import Status
from bot.steps.timing import Timing
from bot.steps.wait import Wait
from bot.store import Store
from bot.thread import Thread

__all__ = ["Steps", "Timing"]


class Steps:
    """One object for each kind of step, and the choice between them."""

    def __init__(
        self, commit: Commit, announce: Announce, dial: Dial, wait: Wait, report: Report,
        metrics: Metrics, timing: Timing,
    ) -> None:  # fmt: skip
        self._commit = commit
        self._announce = announce
        self._dial = dial
        self._wait = wait
        self._report = report
        self._metrics = metrics
        self._timing = timing

    @classmethod
    def of(
        cls,
        store: Store,
        thread: Thread,
        home: Home,
        callcow: CallCow,
        rate: Rate,
        metrics: Metrics,
        timing: Timing,
        *,
        callback_url: str | None,
    ) -> Self:
        """Return the steps; `callback_url` is where CallCow reaches this bot, None if nowhere."""
        commit, status = Commit(store, metrics), Status(thread)
        wait = Wait(commit, status, callcow, rate, metrics, timing)
        return cls(
            commit,
            Announce(commit, thread),
            Dial(commit, store, wait, callcow, rate, metrics, timing, callback_url),
            wait,
            Report(commit, status, thread, home),
            metrics,
            timing,
        )

    async def take(self, call: Call) -> None:
        """Take the step that is next and commit what came of it; raises `StoreError`."""
        step = call.next_step(utc_now(), self._timing.result_timeout)
        with self._metrics.steps.labels(step).time():
            match step:
                case Step.ANNOUNCE:
                    await self._announce.take(call)
                case Step.DIAL:
                    await self._dial.take(call)
                case Step.EXPIRE:
                    await self._commit.end(call, Ending.NOT_PLACED, problem.TOO_LATE)
                case Step.ASSUME:
                    await self._wait.begin(call)
                case Step.POLL:
                    await self._wait.take(call)
                case Step.GIVE_UP:
                    await self._commit.end(call, Ending.NO_RESULT, problem.NO_RESULT)
                case Step.REPORT:
                    await self._report.take(call)

    async def release(self, call: Call, *, after: float = 0.0) -> None:
        """Give the lease back, the step not due for `after` seconds; raises `StoreError`."""
        await self._commit.release(call, after=after)
