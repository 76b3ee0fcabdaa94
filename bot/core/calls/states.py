"""How far a call has come, what ended it, and which step comes next. Pure."""

from enum import StrEnum
from typing import Final


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
