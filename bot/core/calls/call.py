"""A call, and every way in which it changes. Pure."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from pydantic import SecretStr

from bot.core.calls.call_record import HELD_UP_ATTEMPTS, CallRecord
from bot.core.calls.changes import end_changes
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import retry_plan
from bot.core.calls.states import REPLACED_BY_RESULT, UNDIALED, EndReason, Progress, State
from bot.core.errors import TransitionRefused
from bot.core.request import CallRequest


@dataclass(frozen=True, kw_only=True)
class Call(CallRecord):
    """A call, whose state only these methods change: each returns the next call.

    Where many rows, or rows that need not be readable, change at once, `changes.py` has the fields
    that do. What cannot be raises `TransitionRefused`.
    """

    @classmethod
    def new(cls, request: CallRequest, now: datetime) -> Self:
        """Return the call that `request` asks for."""
        asked = {name: getattr(request, name) for name in CallRequest.__dataclass_fields__}
        del asked["installed_in"]
        plan = retry_plan(asked.pop("if_unanswered"), after_voicemail=asked.pop("after_voicemail"))
        return cls(
            **{**asked, "dial_at": request.dial_at or now},
            id=uuid4(),
            callback_secret=SecretStr(secrets.token_urlsafe(32)),
            state=State.REQUESTED,
            due_at=now,
            requested_at=now,
            retry_plan=plan,
        )

    def with_prompt(self, prompt: str) -> Self:
        """Return the call with another wording of its prompt, before anybody has seen it."""
        self._must_be(State.REQUESTED)
        return replace(self, prompt=prompt)

    def announced(
        self, *, channel: str, ts: str, now: datetime, place_error: str | None = None
    ) -> Self:
        """Return the call with its thread open, to be dialed at its time, once it is approved."""
        self._must_be(State.REQUESTED)
        opened = replace(
            self,
            state=State.ANNOUNCED,
            posted_in=channel,
            place_error=place_error,
            message_ts=ts,
            announced_at=now,
            attempts=self.attempts if self.progress is Progress.HELD_UP else 0,
        )
        return opened.released(due_at=None if self.awaits_approval else self.dial_at)

    def held_up(self) -> Self:
        """Return the call as one that cannot be dialed at once."""
        return replace(self, attempts=max(self.attempts, HELD_UP_ATTEMPTS))

    def on_hold(self, reason: Reason, *, now: datetime, due_at: datetime) -> Self:
        """Return the call as it waits until calls go on, asked again at `due_at`; it is not late.

        Nothing of it has been sent.
        """
        self._must_be(State.ANNOUNCED)
        held = replace(self, reason=reason, dial_at=now, attempts=0)
        return held.released(due_at=due_at)

    def to_approve(self, reason: Reason) -> Self:
        """Return the call as it waits until somebody else approves it; nothing of it is due.

        So it is not claimed, by the version before neither, which knows of no approvals.
        """
        if self.state not in UNDIALED or self.may_have_been_dialed():
            raise TransitionRefused(f"a call that is {self.state}, to be approved")
        return replace(self, reason=reason, attempts=0).released(due_at=None)

    def approved(
        self, *, now: datetime, dial_at: datetime | None = None, reason: Reason | None = None
    ) -> Self:
        """Return the call as it is dialed once its time has come, from which lateness counts.

        For the `reason`, that is at another time than the one it was asked for.
        """
        self._must_be(State.ANNOUNCED)
        if not self.awaits_approval:
            raise TransitionRefused("a call that awaits no approval")
        dial_at = dial_at or max(self.dial_at, now)
        return replace(self, reason=reason, dial_at=dial_at).released(due_at=dial_at)

    def moved(self, reason: Reason, *, dial_at: datetime) -> Self:
        """Return the call as it is dialed at another time, from which lateness counts."""
        self._must_be(State.ANNOUNCED)
        later = replace(self, reason=reason, dial_at=dial_at, attempts=0)
        return later.released(due_at=dial_at)

    def sent(
        self, *, now: datetime, due_at: datetime, lease_until: datetime, dialed_with: str
    ) -> Self:
        """Return the call as it is about to be sent to CallCow, by the lease it is under.

        `dialed_with` tells the key from others.
        """
        self._must_be(State.ANNOUNCED)
        if self.awaits_approval:
            raise TransitionRefused("a call that awaits an approval")
        return replace(
            self,
            dialing_since=self.dialing_since or now,
            # What kept it from being sent has passed.
            reason=self.reason if self.may_have_been_dialed() else None,
            last_dial_at=now,
            dialed_with=dialed_with,
            due_at=due_at,
            lease_until=lease_until,
            attempts=self.attempts + 1,
        )

    def not_dialed(self) -> Self:
        """Return the call as if it had not been sent: that nobody was dialed is proved."""
        self._must_be(State.ANNOUNCED)
        return replace(self, dialing_since=None, last_dial_at=None)

    def placed(
        self, *, now: datetime, workflow_id: str | None, provider_call_id: str | None
    ) -> Self:
        """Return the call as CallCow took it: its result is awaited."""
        return replace(
            self.assumed_placed(),
            placed_at=now,
            reason=None,
            workflow_id=workflow_id,
            provider_call_id=provider_call_id,
        )

    def assumed_placed(self) -> Self:
        """Return the call as awaiting a result, though CallCow never confirmed that it took it."""
        self._must_be(State.ANNOUNCED)
        if not self.may_have_been_dialed():
            raise TransitionRefused("a call that was never sent has no result to wait for")
        return replace(self, state=State.WAITING, attempts=0)

    def ended(
        self,
        ending: EndReason,
        *,
        now: datetime,
        reason: Reason | None = None,
        result: Mapping[str, Any] | None = None,
        normalized_result: CallResult | None = None,
        canceled_by: str | None = None,
    ) -> Self:
        """Return the call as it ended; its report is due at once.

        The first end stands, except that a real result replaces the lack of one, and a better
        one that nobody answered.
        """
        is_replaced = ending is EndReason.RESULT and (
            self.ending in REPLACED_BY_RESULT
            or (_is_unanswered(self.normalized_result) and not _is_unanswered(normalized_result))
        )
        if self.erased_at is not None:
            raise TransitionRefused("a call whose content was erased")
        if self.ending is not None and not is_replaced:
            raise TransitionRefused(f"a call that ended as {self.ending}")
        if ending is EndReason.CANCELED and not self.can_be_changed():
            raise TransitionRefused("a call that may have been sent")
        return replace(
            self,
            **end_changes(ending, now, reason),
            result=dict(result) if result is not None else None,
            normalized_result=normalized_result,
            result_ts=None,
            canceled_by=canceled_by,
        )

    def posted(self, *, channel: str, ts: str) -> Self:
        """Return the ended call with its result posted, its status message still to be updated."""
        self._must_be(State.ENDED)
        return replace(self, result_ts=ts, result_in=channel, attempts=0)

    def reported(self, now: datetime) -> Self:
        """Return the call with nothing left to do."""
        self._must_be(State.ENDED)
        done = replace(self, state=State.REPORTED, reported_at=now, attempts=0)
        return done.released(due_at=None)

    def _must_be(self, state: State) -> None:
        if self.state is not state:
            raise TransitionRefused(f"a call that is {self.state}, not {state}")


def _is_unanswered(result: CallResult | None) -> bool:
    return result is not None and result.is_unanswered
