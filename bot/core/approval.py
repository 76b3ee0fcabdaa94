"""An approval: whether somebody else lets the calls of a series be made, and who it was. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from bot.core.calls.call import Call
from bot.core.calls.call_record import SOON
from bot.core.calls.states import State
from bot.core.errors import TransitionRefused
from bot.core.leased import Leased

# Nobody decides later than this after it was asked for.
DECIDED_WITHIN: Final = timedelta(days=1)
# How often the message is brought up to date that Slack does not let be edited.
_SHOW_ATTEMPTS_MAX: Final = 10
# While nobody has decided, it is looked whether the call was canceled: by the version before, which
# does not tell.
_LOOK_EVERY: Final = timedelta(minutes=1)


class ApprovalState(StrEnum):
    """What was decided: `CLOSED` is nothing, as the call had ended before."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    CLOSED = "closed"


class ApprovalStep(StrEnum):
    """What the worker does with an approval that is due."""

    OPEN_THREAD = "open_thread"
    ASK = "ask"
    WAIT = "wait"
    EXPIRE = "expire"
    CLOSE = "close"
    SHOW = "show"


@dataclass(frozen=True, kw_only=True)
class Approval(Leased):
    """One row of the table `approvals`.

    `id` is that of the series whose calls it is for, so that there is one at most; `call_id` is the
    attempt that waits for it. `posted_in` and `message_ts` are those of the message that asks for
    it, and `settled_at` is when that had nothing left to say.
    """

    call_id: UUID
    requester: str
    state: ApprovalState
    created_at: datetime
    posted_in: str | None = None
    message_ts: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    settled_at: datetime | None = None

    @classmethod
    def asked_for(cls, call: Call, now: datetime) -> Self:
        """Return the approval that `call` waits for."""
        return cls(
            id=call.series,
            call_id=call.id,
            team=call.team,
            requester=call.requester,
            state=ApprovalState.OPEN,
            created_at=now,
            due_at=now,
        )

    @property
    def expires_at(self) -> datetime:
        """Until when it can be decided."""
        return self.created_at + DECIDED_WITHIN

    def state_at(self, now: datetime) -> ApprovalState:
        """Return what is true at `now`, also while the worker has not come to its end yet."""
        is_over = self.state is ApprovalState.OPEN and now >= self.expires_at
        return ApprovalState.EXPIRED if is_over else self.state

    def next_step(self, call: Call, now: datetime) -> ApprovalStep:
        """Return what to do with this approval, which is due; `call` is the one that waits."""
        if self.state is not ApprovalState.OPEN:
            return ApprovalStep.SHOW
        if not call.awaits_approval:
            return ApprovalStep.CLOSE
        if now >= self.expires_at:
            return ApprovalStep.EXPIRE
        if call.state is State.REQUESTED:
            return ApprovalStep.OPEN_THREAD
        return ApprovalStep.ASK if self.message_ts is None else ApprovalStep.WAIT

    def asked(self, *, channel: str, ts: str, now: datetime) -> Self:
        """Return the approval with the message posted that asks for it."""
        self._must_be_open()
        posted = replace(self, posted_in=channel, message_ts=ts, attempts=0)
        return posted.released(due_at=posted.next_look(now))

    def decided(self, state: ApprovalState, *, now: datetime, by: str | None = None) -> Self:
        """Return the approval as it was decided, its message to say so; the first one counts."""
        self._must_be_open()
        done = replace(self, state=state, decided_by=by, decided_at=now, attempts=0)
        return done.released(due_at=now)

    def settled(self, now: datetime) -> Self:
        """Return the approval with nothing left to say."""
        return replace(self, settled_at=now, attempts=0).released(due_at=None)

    def is_tried_enough(self) -> bool:
        """Whether its message has been edited in vain for long enough."""
        return self.attempts >= _SHOW_ATTEMPTS_MAX

    def next_look(self, now: datetime) -> datetime:
        """Return when to look again whether there is still something to decide."""
        look = now + _LOOK_EVERY
        return min(look, self.expires_at) if self.expires_at > now else look

    def _must_be_open(self) -> None:
        if self.state is not ApprovalState.OPEN:
            raise TransitionRefused(f"an approval that is {self.state}")


def is_about_to_be_dialed(call: Call, now: datetime) -> bool:
    """Whether the status message of an approved call will be brought up to date by its dial."""
    return (
        call.ending is None
        and call.state is State.ANNOUNCED
        and call.dial_at <= now < (call.dial_at + SOON)
    )
