"""What a mention or a direct message asks for, and what it is answered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import structlog

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.doubt import DoubtKind
from bot.core.draft import CONTENT_KEPT, Draft, DraftKind, DraftState, unclear
from bot.core.errors import (
    MembershipUnknown,
    NoPerson,
    NotAllowed,
    OtherTeam,
)
from bot.core.phone import format_international
from bot.core.policy.decision import AtAnotherTime
from bot.core.reading.answers import answered
from bot.core.reading.reader import Reading, read_message
from bot.core.reading.small_talk import says_yes, small_talk
from bot.core.reading.subcommands import subcommand_in
from bot.core.workspace_settings import WorkspaceSettings
from bot.service.calls import CallService
from bot.service.drafts import DraftService, policy_in
from bot.service.incoming_message import IncomingMessage, call_request
from bot.storage.leased.draft_store import DraftStore

# A question is answered in its thread while it is open, elsewhere only soon.
_ANSWERED_WITHIN: Final = timedelta(hours=1)

_log = structlog.get_logger(__name__)


class MessageService:
    """The rules for messages."""

    def __init__(self, calls: CallService, store: DraftStore, drafts: DraftService) -> None:
        self._calls = calls
        self._store = store
        self._drafts = drafts

    async def take(self, written: IncomingMessage) -> None:
        """Place the call that a message asks for, or have the message answered; once.

        People of other teams start nothing, and write into no thread that others read. Raises
        `StoreError`.
        """
        try:
            team = await self._calls.people.admit(written.person)
        except OtherTeam as error:
            is_answered = written.is_direct and not isinstance(error, NoPerson)
            _log.info("message of another team's person refused", team=written.person.team)
            if is_answered:
                await self._refuse(written, DraftKind.OTHER_TEAM)
            return
        except MembershipUnknown:
            await self._refuse(written, DraftKind.NOT_ADMITTED)
            return
        written = replace(written, scope=self._calls.people.key_in(team, ""))
        if written.edited_ts is not None:
            await self._take_edit(written, team, written.edited_ts)
            return
        if await self._store.is_known(written.former_key):
            _log.info("message taken before an upgrade", request_key=written.former_key)
            return
        settings = await self._calls.people.settings_of(written.person)
        if (draft := self._subcommand(written, team)) is not None:
            await self._drafts.add(draft)
            return
        kind = None if written.attached else small_talk(written.text)
        reading = read_message(written.text, written.attached, settings.region)
        may_call = settings.callcow_key is not None
        if may_call and await self._take_answer(written, team, settings, kind, reading):
            return
        if may_call and kind is None and reading.is_unambiguous:
            request = call_request(written, team, reading)
            asked = await self._calls.asked(Call.new(request, utc_now()))
            try:
                self._calls.settle(asked.call, await self._store.add_call(asked))
            except NotAllowed as error:
                await self._drafts.add(self._refusal(written, team, error, reading))
            return
        await self._drafts.add(await self._answer(written, team, settings, kind, reading))

    async def _refuse(self, written: IncomingMessage, kind: DraftKind) -> None:
        """Have somebody told that they are not, or not yet, known as one of the workspace."""
        team = await self._calls.people.key_of(written.person)
        written = replace(written, scope=self._calls.people.key_in(team, ""))
        await self._drafts.add(self._draft(written, team, kind))

    async def _take_answer(
        self,
        written: IncomingMessage,
        team: str,
        settings: WorkspaceSettings,
        kind: DraftKind | None,
        reading: Reading,
    ) -> bool:
        """Take a message as the answer to a question that is open; return whether it is one."""
        asked = await self._store.questions(
            team, written.person.id, written.channel, since=utc_now() - CONTENT_KEPT
        )
        if any(question.taken_by == written.key for question in asked):
            _log.info("message repeated", request_key=written.key)
            return True
        is_yes = not written.attached and says_yes(written.text)
        if is_yes and await self._take_yes(written, asked):
            return True
        return kind is None and await self._take_missing(written, team, settings, reading, asked)

    async def _take_yes(self, written: IncomingMessage, asked: list[Draft]) -> bool:
        """Take a yes as a press of **Call**; return whether one of the questions is answered by it.

        In the question's thread it places the call, if that is the only one which asks there. Else
        the last one is asked again.
        """
        is_reply, soon = written.thread_ts is not None, utc_now() - _ANSWERED_WITHIN
        open_ones = [
            draft
            for draft in asked
            if draft.can_be_called
            and not draft.request_key.startswith(written.key)
            and (draft.thread_ts == written.thread_ts if is_reply else draft.created_at >= soon)
        ]
        if not open_ones:
            return False
        question = open_ones[0]
        if is_reply and len(open_ones) == 1:
            try:
                return await self._drafts.accept(question, by=written.key)
            except NotAllowed as error:
                refusal = self._refused(written, question, error)
                await self._drafts.add(refusal, replacing=[question])
                return True
        again = question.asked_anew(request_key=written.key, now=utc_now())
        await self._drafts.add(again, replacing=[question])
        return True

    async def _take_missing(
        self,
        written: IncomingMessage,
        team: str,
        settings: WorkspaceSettings,
        reading: Reading,
        asked: list[Draft],
    ) -> bool:
        """Take a message as what a question is missing; return whether it is one's.

        In the question's thread the call is placed if it is certain; elsewhere it is asked about.
        """
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
                    await self._drafts.add(draft, replacing=[question])
                    return True
                continue
            if (joined := answered(question, reading, is_reply=is_reply)) is None:
                continue
            placed = replace(written, thread_ts=question.thread_ts)
            if is_reply and joined.is_unambiguous:
                request = call_request(placed, team, joined, request_key=question.call_key)
                asked_call = await self._calls.asked(Call.new(request, utc_now()))
                try:
                    return await self._drafts.take(question, asked_call, by=written.key)
                except NotAllowed as error:
                    refusal = self._refusal(placed, team, error, joined)
                    await self._drafts.add(refusal, replacing=[question])
                    return True
            draft = await self._answer(placed, team, settings, None, joined)
            await self._drafts.add(draft, replacing=[question])
            return True
        return False

    async def _take_edit(self, written: IncomingMessage, team: str, edited_ts: str) -> None:
        """Answer an edit, which never dials."""
        before = await self._store.before(written.key)
        if called := before.call_id:
            told = self._draft(written, team, DraftKind.ALREADY_CALLED, about=called)
            await self._drafts.add(replace(told, request_key=f"{written.key}:called"))
            return
        kind = None if written.attached else small_talk(written.text)
        settings = await self._calls.people.settings_of(written.person)
        reading = read_message(written.text, written.attached, settings.region)
        draft = self._subcommand(written, team) or await self._answer(
            written, team, settings, kind, reading
        )
        if before.drafts:
            draft = replace(draft, request_key=f"{written.key}:{edited_ts}")
        await self._drafts.add(draft, replacing=before.open_drafts)

    async def _answer(
        self,
        written: IncomingMessage,
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
            number = whose.recipient if whose else None
            content |= {"number": format_international(number) if number else None}
            return self._draft(written, team, DraftKind.UNCLEAR, **content)
        if earlier is None:
            return self._draft(written, team, DraftKind.NO_NUMBER, **content)
        content |= {
            "number": format_international(earlier.recipient),
            "recipient": earlier.recipient,
            "unclear": unclear(reading.prompt_doubts),
            "about": earlier.id,
        }
        kind = DraftKind.UNCLEAR if reading.prompt_doubts else DraftKind.AGAIN
        return self._draft(written, team, kind, **content)

    def _subcommand(self, written: IncomingMessage, team: str) -> Draft | None:
        """Return how something is done that is typed behind the slash command alone."""
        typed = None if written.attached else subcommand_in(written.text)
        return self._draft(written, team, DraftKind.SUBCOMMAND, prompt=typed) if typed else None

    def _refusal(
        self, written: IncomingMessage, team: str, error: NotAllowed, reading: Reading
    ) -> Draft:
        """Return why a call is not placed, or the question whether it may go at another time."""
        policy = policy_in(error)
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

    def _refused(self, written: IncomingMessage, question: Draft, error: NotAllowed) -> Draft:
        """Return why a question's call is not placed, or whether it may go at another time."""
        policy = policy_in(error)
        if not isinstance(error.decision, AtAnotherTime):
            return self._draft(written, question.team, DraftKind.NOT_ALLOWED, unclear=policy)
        again = question.asked_anew(request_key=written.key, now=utc_now())
        return replace(again, kind=DraftKind.CALL_THEN, unclear=policy)

    async def _earlier(self, written: IncomingMessage, team: str) -> Call | None:
        if written.thread_ts is None:
            return None
        return await self._store.call_of_thread(team, written.channel, written.thread_ts)

    def _draft(self, written: IncomingMessage, team: str, kind: DraftKind, **content: Any) -> Draft:
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
