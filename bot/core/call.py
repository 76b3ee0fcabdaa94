"""A call: its states, its outcome, and which step comes next. Pure."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID, uuid4

from pydantic import SecretStr

from bot.core.errors import TransitionRefused
from bot.core.reason import Reason
from bot.core.request import CallRequest
from bot.core.result import CallResult
from bot.core.retry_plan import ONE_ATTEMPT, RetryPlan, retry_plan

# A call that could not be sent for this long is not sent any more: nobody is called at 3 a.m.
# because a server came back.
SEND_WITHIN: Final = timedelta(minutes=15)
# A further attempt is dated by the one before, of whose end we may learn late.
SEND_ATTEMPT_WITHIN: Final = timedelta(hours=1)
# After so many steps that dialed nobody, it is told that a call is held up: the first few follow
# each other within seconds.
HELD_UP_ATTEMPTS: Final = 3
# What is to be dialed within this time of its request is not called scheduled.
SOON: Final = timedelta(seconds=30)


class State(StrEnum):
    """How far a call has come; each state has one step that leads out of it."""

    REQUESTED = "requested"
    ANNOUNCED = "announced"
    WAITING = "waiting"
    ENDED = "ended"
    REPORTED = "reported"


UNDIALED: Final = (State.REQUESTED, State.ANNOUNCED)


class EndReason(StrEnum):
    """What ended a call: a result from CallCow, or the lack of one."""

    RESULT = "result"
    NOT_PLACED = "not_placed"
    CANCELED = "canceled"
    NO_RESULT = "no_result"


# A result that still comes replaces these: each says only that none was known.
REPLACED_BY_RESULT: Final = (EndReason.NO_RESULT, EndReason.NOT_PLACED)


class NextStep(StrEnum):
    """What the dispatcher does with a call that is due.

    `EXPIRE` ends a call that could not be sent in time; `ASSUME_PLACED` waits for one whose dial
    was never confirmed as if it had been placed; `GIVE_UP` ends the wait for a result.
    """

    ANNOUNCE = "announce"
    DIAL = "dial"
    EXPIRE = "expire"
    ASSUME_PLACED = "assume"
    POLL = "poll"
    GIVE_UP = "give_up"
    REPORT = "report"


class Progress(StrEnum):
    """What the status message says of a call that has not ended."""

    SCHEDULED = "scheduled"
    HELD_UP = "held_up"
    ON_HOLD = "on_hold"
    TO_APPROVE = "to_approve"
    STARTING = "starting"
    CALLING = "calling"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One row of the table `calls`: the record people see and the work that is left.

    `channel` is the place that was asked for; `posted_in` is where the status message stands,
    which is the direct message with the requester when that place was closed to the bot
    (`place_error` is Slack's reason). `result` is CallCow's terminal payload as
    received, and `normalized_result` what was read of it. `reason` is why there is none, or why
    it is likely that none will come.
    `attempt_number` counts the calls made because nobody answered the one before, `previous`;
    `series_id` is that of the first, which needs none. Steps taken again count as `attempts`.
    From `erased_at` on it tells only that there was a call and how it ended.
    Times are UTC.
    """

    id: UUID
    request_key: str
    team: str
    enterprise: str | None
    requester: str
    channel: str
    thread_ts: str | None
    response_url: SecretStr | None
    prompt: str
    recipient: str
    callback_secret: SecretStr
    state: State
    dial_at: datetime
    due_at: datetime | None
    requested_at: datetime
    attempts: int = 0
    lease: UUID | None = None
    lease_until: datetime | None = None
    posted_in: str | None = None
    place_error: str | None = None
    message_ts: str | None = None
    dialing_since: datetime | None = None
    last_dial_at: datetime | None = None
    workflow_id: str | None = None
    provider_call_id: str | None = None
    ending: EndReason | None = None
    result: dict[str, Any] | None = field(default=None, repr=False)
    normalized_result: CallResult | None = field(default=None, repr=False)
    reason: Reason | None = None
    result_ts: str | None = None
    announced_at: datetime | None = None
    placed_at: datetime | None = None
    ended_at: datetime | None = None
    reported_at: datetime | None = None
    retry_plan: RetryPlan = ONE_ATTEMPT
    attempt_number: int = 1
    series_id: UUID | None = None
    previous: UUID | None = None
    canceled_by: str | None = None
    result_in: str | None = None
    turn: int = field(default=0, compare=False)
    erased_at: datetime | None = None

    @classmethod
    def new(cls, request: CallRequest, now: datetime) -> Self:
        """Return the call that `request` asks for."""
        asked = {name: getattr(request, name) for name in CallRequest.__dataclass_fields__}
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

    @property
    def series(self) -> UUID:
        """The id of the series that the call belongs to: that of its first attempt."""
        return self.series_id or self.id

    @property
    def send_within(self) -> timedelta:
        """How long after its time the call may first be sent."""
        return SEND_WITHIN if self.attempt_number == 1 else SEND_ATTEMPT_WITHIN

    @property
    def root_ts(self) -> str | None:
        """The message that the call's replies hang on: the thread it was asked from, or its own."""
        return (
            self.thread_ts
            if self.posted_in == self.channel and self.thread_ts
            else (self.message_ts)
        )

    @property
    def places(self) -> frozenset[str]:
        """The conversations in which all that there is to know of the call may be shown."""
        return frozenset(filter(None, (self.posted_in, self.result_in)))

    @property
    def progress(self) -> Progress | EndReason:
        """What there is to say of the call now."""
        if self.ending is not None:
            return self.ending
        if self.state is State.WAITING:
            return Progress.CALLING if self.placed_at else Progress.UNCONFIRMED
        if self.may_have_been_dialed():
            return Progress.STARTING
        if self.awaits_approval:
            return Progress.TO_APPROVE
        if self.reason is not None and self.reason.is_hold:
            return Progress.ON_HOLD
        is_to_be_dialed = self.state is State.ANNOUNCED or not self.is_scheduled
        if self.attempts >= HELD_UP_ATTEMPTS and is_to_be_dialed:
            return Progress.HELD_UP
        return Progress.SCHEDULED if self.is_scheduled else Progress.STARTING

    @property
    def is_held(self) -> bool:
        """Whether the call waits until somebody lets it go on."""
        return self.ending is None and self.reason is not None and self.reason.is_hold

    @property
    def awaits_approval(self) -> bool:
        """Whether nothing of the call is due before somebody else approves it."""
        return (
            self.can_be_changed()
            and self.ending is None
            and self.reason is not None
            and self.reason.awaits_approval
        )

    @property
    def is_scheduled(self) -> bool:
        """Whether the call was to be dialed later than it was asked for."""
        return self.dial_at - self.requested_at > SOON

    @property
    def status_fingerprint(self) -> str:
        """What the status message has to show of the call by now.

        A call that is dialed at once shows the same before and after CallCow took it, while a
        further attempt is not shown before it is dialed.
        """
        shown = self.progress
        time = self.dial_at if shown is Progress.SCHEDULED else self.ended_at
        if shown is Progress.STARTING and (self.attempt_number == 1 or self.may_have_been_dialed()):
            shown = Progress.CALLING
        parts = [shown, time.isoformat() if time else ""]
        if self.ending is None and self.reason is not None:
            parts.append(self.reason.kind)
        return ":".join([*parts, self.result_ts or ""])

    def can_be_changed(self) -> bool:
        """Whether the call may still be canceled: nothing has been sent to CallCow."""
        return self.state in UNDIALED and not self.may_have_been_dialed()

    def may_have_been_dialed(self) -> bool:
        """Whether an earlier attempt is not proved to have dialed nobody."""
        return self.dialing_since is not None

    def next_step(
        self, now: datetime, *, result_timeout: timedelta, is_repeatable: bool
    ) -> NextStep:
        """Return what to do with this call, which is due at `now` and not reported.

        `is_repeatable` is whether a dial that was sent may be sent again.
        """
        match self.state:
            case State.REQUESTED:
                return NextStep.ANNOUNCE
            case State.ANNOUNCED if self.dialing_since is None:
                return NextStep.EXPIRE if now - self.dial_at > self.send_within else NextStep.DIAL
            case State.ANNOUNCED:
                return NextStep.DIAL if is_repeatable else NextStep.ASSUME_PLACED
            case State.WAITING:
                sent_at = self.last_dial_at or self.requested_at
                return NextStep.GIVE_UP if now - sent_at >= result_timeout else NextStep.POLL
            case _:
                return NextStep.REPORT

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

    def sent(self, *, now: datetime, due_at: datetime, lease_until: datetime) -> Self:
        """Return the call as it is about to be sent to CallCow, by the lease it is under."""
        self._must_be(State.ANNOUNCED)
        if self.awaits_approval:
            raise TransitionRefused("a call that awaits an approval")
        return replace(
            self,
            dialing_since=self.dialing_since or now,
            # What kept it from being sent has passed.
            reason=self.reason if self.may_have_been_dialed() else None,
            last_dial_at=now,
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

    def tried_again(self) -> Self:
        """Return the call with one more attempt at the step it is at."""
        return replace(self, attempts=self.attempts + 1)

    def released(self, *, due_at: datetime | None) -> Self:
        """Return the call without its lease, its next step due at `due_at`."""
        return replace(self, due_at=due_at, lease=None, lease_until=None)

    def _must_be(self, state: State) -> None:
        if self.state is not state:
            raise TransitionRefused(f"a call that is {self.state}, not {state}")


def _is_unanswered(result: CallResult | None) -> bool:
    return result is not None and result.is_unanswered


def end_changes(ending: EndReason, now: datetime, reason: Reason | None = None) -> dict[str, Any]:
    """Return the fields that change whenever a call ends; a step under way loses its lease."""
    return {
        "state": State.ENDED,
        "ending": ending,
        "reason": reason,
        "ended_at": now,
        "due_at": now,
        "attempts": 0,
        "lease": None,
        "lease_until": None,
    }


def erase_changes(now: datetime) -> dict[str, Any]:
    """Return the fields that change when a call's content is erased; a result in it is replaced."""
    return {
        "prompt": "",
        "recipient": "",
        "response_url": None,
        "callback_secret": SecretStr(""),
        "place_error": None,
        "workflow_id": None,
        "provider_call_id": None,
        "result": None,
        "reason": None,
        "canceled_by": None,
        "erased_at": now,
    }


def forget_changes(
    state: State, ending: EndReason | None, dialing_since: datetime | None, now: datetime
) -> dict[str, Any]:
    """Return the fields that change when a call is forgotten: its content, and that it is over.

    Unless it is proved that nobody was dialed, it is not said that nobody was.
    """
    changes = erase_changes(now)
    if ending is None:
        was_sent = state is State.WAITING or dialing_since is not None
        changes |= end_changes(EndReason.NO_RESULT if was_sent else EndReason.NOT_PLACED, now)
    return changes


def dial_now_changes(now: datetime) -> dict[str, Any]:
    """Return the fields that change when a person has an announced call dialed at once."""
    return {"dial_at": now, "due_at": now, "reason": None, "lease": None, "lease_until": None}


def wait_changes(now: datetime) -> dict[str, Any]:
    """Return the fields that change when a call that may have been sent is not sent again."""
    return {
        "state": State.WAITING,
        "due_at": now,
        "attempts": 0,
        "lease": None,
        "lease_until": None,
    }
