"""The lane of approvals: asks for them, says what was decided, ends what nobody decides."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from bot.clock import utc_now
from bot.core.approval import Approval, ApprovalState, ApprovalStep, is_about_to_be_dialed
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.call_record import SOON
from bot.core.calls.reason import NOT_APPROVED, UNINSTALLED, Reason
from bot.core.calls.states import EndReason
from bot.core.calls.step_retries import pause_after_failure
from bot.core.errors import (
    NotInstalled,
    SlackError,
    SlackUnavailable,
    TokenRefused,
)
from bot.metrics import Metrics
from bot.slack.approval_messages import ApprovalMessages
from bot.slack.home_tabs import Home
from bot.slack.names import Names
from bot.slack.posting import Posted
from bot.slack.thread import Thread
from bot.storage.calls.store import Store
from bot.storage.channel_slots import ChannelSlots
from bot.storage.leased.approval_store import ApprovalStore
from bot.worker.retries import pause_after, until_saved
from bot.worker.status import Status

_log = structlog.get_logger(__name__)


class ApprovalSteps:
    """Takes a leased approval through the step that is next; each raises `StoreError`."""

    def __init__(
        self,
        approvals: ApprovalStore,
        store: Store,
        messages: ApprovalMessages,
        thread: Thread,
        status: Status,
        names: Names,
        slots: ChannelSlots,
        home: Home,
        metrics: Metrics,
    ) -> None:
        self._approvals = approvals
        self._store = store
        self._messages = messages
        self._thread = thread
        self._status = status
        self._names = names
        self._slots = slots
        self._home = home
        self._metrics = metrics

    async def claim(
        self, *, limit: int, lease: timedelta, held: Collection[UUID]
    ) -> list[Approval]:
        """Lease so many approvals that are due."""
        return await self._approvals.claim(now=utc_now(), limit=limit, lease=lease, held=held)

    async def clear_away(self) -> None:
        """Leave them: each goes with the content of its call."""

    async def run(self, approval: Approval) -> None:
        """Take the step that is next and commit what came of it."""
        now = utc_now()
        call = await self._store.get(approval.call_id)
        if call is None:
            # Another version wrote it, which goes on with it.
            await self._look_again(approval, now)
            return
        match approval.next_step(call, now):
            case ApprovalStep.OPEN_THREAD:
                await self._open_thread(approval, call)
            case ApprovalStep.ASK:
                await self._ask(approval, call)
            case ApprovalStep.WAIT:
                await self._look_again(approval, now)
            case ApprovalStep.EXPIRE:
                await self._end(approval, call, ApprovalState.EXPIRED, NOT_APPROVED)
            case ApprovalStep.CLOSE:
                # The call has ended meanwhile.
                await self._save(approval, approval.decided(ApprovalState.CLOSED, now=now))
            case ApprovalStep.SHOW:
                await self._show(approval, call)

    async def release(self, approval: Approval) -> None:
        """Give the lease back."""
        await self._approvals.advance(approval, approval.released(due_at=utc_now()))

    async def failed(self, approval: Approval) -> None:
        """Leave a step for later that failed in a way that nobody foresaw."""
        pause = pause_after_failure(approval.attempts)
        after = approval.tried_again().released(due_at=utc_now() + pause)
        await self._approvals.advance(approval, after)

    async def _open_thread(self, approval: Approval, call: Call) -> None:
        """Post the status message of the call, as `Announce` does for one that is due."""
        named = call.with_prompt(await self._names.put_into(call.team, call.prompt))
        if named != call and not await self._approvals.advance_call(call, named):
            await self.release(approval)
            return
        if not await self._has_slot(approval, call.channel):
            return
        try:
            posted = await self._thread.open(named)
        except NotInstalled:
            await self._end(approval, call, ApprovalState.CLOSED, UNINSTALLED)
        except (SlackUnavailable, TokenRefused) as error:
            _log.warning("thread not opened yet", call=str(call.id), error=error.code)
            await self._try_again(approval, error)
        except SlackError as error:
            _log.error("no thread can be opened", call=str(call.id), error=error.code)
            await self._end(approval, call, ApprovalState.CLOSED, Reason.no_thread(error.code))
        else:
            await self._opened(approval, named, posted)

    async def _opened(self, approval: Approval, call: Call, posted: Posted) -> None:
        after = call.announced(
            channel=posted.channel, ts=posted.ts, now=utc_now(), place_error=posted.place_error
        )
        if not await self._save_call(call, after):
            # It ended while its thread was opened.
            await self._store.add_ids(call.id, posted_in=posted.channel, message_ts=posted.ts)
            if (ended := await self._store.get(call.id)) is not None:
                await self._status.show(ended)
        if posted.place_error is not None:
            await self._thread.tell_place_closed(after)
        await self.release(approval)

    async def _has_slot(self, approval: Approval, channel: str) -> bool:
        """Take a channel's next slot, or leave it to others: Slack takes one message a second."""
        wait = await self._slots.take(approval.team, channel)
        if wait > 0:
            later = utc_now() + timedelta(seconds=wait)
            await self._save(approval, approval.released(due_at=later))
        return wait <= 0

    async def _ask(self, approval: Approval, call: Call) -> None:
        if not await self._has_slot(approval, await self._messages.channel_of(approval.team)):
            return
        try:
            posted = await self._messages.ask(approval, call)
        except NotInstalled:
            await self._end(approval, call, ApprovalState.CLOSED, UNINSTALLED)
            return
        except (SlackUnavailable, TokenRefused) as error:
            _log.warning("approval not asked for yet", error=error.code)
            await self._try_again(approval, error)
            return
        except SlackError as error:
            _log.error("approvals cannot be asked for", error=error.code)
            reason = Reason.approval_not_asked(error.code)
            await self._end(approval, call, ApprovalState.CLOSED, reason)
            return
        now = utc_now()
        after = approval.asked(channel=posted.channel, ts=posted.ts, now=now)
        if not await self._save(approval, after):
            await self._approvals.add_message(
                approval, channel=posted.channel, ts=posted.ts, now=now
            )
        # A call that came to be due before it was approved showed something else until now.
        await self._status.show(call)

    async def _show(self, approval: Approval, call: Call) -> None:
        """Let both messages say what was decided."""
        now = utc_now()
        after = approval.settled(now)
        if is_about_to_be_dialed(call, now):
            # Its dial brings the status message up to date; if there is none, that is said then.
            after = approval.released(due_at=now + SOON)
        elif call.ending is None:
            shown = await self._status.show(call)
            if not shown.is_current and not approval.is_tried_enough():
                await self._try_again(approval, SlackUnavailable("", retry_after=shown.retry_after))
                return
        try:
            await self._messages.update(approval, call)
        except (SlackUnavailable, TokenRefused) as error:
            if not approval.is_tried_enough():
                await self._try_again(approval, error)
                return
        except SlackError as error:
            # It is gone, or can't be written: that will not change.
            _log.info("approval message not updated", error=error.code)
        await self._save(approval, after)

    async def _look_again(self, approval: Approval, now: datetime) -> None:
        await self._save(approval, approval.released(due_at=approval.next_look(now)))

    async def _end(
        self, approval: Approval, call: Call, state: ApprovalState, reason: Reason
    ) -> None:
        now = utc_now()
        if not await self._approvals.end(approval, state, reason, now):
            await self.release(approval)
            return
        ended = call.ended(EndReason.NOT_PLACED, now=now, reason=reason)
        follows = after_end(ended)
        self._metrics.count_end(follows.outcome)
        _log.info("call not approved", call=str(call.id), state=state)
        self._home.show_soon(follows.person, follows.team)

    async def _try_again(self, approval: Approval, error: SlackError) -> None:
        again = approval.tried_again()
        pause = pause_after(error, again.attempts)
        await self._save(approval, again.released(due_at=utc_now() + pause))

    async def _save_call(self, before: Call, after: Call) -> bool:
        return await until_saved(lambda: self._approvals.advance_call(before, after))

    async def _save(self, before: Approval, after: Approval) -> bool:
        """Commit a step; return False if something else became of it."""
        return await until_saved(lambda: self._approvals.advance(before, after))
