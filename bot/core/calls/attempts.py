"""What follows a call that nobody answered. Pure."""

import secrets
from datetime import datetime
from uuid import uuid4

from pydantic import SecretStr

from bot.core.calls.call import Call
from bot.core.calls.series import is_unanswered_call
from bot.core.calls.states import State


def next_attempt_at(ended: Call) -> datetime | None:
    """Return when a further call follows this one, which has ended; None if none does."""
    if not is_unanswered_call(ended):
        return None
    if ended.attempt_number >= ended.retry_plan.attempts:
        return None
    dialed_at = ended.last_dial_at or ended.ended_at
    return dialed_at + ended.retry_plan.distance if dialed_at else None


def next_attempt(ended: Call) -> Call | None:
    """Return the call that follows one that nobody answered; None if none does.

    It is a call of its own, with an id, a key and a secret of its own, below the same status
    message.
    """
    dial_at = next_attempt_at(ended)
    if dial_at is None or ended.ended_at is None:
        return None
    has_thread = ended.message_ts is not None
    number = ended.attempt_number + 1
    return Call(
        id=uuid4(),
        request_key=f"try:{ended.id}:{number}",
        team=ended.team,
        enterprise=ended.enterprise,
        requester=ended.requester,
        channel=ended.channel,
        thread_ts=ended.thread_ts,
        response_url=None,
        prompt=ended.prompt,
        recipient=ended.recipient,
        callback_secret=SecretStr(secrets.token_urlsafe(32)),
        state=State.ANNOUNCED if has_thread else State.REQUESTED,
        dial_at=dial_at,
        due_at=dial_at if has_thread else ended.ended_at,
        requested_at=ended.ended_at,
        posted_in=ended.posted_in,
        place_error=ended.place_error,
        message_ts=ended.message_ts,
        announced_at=ended.ended_at if has_thread else None,
        retry_plan=ended.retry_plan,
        attempt_number=number,
        series_id=ended.series,
        previous=ended.id,
    )
