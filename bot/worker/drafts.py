"""The lane of drafts: answers what people write, keeps answers current, clears them away."""

import asyncio
import time
from datetime import timedelta
from typing import Final, Self
from uuid import UUID

import structlog

from bot.clock import utc_now
from bot.core.call import Call
from bot.core.draft import DRAFT_KEPT, Draft, DraftState, DraftStep
from bot.core.errors import SlackError, SlackUnavailable, StoreError, TokenRefused, WriteRefused
from bot.core.retry import pause_after_failure
from bot.slack.replies import Replies
from bot.storage.draft_store import DraftStore
from bot.storage.store import Store
from bot.worker.commit import backoff
from bot.worker.status import TOKEN_REFUSED_SECONDS

_IDLE_SECONDS: Final = 1.0
_LOOP_DELAY_SECONDS: Final = 0.01
_LIMIT: Final = 4
_STOP_SECONDS: Final = 4.0
_SAVE_AGAIN_SECONDS: Final = 0.5
_CLEAR_EVERY_SECONDS: Final = 60.0
_CLEARED_AT_ONCE: Final = 100

_log = structlog.get_logger(__name__)


class DraftSteps:
    """Takes a leased draft through the step that is next; each raises `StoreError`."""

    def __init__(self, drafts: DraftStore, store: Store, replies: Replies) -> None:
        self._drafts = drafts
        self._store = store
        self._replies = replies

    async def run(self, draft: Draft) -> None:
        """Take the step that is next and commit what came of it."""
        now = utc_now()
        match draft.next_step(now):
            case DraftStep.ANSWER:
                await self._answer(draft)
            case DraftStep.SHOW:
                await self._show(draft)
            case DraftStep.EXPIRE:
                if draft.message_ts is None:
                    _log.error("message left unanswered for a day", draft=str(draft.id))
                await self._save(draft, draft.expired(now))
            case DraftStep.ERASE:
                await self._save(draft, draft.erased())
            case None:
                await self.release(draft, after=draft.created_at + timedelta(days=1) - now)

    async def release(self, draft: Draft, *, after: timedelta = timedelta(0)) -> None:
        """Give the lease back, the step not due before that."""
        await self._drafts.advance(draft, draft.released(due_at=utc_now() + after))

    async def failed(self, draft: Draft) -> None:
        """Leave a step for later that failed in a way that nobody foresaw."""
        pause = pause_after_failure(draft.attempts)
        after = draft.tried_again().released(due_at=utc_now() + pause)
        await self._drafts.advance(draft, after)

    async def _answer(self, draft: Draft) -> None:
        try:
            call = await self._store.get(draft.about) if draft.about else None
            posted = await self._replies.answer(draft, call)
        except SlackError as error:
            _log.info("message not answered yet", draft=str(draft.id), error=error.code)
            await self._try_again(draft, error)
            return
        if not await self._save(draft, draft.answered(channel=posted.channel, ts=posted.ts)):
            await self._drafts.add_message(
                draft, channel=posted.channel, ts=posted.ts, now=utc_now()
            )

    async def _show(self, draft: Draft) -> None:
        """Edit the answer to say what became of it, until there is no more to say."""
        call = await self._call(draft)
        fingerprint = f"{draft.state}:{call.status_fingerprint if call else ''}"
        if draft.message_ts is not None and draft.shown != fingerprint:
            try:
                await self._replies.update(draft, call)
            except (SlackUnavailable, TokenRefused) as error:
                if not draft.is_tried_enough():
                    await self._try_again(draft, error)
                    return
            except SlackError as error:
                # It is gone, or can't be written: that will not change.
                _log.info("answer not updated", draft=str(draft.id), error=error.code)
                await self._save(draft, draft.settled(utc_now()))
                return
        after = draft.shows(fingerprint)
        if call is not None and call.ending is None:
            now = utc_now()
            await self._save(draft, after.released(due_at=draft.next_look(now)))
        else:
            await self._save(draft, after.settled(utc_now()))

    async def _call(self, draft: Draft) -> Call | None:
        if draft.state is not DraftState.CALLED or draft.call_id is None:
            return None
        return await self._store.get(draft.call_id)

    async def _try_again(self, draft: Draft, error: SlackError) -> None:
        again = draft.tried_again()
        asked = error.retry_after if isinstance(error, SlackUnavailable) else None
        if isinstance(error, TokenRefused):
            asked = TOKEN_REFUSED_SECONDS
        pause = timedelta(seconds=max(backoff(again.attempts), asked or 0.0))
        await self._save(draft, again.released(due_at=utc_now() + pause))

    async def _save(self, before: Draft, after: Draft) -> bool:
        """Commit a step; while the database is away, wait for it rather than forget."""
        while True:
            try:
                return await self._drafts.advance(before, after)
            except WriteRefused:
                raise
            except StoreError as error:
                _log.warning("draft not saved yet", draft=str(before.id), error=str(error))
                await asyncio.sleep(_SAVE_AGAIN_SECONDS)


class DraftLane:
    """Used as `async with`: while it is open it works, and when it closes it has let go."""

    def __init__(self, drafts: DraftStore, steps: DraftSteps, *, lease: timedelta) -> None:
        self._drafts = drafts
        self._steps = steps
        self._lease = lease
        self._held: dict[asyncio.Task[None], UUID] = {}
        self._woken = asyncio.Event()
        self._stopping = False
        self._clear_at = time.monotonic()
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.create_task(self._run(), name="drafts")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Take no more work; finish what is under way, or release it."""
        self.stop()
        if self._loop is not None:
            await self._loop
        if self._held:
            await asyncio.wait(self._held, timeout=_STOP_SECONDS)
        for task in list(self._held):
            task.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)

    def stop(self) -> None:
        """Take no more work."""
        self._stopping = True
        self._woken.set()

    def wake(self) -> None:
        """Look for due drafts at once."""
        self._woken.set()

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                await self._start_due()
                await self._clear_away()
            except StoreError as error:
                _log.warning("cannot look for due drafts", error=str(error))
            except Exception:  # noqa: BLE001
                # As in a step: told, and tried again, since without this loop nobody is answered.
                _log.exception("look for due drafts failed")
            await asyncio.sleep(_LOOP_DELAY_SECONDS)
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _start_due(self) -> None:
        free = _LIMIT - len(self._held)
        if free <= 0:
            return
        claimed = await self._drafts.claim(
            now=utc_now(), limit=free, lease=self._lease, held=self._held.values()
        )
        for draft in claimed:
            task = asyncio.create_task(self._take(draft), name=f"step of draft {draft.id}")
            if draft.lease is not None:
                self._held[task] = draft.lease
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._held.pop(task, None)
        self._woken.set()

    async def _take(self, draft: Draft) -> None:
        # The task is this draft's alone: all that it logs carries both.
        structlog.contextvars.bind_contextvars(draft=str(draft.id), team=draft.team)
        try:
            await self._steps.run(draft)
        except asyncio.CancelledError:
            await self._release(draft)
            raise
        except WriteRefused as error:
            _log.error("step of a draft refused", draft=str(draft.id), error=str(error))
            await self._release(draft, failed=True)
        except StoreError as error:
            _log.warning("step of a draft not begun", draft=str(draft.id), error=str(error))
            await self._release(draft)
        except Exception:  # noqa: BLE001
            # Whatever is odd about one draft, the others go on.
            _log.exception("step of a draft failed", draft=str(draft.id))
            await self._release(draft, failed=True)

    async def _release(self, draft: Draft, *, failed: bool = False) -> None:
        try:
            await (self._steps.failed(draft) if failed else self._steps.release(draft))
        except Exception:  # noqa: BLE001
            _log.warning("lease of a draft left to run out", draft=str(draft.id))

    async def _clear_away(self) -> None:
        """Delete what is too old, a small portion at a time."""
        if time.monotonic() < self._clear_at:
            return
        deleted = await self._drafts.delete_old(
            before=utc_now() - DRAFT_KEPT, most=_CLEARED_AT_ONCE
        )
        if deleted < _CLEARED_AT_ONCE:
            self._clear_at = time.monotonic() + _CLEAR_EVERY_SECONDS
