"""The steps of a call: `Steps` takes a leased call through the one that is next."""

from typing import Self

from bot.callcow.client import CallCow
from bot.callcow.repeat import is_repeatable
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import NO_RESULT, NOT_ANNOUNCED, Reason
from bot.core.calls.states import EndReason, NextStep
from bot.core.calls.step_retries import is_tried_enough
from bot.metrics import Metrics
from bot.slack.home_tabs import Home
from bot.slack.names import Names
from bot.slack.thread import Thread
from bot.slack.workspaces import Workspaces
from bot.storage.callcow_keys import CallCowKeys
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.channel_slots import ChannelSlots
from bot.storage.policy.dial import DialPolicy
from bot.storage.workspace_settings import WorkspaceSettingsStore
from bot.worker.announce import Announce
from bot.worker.commit import TransitionWriter
from bot.worker.dial import Dial
from bot.worker.report import Report
from bot.worker.status import Status
from bot.worker.timing import Timing
from bot.worker.wait import Wait


class Steps:
    """One object for each kind of step, and the choice between them."""

    def __init__(
        self, commit: TransitionWriter, announce: Announce, dial: Dial, wait: Wait, report: Report,
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
        series: SeriesStore,
        policy: DialPolicy,
        workspaces: Workspaces,
        thread: Thread,
        names: Names,
        home: Home,
        callcow: CallCow,
        settings: WorkspaceSettingsStore,
        keys: CallCowKeys,
        slots: ChannelSlots,
        metrics: Metrics,
        timing: Timing,
        *,
        callback_url: str | None,
    ) -> Self:
        """Return the steps; `callback_url` is where CallCow reaches this bot, None if nowhere."""
        commit, status = TransitionWriter(store, metrics), Status(thread, series)
        wait = Wait(commit, status, callcow, keys, metrics, timing)
        return cls(
            commit,
            Announce(commit, status, thread, names, keys, slots),
            Dial(
                commit,
                store,
                policy,
                workspaces,
                names,
                status,
                home,
                wait,
                callcow,
                settings,
                keys,
                metrics,
                timing,
                callback_url,
            ),
            wait,
            Report(commit, series, status, thread, home),
            metrics,
            timing,
        )

    async def run(self, call: Call) -> None:
        """Take the step that is next and commit what came of it; raises `StoreError`."""
        now = utc_now()
        step = call.next_step(
            now,
            result_timeout=self._timing.result_timeout,
            is_repeatable=is_repeatable(call.dialing_since, now),
        )
        is_tried = is_tried_enough(call, now)
        with self._metrics.steps.labels(step).time():
            match step:
                case NextStep.ANNOUNCE if is_tried:
                    await self._commit.end(call, EndReason.NOT_PLACED, NOT_ANNOUNCED)
                case NextStep.REPORT if is_tried:
                    await self._report.give_up(call)
                case NextStep.ANNOUNCE:
                    await self._announce.run(call)
                case NextStep.DIAL:
                    await self._dial.run(call)
                case NextStep.EXPIRE:
                    late_by = utc_now() - call.dial_at
                    reason = Reason.too_late(late_by=late_by, within=call.send_within)
                    await self._commit.end(call, EndReason.NOT_PLACED, reason)
                case NextStep.ASSUME_PLACED:
                    await self._wait.begin(call)
                case NextStep.POLL:
                    await self._wait.run(call)
                case NextStep.GIVE_UP if is_tried:
                    # Asking a last time failed again and again, in a way that nobody foresaw.
                    await self._commit.end(call, EndReason.NO_RESULT, call.reason or NO_RESULT)
                case NextStep.GIVE_UP:
                    await self._wait.give_up(call)
                case NextStep.REPORT:
                    await self._report.run(call)

    async def release(self, call: Call, *, failed: bool = False) -> None:
        """Give the lease back, later to be tried again if it failed; raises `StoreError`."""
        await self._commit.release(call, failed=failed)
