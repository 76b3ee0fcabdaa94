"""What works by itself: the dispatcher of calls, the lanes beside it, and retention."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

from bot.app.slack import Slack
from bot.app.storage import Storage
from bot.callcow.client import CallCow
from bot.core.approval import Approval
from bot.core.draft import Draft
from bot.in_flight import InFlightRequests
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack.approval_messages import ApprovalMessages
from bot.slack.replies import Replies
from bot.worker.approvals import ApprovalSteps
from bot.worker.dispatcher import Dispatcher
from bot.worker.drafts import DraftSteps
from bot.worker.lane import Lane
from bot.worker.retention import Kept, Retention
from bot.worker.status import Status
from bot.worker.steps import Steps
from bot.worker.timing import Timing


@dataclass(frozen=True)
class Worker:
    """What is at work."""

    dispatcher: Dispatcher
    drafts: Lane[Draft]
    approvals: Lane[Approval]
    retention: Retention

    def wake(self) -> None:
        """Look at once for what is due of calls."""
        self.dispatcher.wake()
        self.approvals.wake()

    def stop(self) -> None:
        """Take no more work."""
        self.approvals.stop()
        self.drafts.stop()
        self.dispatcher.stop()


async def start_worker(
    settings: Settings,
    storage: Storage,
    slack: Slack,
    callcow: CallCow,
    metrics: Metrics,
    in_flight: InFlightRequests,
    stack: AsyncExitStack,
) -> Worker:
    """Begin to work."""
    timing = Timing.of(settings)
    steps = Steps.of(
        storage.calls,
        storage.series,
        storage.dial_policy,
        slack.workspaces,
        slack.thread,
        slack.names,
        slack.home,
        callcow,
        storage.settings,
        storage.keys,
        storage.slots,
        metrics,
        timing,
        callback_url=settings.public_url,
    )
    conditions = (storage.clock, storage.encryption)
    dispatcher = Dispatcher(
        storage.calls, steps, storage.keys, conditions, in_flight, lease=timing.lease
    )
    replies = Replies(
        slack.workspaces,
        slack.home,
        storage.settings,
        slack.names,
        command=settings.slack_command,
    )
    drafts = DraftSteps(storage.drafts, storage.calls, replies)
    approvals = ApprovalSteps(
        storage.approvals,
        storage.calls,
        ApprovalMessages(slack.workspaces, slack.names, storage.settings),
        slack.thread,
        Status(slack.thread, storage.series),
        slack.names,
        storage.slots,
        slack.home,
        metrics,
    )
    retention = Retention(
        storage.erasure,
        storage.audit,
        storage.installations,
        storage.settings,
        in_flight,
        _kept(settings),
    )
    return Worker(
        await stack.enter_async_context(dispatcher),
        await stack.enter_async_context(Lane("draft", drafts, lease=timing.lease)),
        await stack.enter_async_context(Lane("approval", approvals, lease=timing.lease)),
        await stack.enter_async_context(retention),
    )


def _kept(settings: Settings) -> Kept:
    days = [timedelta(days=days) for days in (settings.retention_days, settings.audit_days)]
    calls, audit = (each or None for each in days)
    return Kept(calls, audit, timedelta(seconds=settings.result_timeout))
