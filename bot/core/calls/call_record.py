"""What is known of a call: its row, and what can be told from it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import SecretStr

from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import ONE_ATTEMPT, RetryPlan
from bot.core.calls.states import UNDIALED, EndReason, NextStep, Progress, State
from bot.core.leased import Leased

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


@dataclass(frozen=True, kw_only=True)
class CallRecord(Leased):
    """One row of the table `calls`: the record people see and the work that is left.

    `channel` is the place that was asked for, and `asked_in` the conversation that the form was
    opened in, where that is known; `posted_in` is where the status message stands,
    which is the direct message with the requester when that place was closed to the bot
    (`place_error` is Slack's reason). `result` is CallCow's terminal payload as
    received, and `normalized_result` what was read of it. `reason` is why there is none, or why
    it is likely that none will come.
    `attempt_number` counts the calls made because nobody answered the one before, `previous`;
    `series_id` is that of the first, which needs none. Steps taken again count as `attempts`.
    From `erased_at` on it tells only that there was a call and how it ended.
    Times are UTC.
    """

    request_key: str
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
    requested_at: datetime
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
    dialed_with: str | None = None
    turn: int = field(default=0, compare=False)
    erased_at: datetime | None = None
    asked_in: str | None = None

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
        is_in_its_thread = self.posted_in == self.channel and self.thread_ts
        return self.thread_ts if is_in_its_thread else self.message_ts

    @property
    def is_elsewhere(self) -> bool:
        """Whether its thread is in another conversation than it was asked for in."""
        return self.asked_in is not None and self.posted_in not in (None, self.asked_in)

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
