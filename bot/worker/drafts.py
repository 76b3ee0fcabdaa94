"""The lane of drafts: answers what people write, keeps answers current, clears them away."""

import time
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.step_retries import pause_after_failure
from bot.core.draft import DRAFT_KEPT, Draft, DraftState, DraftStep
from bot.core.errors import SlackError, SlackUnavailable, TokenRefused
from bot.slack.replies import Replies
from bot.storage.calls.store import Store
from bot.storage.leased.draft_store import DraftStore
from bot.worker.retries import pause_after, until_saved

_CLEAR_EVERY_SECONDS: Final = 60.0
_CLEARED_AT_ONCE: Final = 100

_log = structlog.get_logger(__name__)


class DraftSteps:
    """Takes a leased draft through the step that is next; each raises `StoreError`."""

    def __init__(self, drafts: DraftStore, store: Store, replies: Replies) -> None:
        self._drafts = drafts
        self._store = store
        self._replies = replies
        self._clear_at = time.monotonic()

    async def claim(self, *, limit: int, lease: timedelta, held: Collection[UUID]) -> list[Draft]:
        """Lease so many drafts that are due."""
        return await self._drafts.claim(now=utc_now(), limit=limit, lease=lease, held=held)

    async def clear_away(self) -> None:
        """Delete what is too old, a small portion at a time."""
        if time.monotonic() < self._clear_at:
            return
        deleted = await self._drafts.delete_old(
            before=utc_now() - DRAFT_KEPT, most=_CLEARED_AT_ONCE
        )
        if deleted < _CLEARED_AT_ONCE:
            self._clear_at = time.monotonic() + _CLEAR_EVERY_SECONDS

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
        pause = pause_after(error, again.attempts)
        await self._save(draft, again.released(due_at=utc_now() + pause))

    async def _save(self, before: Draft, after: Draft) -> bool:
        """Commit a step; return False if something else became of it."""
        return await until_saved(lambda: self._drafts.advance(before, after))
