"""A call: its states, its outcome, and which step comes next. Pure."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID, uuid4

from pydantic import SecretStr

from bot.core.errors import InvalidPrompt

PROMPT_MIN: Final = 10
PROMPT_MAX: Final = 3000

# CallCow answers the same key alike for 5 minutes and dials again after that (seed); the last
# minute is left for a slow request and for clocks that disagree.
REPEAT_WINDOW: Final = timedelta(minutes=4)
# A call that could not be sent for this long is not sent any more: nobody is rung at 3 a.m.
# because a server came back.
SEND_WITHIN: Final = timedelta(minutes=15)
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
    """What ended a call: a result from CallCow, or the lack of one.

    `INCOMPLETE` is a mention that lacked a number or a prompt: it never was a call, and its report
    asks for what is missing.
    """

    RESULT = "result"
    NOT_PLACED = "not_placed"
    CANCELED = "canceled"
    NO_RESULT = "no_result"
    INCOMPLETE = "incomplete"


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


class IfUnanswered(StrEnum):
    """What was asked for in case nobody answers or the line is busy."""

    NOTHING = "nothing"
    ONCE_MORE = "once_more"
    THREE_IN_ALL = "three_in_all"


class Progress(StrEnum):
    """What the status message says of a call that has not ended."""

    SCHEDULED = "scheduled"
    STARTING = "starting"
    CALLING = "calling"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, kw_only=True)
class CallRequest:
    """What a person asks for, once it has been checked.

    `request_key` makes a repeated Slack request the same request: the form's view id, the
    command's trigger id or the event's id. Without `dial_at` the call is to be dialed at once.
    """

    request_key: str
    team: str
    enterprise: str | None
    requester: str
    channel: str
    prompt: str
    recipient: str
    thread_ts: str | None = None
    response_url: SecretStr | None = None
    dial_at: datetime | None = None
    if_unanswered: IfUnanswered = IfUnanswered.NOTHING


@dataclass(frozen=True, kw_only=True)
class Call:
    """One row of the table `calls`: the record people see and the work that is left.

    `channel` is the place that was asked for; `posted_in` is where the status message stands,
    which is the direct message with the requester when that place was closed to the bot
    (`place_error` is Slack's reason). `result` is CallCow's terminal payload as received.
    `try_number` counts the calls made because nobody answered the one before, `previous`; steps
    taken again count as `attempts`. Times are UTC.
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
    shown: str | None = None
    dialing_since: datetime | None = None
    last_dial_at: datetime | None = None
    workflow_id: str | None = None
    provider_call_id: str | None = None
    ending: EndReason | None = None
    result: dict[str, Any] | None = field(default=None, repr=False)
    error: str | None = None
    result_ts: str | None = None
    announced_at: datetime | None = None
    placed_at: datetime | None = None
    ended_at: datetime | None = None
    reported_at: datetime | None = None
    if_unanswered: IfUnanswered = IfUnanswered.NOTHING
    try_number: int = 1
    previous: UUID | None = None
    canceled_by: str | None = None
    result_in: str | None = None

    @classmethod
    def new(cls, request: CallRequest, now: datetime) -> Self:
        """Return the call that `request` asks for."""
        asked = {name: getattr(request, name) for name in CallRequest.__dataclass_fields__}
        return cls(
            **{**asked, "dial_at": request.dial_at or now},
            id=uuid4(),
            callback_secret=SecretStr(secrets.token_urlsafe(32)),
            state=State.REQUESTED,
            due_at=now,
            requested_at=now,
        )

    @property
    def root_ts(self) -> str | None:
        """The message that the call's replies hang on: the thread it was asked from, or its own."""
        return (
            self.thread_ts
            if self.posted_in == self.channel and self.thread_ts
            else (self.message_ts)
        )

    @property
    def progress(self) -> Progress | EndReason:
        """What there is to say of the call now."""
        if self.ending is not None:
            return self.ending
        if self.state is State.WAITING:
            return Progress.CALLING if self.placed_at else Progress.UNCONFIRMED
        return Progress.SCHEDULED if self.is_scheduled else Progress.STARTING

    @property
    def is_scheduled(self) -> bool:
        """Whether the call was to be dialed later than it was asked for."""
        return self.dial_at - self.requested_at > SOON

    @property
    def status_fingerprint(self) -> str:
        """What the status message has to show by now, to be compared with `shown`."""
        return f"{self.progress}:{self.ended_at.isoformat()}" if self.ended_at else self.progress

    def can_be_changed(self) -> bool:
        """Whether the call may still be canceled: nothing has been sent to CallCow."""
        return self.state in UNDIALED and not self.may_have_been_dialed()

    def may_have_been_dialed(self) -> bool:
        """Whether an earlier attempt is not proved to have dialed nobody."""
        return self.dialing_since is not None

    def next_step(self, now: datetime, result_timeout: timedelta) -> NextStep:
        """Return what to do with this call, which is due at `now` and not reported."""
        match self.state:
            case State.REQUESTED:
                return NextStep.ANNOUNCE
            case State.ANNOUNCED if self.dialing_since is None:
                return NextStep.EXPIRE if now - self.dial_at > SEND_WITHIN else NextStep.DIAL
            case State.ANNOUNCED:
                return (
                    NextStep.DIAL
                    if is_repeatable(self.dialing_since, now)
                    else NextStep.ASSUME_PLACED
                )
            case State.WAITING:
                sent_at = self.last_dial_at or self.requested_at
                return NextStep.GIVE_UP if now - sent_at >= result_timeout else NextStep.POLL
            case _:
                return NextStep.REPORT


def is_repeatable(dialing_since: datetime | None, at: datetime) -> bool:
    """Whether a dial first sent at `dialing_since` may be sent again with the same key.

    A negative age means that clocks disagree by more than they may: it counts as old.
    """
    return dialing_since is not None and timedelta(0) <= at - dialing_since < REPEAT_WINDOW


def check_prompt(text: str) -> str:
    """Return the prompt without surrounding space; raise `InvalidPrompt` for one of no use."""
    prompt = text.strip()
    example = "for example “Book a table for Friday 7pm, two people, under Josh”"
    if not prompt:
        raise InvalidPrompt(f"Say what the call is for, {example}.")
    if len(prompt) < PROMPT_MIN:
        raise InvalidPrompt(f"That is too short to act on. Say who, what and when, {example}.")
    if len(prompt) > PROMPT_MAX:
        raise InvalidPrompt(
            f"That is {len(prompt):,} characters, and {PROMPT_MAX:,} is the most. "
            f"Keep it to who, what and when, {example}."
        )
    return prompt
