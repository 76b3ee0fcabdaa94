"""What follows a call that nobody answered. Pure."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from pydantic import SecretStr

from bot.core.call import Call, EndReason, IfUnanswered, State
from bot.core.outcome import Outcome, outcome_of

# So long after the result a further call is announced, which reads better below it.
_AFTER_THE_RESULT: Final = timedelta(seconds=2)
# The only outcomes after which it makes sense to call again.
UNANSWERED: Final = ("no_answer", "busy")


@dataclass(frozen=True)
class Tries:
    """How many calls there may be in all, and how long after the end of one the next is dialed."""

    in_all: int
    apart: timedelta


TRIES: Final = {
    IfUnanswered.NOTHING: Tries(1, timedelta(0)),
    IfUnanswered.ONCE_MORE: Tries(2, timedelta(minutes=15)),
    IfUnanswered.THREE_IN_ALL: Tries(3, timedelta(hours=1)),
}


def is_unanswered(outcome: Outcome) -> bool:
    """Whether nobody answered, or the line was busy: a call after which another may follow."""
    return outcome.name in UNANSWERED


def next_try_at(call: Call) -> datetime | None:
    """Return when a further call follows this one, which has ended; None if none does."""
    tries = TRIES[call.if_unanswered]
    if call.ending is not EndReason.RESULT or call.ended_at is None:
        return None
    if call.try_number >= tries.in_all or not is_unanswered(outcome_of(call)):
        return None
    return call.ended_at + tries.apart


def next_try(ended: Call) -> Call | None:
    """Return the call that follows one that nobody answered, in the same thread; None if none does.

    It is a call of its own, with an id, a key and a secret of its own.
    """
    dial_at = next_try_at(ended)
    if dial_at is None or ended.ended_at is None:
        return None
    number = ended.try_number + 1
    return Call(
        id=uuid4(),
        request_key=f"try:{ended.id}:{number}",
        team=ended.team,
        enterprise=ended.enterprise,
        requester=ended.requester,
        channel=ended.posted_in or ended.channel,
        thread_ts=ended.root_ts,
        response_url=None,
        prompt=ended.prompt,
        recipient=ended.recipient,
        callback_secret=SecretStr(secrets.token_urlsafe(32)),
        state=State.REQUESTED,
        dial_at=dial_at,
        due_at=ended.ended_at + _AFTER_THE_RESULT,
        requested_at=ended.ended_at,
        if_unanswered=ended.if_unanswered,
        try_number=number,
        previous=ended.id,
    )
