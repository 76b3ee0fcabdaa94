"""What becomes of a draft: people may call it, change it in the form, or let it go."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.draft import ASKING, Draft, DraftKind, DraftState
from bot.core.errors import (
    DraftCanceled,
    DraftExpired,
    DraftReplaced,
    DraftTaken,
    MembershipUnknown,
    NotAllowed,
    NotDraftOwner,
    OtherTeam,
)
from bot.core.ids import parse_id
from bot.core.person import Person
from bot.core.policy.decision import AtAnotherTime
from bot.core.policy.kept import to_json
from bot.core.request import CallRequest
from bot.service.calls import CallService
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.gate import AskedCall

_log = structlog.get_logger(__name__)


class DraftService:
    """The rules for drafts. `wake` tells this process's lane of drafts that work is due."""

    def __init__(self, calls: CallService, store: DraftStore, *, wake: Callable[[], None]) -> None:
        self._calls = calls
        self._store = store
        self._wake = wake

    async def add(self, draft: Draft, *, replacing: Sequence[Draft] = ()) -> None:
        """Have a message answered, once; what was asked before, `replacing`, is asked no longer."""
        if not await self._store.add(draft, replacing=replacing, now=utc_now()):
            _log.info("message repeated", request_key=draft.request_key)
            return
        _log.info("message to be answered", draft=str(draft.id), kind=draft.kind)
        self._wake()

    async def draft_to_edit(self, draft_id: str, person: Person) -> Draft:
        """Return a draft for the form; raises what `call` raises."""
        draft = await self._own(draft_id, person)
        _check_open(draft)
        return draft

    async def call(self, draft_id: str, person: Person) -> None:
        """Place the call of a draft, once, at the time that was offered for it.

        At a closed hour another time is offered, in an answer that replaces this one. Raises
        `NotDraftOwner` for anybody but who wrote it, `DraftExpired`, `DraftTaken`, `DraftCanceled`
        or `DraftReplaced` if it can no longer be called, `NotAllowed` if the policy does not let it
        be placed, and `StoreError`.
        """
        draft = await self._own(draft_id, person)
        _check_open(draft)
        if not draft.can_be_called:
            raise DraftExpired("nothing that can be called as it stands")
        try:
            is_taken = await self.accept(draft, by="press")
        except NotAllowed as error:
            if not isinstance(error.decision, AtAnotherTime):
                raise
            await self._offer_another_time(draft, error)
            return
        if not is_taken:
            await self._raise_what_became_of(draft_id, person)

    async def accept(self, draft: Draft, *, by: str) -> bool:
        """Place the call of a draft that can be called; raises and returns what `take` does."""
        request = CallRequest(
            request_key=draft.call_key,
            team=draft.team,
            enterprise=draft.enterprise,
            requester=draft.requester,
            channel=draft.channel,
            thread_ts=draft.thread_ts,
            recipient=draft.recipient or "",
            prompt=draft.prompt or "",
            dial_at=draft.call_at(utc_now()),
        )
        asked = await self._calls.asked(Call.new(request, utc_now()))
        return await self.take(draft, asked, by=by)

    async def _offer_another_time(self, draft: Draft, error: NotAllowed) -> None:
        # Still one of the message's, so that an edit of it replaces this one as well.
        offer = draft.asked_anew(request_key=f"{draft.request_key}:then", now=utc_now())
        offer = replace(offer, kind=DraftKind.CALL_THEN, unclear=policy_in(error))
        await self.add(offer, replacing=[draft])

    async def cancel(self, draft_id: str, person: Person) -> None:
        """Let a draft become no call; raises what `draft_to_edit` raises, and `StoreError`."""
        draft = await self._own(draft_id, person)
        _check_open(draft)
        if not await self._store.decide(draft, draft.canceled(utc_now())):
            await self._raise_what_became_of(draft_id, person)
        _log.info("draft canceled", draft=str(draft.id))
        self._wake()

    async def _raise_what_became_of(self, draft_id: str, person: Person) -> None:
        _check_open(await self._own(draft_id, person))
        raise DraftExpired("decided meanwhile")

    async def submit(self, draft_id: str, request: CallRequest, view_id: str) -> None:
        """Place the call that a draft's form asks for, once; a repeated submission does nothing.

        Raises `DraftTaken`, `DraftCanceled` or `DraftReplaced` if something else has become of it,
        and what `CallService.request` raises.
        """
        by = f"view:{view_id}"
        person = request.person
        # Whoever changes the draft meanwhile leaves it in another state, of which there are few.
        while True:
            try:
                draft = await self._own(draft_id, person)
            except DraftExpired:
                # Nothing of it is left but what stands in the form.
                await self._calls.request(request)
                return
            if draft.taken_by == by:
                return
            if not draft.has_expired(utc_now()):
                _check_open(draft)
            asked = await self._calls.new_call(request)
            if await self.take(draft, asked, by=by):
                return

    async def take(self, draft: Draft, asked: AskedCall, *, by: str) -> bool:
        """Make a call of a draft, if it is allowed; return False if something else became of it.

        `by` is what made it one. Raises `NotAllowed`.
        """
        after = draft.called(asked.call.id, by=by, now=utc_now())
        answer = await self._store.take(draft, after, asked)
        if answer is None:
            return False
        self._calls.settle(asked.call, answer)
        self._wake()
        return True

    async def _own(self, draft_id: str, person: Person) -> Draft:
        draft = await self._store.get(parsed) if (parsed := parse_id(draft_id)) else None
        try:
            team = await self._calls.people.admit(person)
        except MembershipUnknown:
            # Who wrote it was admitted then.
            if draft is None or not await self._calls.people.was_admitted(person, draft.requester):
                raise
            team = draft.team
        if draft is None:
            raise DraftExpired("no such draft")
        if draft.team != team:
            raise OtherTeam("a draft of another team")
        if draft.requester != person.id:
            raise NotDraftOwner("somebody else's message")
        return draft


def policy_in(error: NotAllowed) -> dict[str, Any]:
    """Return what a draft keeps of a decision."""
    return {"policy": to_json(error.decision.fact)}


def _check_open(draft: Draft) -> None:
    """Raise what keeps a draft from being called or edited."""
    if draft.has_expired(utc_now()):
        raise DraftExpired("too old")
    match draft.state:
        case DraftState.CALLED:
            raise DraftTaken("a call was made of it")
        case DraftState.CANCELED:
            raise DraftCanceled("no call is wanted of it")
        case DraftState.REPLACED:
            raise DraftReplaced("the message was edited")
    if draft.kind not in ASKING:
        raise DraftExpired("nothing was asked")
