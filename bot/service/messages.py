"""What a mention or a direct message asks for, what it is answered, and what its draft becomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import structlog

from bot.clock import utc_now
from bot.core.call import Call
from bot.core.doubt import DoubtKind
from bot.core.draft import ASKING, CONTENT_KEPT, Draft, DraftKind, DraftState, unclear
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
from bot.core.reading.answers import answered
from bot.core.reading.reader import Reading, read_message
from bot.core.reading.small_talk import small_talk
from bot.core.request import CallRequest
from bot.core.workspace_settings import WorkspaceSettings
from bot.service.calls import CallService
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.gate import AskedCall

# A question is answered in its thread while it is open, elsewhere only soon.
_ANSWERED_WITHIN: Final = timedelta(hours=1)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Written:
    """A message to the bot, as its person typed it, with what was forwarded in `attached`.

    `edited_ts` is that of an edit, `scope` what tells its key from those of other workspaces.
    """

    person: Person
    channel: str
    ts: str
    thread_ts: str | None
    text: str
    event_id: str
    attached: str = ""
    edited_ts: str | None = None
    scope: str = ""

    @property
    def key(self) -> str:
        """What the message is known by, however often and in whatever event it is delivered."""
        return f"{self.scope}message:{self.channel}:{self.ts}"

    @property
    def former_key(self) -> str:
        """What version 0.1.0 knew the message by, which may have taken it before an upgrade."""
        return f"event:{self.event_id}"

    @property
    def root_ts(self) -> str:
        """The thread that answers belong into."""
        return self.thread_ts or self.ts


class MessageService:
    """The rules for messages. `wake` tells this process's lane of drafts that work is due."""

    def __init__(self, calls: CallService, drafts: DraftStore, *, wake: Callable[[], None]) -> None:
        self._calls = calls
        self._drafts = drafts
        self._wake = wake

    async def take(self, written: Written) -> None:
        """Place the call that a message asks for, or have the message answered; once.

        People of other teams start nothing. Raises `StoreError`.
        """
        try:
            team = await self._calls.admit(written.person)
        except OtherTeam:
            _log.info("message of another team's person ignored", team=written.person.team)
            return
        except MembershipUnknown:
            team = await self._calls.key_of(written.person)
            written = replace(written, scope=self._calls.key_in(team, ""))
            await self._add(self._draft(written, team, DraftKind.NOT_ADMITTED))
            return
        written = replace(written, scope=self._calls.key_in(team, ""))
        if written.edited_ts is not None:
            await self._take_edit(written, team, written.edited_ts)
            return
        if await self._drafts.is_known(written.former_key):
            _log.info("message taken before an upgrade", request_key=written.former_key)
            return
        kind = None if written.attached else small_talk(written.text)
        settings = await self._calls.settings_of(written.person)
        reading = read_message(written.text, written.attached, settings.region)
        may_call = kind is None and settings.callcow_key is not None
        if may_call and await self._take_answer(written, team, settings, reading):
            return
        if may_call and reading.is_unambiguous:
            asked = await self._calls.asked(Call.new(_request(written, team, reading), utc_now()))
            try:
                self._calls.settle(asked.call, await self._drafts.add_call(asked))
            except NotAllowed as error:
                await self._add(self._refusal(written, team, error, reading))
            return
        await self._add(await self._answer(written, team, settings, kind, reading))

    async def _take_answer(
        self, written: Written, team: str, settings: WorkspaceSettings, reading: Reading
    ) -> bool:
        """Take a message as the answer to a question that is open; return whether it is one.

        In the question's thread the call is placed if it is certain; elsewhere it is asked about.
        """
        asked = await self._drafts.questions(
            team, written.person.id, written.channel, since=utc_now() - CONTENT_KEPT
        )
        if any(draft.taken_by == written.key for draft in asked):
            _log.info("message repeated", request_key=written.key)
            return True
        for question in asked:
            is_reply = written.thread_ts is not None and written.thread_ts == question.thread_ts
            is_own = question.request_key.startswith(written.key)
            is_old = utc_now() - question.created_at > _ANSWERED_WITHIN
            is_elsewhere = not is_reply and (written.thread_ts is not None or is_old)
            if is_own or is_elsewhere or not question.is_undecided:
                continue
            if reading.asks_for_no_call:
                if is_reply:
                    draft = await self._answer(
                        written, team, settings, None, reading, about=question
                    )
                    await self._add(draft, replacing=[question])
                    return True
                continue
            if (joined := answered(question, reading, is_reply=is_reply)) is None:
                continue
            placed = replace(written, thread_ts=question.thread_ts)
            if is_reply and joined.is_unambiguous:
                request = _request(placed, team, joined, request_key=question.call_key)
                asked_call = await self._calls.asked(Call.new(request, utc_now()))
                try:
                    return await self._take_draft(question, asked_call, by=written.key)
                except NotAllowed as error:
                    refusal = self._refusal(placed, team, error, joined)
                    await self._add(refusal, replacing=[question])
                    return True
            draft = await self._answer(placed, team, settings, None, joined)
            await self._add(draft, replacing=[question])
            return True
        return False

    async def _take_edit(self, written: Written, team: str, edited_ts: str) -> None:
        """Answer an edit, which never dials."""
        before = await self._drafts.before(written.key)
        if called := before.call_id:
            told = self._draft(written, team, DraftKind.ALREADY_CALLED, about=called)
            await self._add(replace(told, request_key=f"{written.key}:called"))
            return
        kind = None if written.attached else small_talk(written.text)
        settings = await self._calls.settings_of(written.person)
        reading = read_message(written.text, written.attached, settings.region)
        draft = await self._answer(written, team, settings, kind, reading)
        if before.drafts:
            draft = replace(draft, request_key=f"{written.key}:{edited_ts}")
        await self._add(draft, replacing=before.open_drafts)

    async def _answer(
        self,
        written: Written,
        team: str,
        settings: WorkspaceSettings,
        kind: DraftKind | None,
        reading: Reading,
        *,
        about: Draft | None = None,
    ) -> Draft:
        """Return what a message is answered that is not placed at once.

        `about` is the question that it answers with a wish for no call.
        """
        if kind is not None:
            return self._draft(written, team, kind)
        try:
            self._calls.check_number(reading, settings.region)
        except NotAllowed as error:
            return self._refusal(written, team, error, reading)
        if settings.callcow_key is None:
            # Nothing of it is kept: it is to be written again once there is a key.
            return self._draft(written, team, DraftKind.NO_KEY)
        content: dict[str, Any] = {
            "number": reading.number or None,
            "recipient": reading.recipient,
            "prompt": reading.prompt,
            "unclear": unclear(reading.doubts),
        }
        if reading.recipient is not None and (reading.is_confirmable or not reading.doubts):
            return self._draft(written, team, DraftKind.CONFIRM, **content)
        is_numberless = not reading.number and reading.asks_for_no_call
        if not is_numberless and not any(
            doubt.kind is DoubtKind.NO_NUMBER for doubt in reading.doubts
        ):
            return self._draft(written, team, DraftKind.UNCLEAR, **content)
        earlier = await self._earlier(written, team)
        if is_numberless:
            whose = about or earlier
            content |= {"number": whose.recipient if whose else None}
            return self._draft(written, team, DraftKind.UNCLEAR, **content)
        if earlier is None:
            return self._draft(written, team, DraftKind.NO_NUMBER, **content)
        content |= {
            "number": earlier.recipient,
            "recipient": earlier.recipient,
            "unclear": unclear(reading.prompt_doubts),
            "about": earlier.id,
        }
        kind = DraftKind.UNCLEAR if reading.prompt_doubts else DraftKind.AGAIN
        return self._draft(written, team, kind, **content)

    def _refusal(self, written: Written, team: str, error: NotAllowed, reading: Reading) -> Draft:
        """Return why a call is not placed, or the question whether it may go at another time."""
        policy = _policy(error)
        if not isinstance(error.decision, AtAnotherTime):
            return self._draft(written, team, DraftKind.NOT_ALLOWED, unclear=policy)
        return self._draft(
            written,
            team,
            DraftKind.CALL_THEN,
            number=reading.number or None,
            recipient=reading.recipient,
            prompt=reading.prompt,
            unclear=policy,
        )

    async def _earlier(self, written: Written, team: str) -> Call | None:
        if written.thread_ts is None:
            return None
        return await self._drafts.call_of_thread(team, written.channel, written.thread_ts)

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
        if not draft.can_be_called or draft.recipient is None or draft.prompt is None:
            raise DraftExpired("nothing that can be called as it stands")
        request = CallRequest(
            request_key=draft.call_key,
            team=draft.team,
            enterprise=draft.enterprise,
            requester=draft.requester,
            channel=draft.channel,
            thread_ts=draft.thread_ts,
            recipient=draft.recipient,
            prompt=draft.prompt,
            dial_at=draft.call_at(utc_now()),
        )
        asked = await self._calls.asked(Call.new(request, utc_now()))
        try:
            is_taken = await self._take_draft(draft, asked, by="press")
        except NotAllowed as error:
            if not isinstance(error.decision, AtAnotherTime):
                raise
            await self._offer_another_time(draft, error)
            return
        if not is_taken:
            await self._raise_what_became_of(draft_id, person)

    async def _offer_another_time(self, draft: Draft, error: NotAllowed) -> None:
        now = utc_now()
        offer = replace(
            draft,
            id=uuid4(),
            # Still one of the message's, so that an edit of it replaces this one as well.
            request_key=f"{draft.request_key}:then",
            kind=DraftKind.CALL_THEN,
            state=DraftState.SAVED,
            created_at=now,
            due_at=now,
            unclear=_policy(error),
            attempts=0,
            lease=None,
            lease_until=None,
            posted_in=None,
            message_ts=None,
            shown=None,
        )
        await self._add(offer, replacing=[draft])

    async def cancel(self, draft_id: str, person: Person) -> None:
        """Let a draft become no call; raises what `draft_to_edit` raises, and `StoreError`."""
        draft = await self._own(draft_id, person)
        _check_open(draft)
        if not await self._drafts.decide(draft, draft.canceled(utc_now())):
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
            if draft.state is not DraftState.EXPIRED:
                _check_open(draft)
            asked = await self._calls.new_call(request)
            if await self._take_draft(draft, asked, by=by):
                return

    async def _take_draft(self, draft: Draft, asked: AskedCall, *, by: str) -> bool:
        after = draft.called(asked.call.id, by=by, now=utc_now())
        answer = await self._drafts.take(draft, after, asked)
        if answer is None:
            return False
        self._calls.settle(asked.call, answer)
        self._wake()
        return True

    async def _own(self, draft_id: str, person: Person) -> Draft:
        draft = await self._drafts.get(parsed) if (parsed := parse_id(draft_id)) else None
        try:
            team = await self._calls.admit(person)
        except MembershipUnknown:
            # Who wrote it was admitted then.
            if draft is None or not await self._calls.was_admitted(
                person, draft.requester, draft.team
            ):
                raise
            team = draft.team
        if draft is None:
            raise DraftExpired("no such draft")
        if draft.team != team:
            raise OtherTeam("a draft of another team")
        if draft.requester != person.id:
            raise NotDraftOwner("somebody else's message")
        return draft

    async def _add(self, draft: Draft, *, replacing: Sequence[Draft] = ()) -> None:
        if not await self._drafts.add(draft, replacing=replacing, now=utc_now()):
            _log.info("message repeated", request_key=draft.request_key)
            return
        _log.info("message to be answered", draft=str(draft.id), kind=draft.kind)
        self._wake()

    def _draft(self, written: Written, team: str, kind: DraftKind, **content: Any) -> Draft:
        now = utc_now()
        return Draft(
            id=uuid4(),
            request_key=written.key,
            team=team,
            enterprise=written.person.enterprise,
            requester=written.person.id,
            channel=written.channel,
            thread_ts=written.root_ts,
            kind=kind,
            state=DraftState.SAVED,
            created_at=now,
            due_at=now,
            **content,
        )


def _request(
    written: Written, team: str, reading: Reading, *, request_key: str | None = None
) -> CallRequest:
    return CallRequest(
        request_key=request_key or written.key,
        team=team,
        enterprise=written.person.enterprise,
        requester=written.person.id,
        channel=written.channel,
        thread_ts=written.root_ts,
        recipient=reading.recipient or "",
        prompt=reading.prompt,
    )


def _policy(error: NotAllowed) -> dict[str, Any]:
    return {"policy": to_json(error.decision.fact)}


def _check_open(draft: Draft) -> None:
    """Raise what keeps a draft from being called or edited."""
    match draft.state:
        case DraftState.CALLED:
            raise DraftTaken("a call was made of it")
        case DraftState.CANCELED:
            raise DraftCanceled("no call is wanted of it")
        case DraftState.REPLACED:
            raise DraftReplaced("the message was edited")
        case DraftState.EXPIRED:
            raise DraftExpired("too old")
    if draft.kind not in ASKING:
        raise DraftExpired("nothing was asked")
