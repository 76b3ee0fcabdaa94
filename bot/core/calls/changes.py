"""Transitions as the fields that change, for many rows at once or such as cannot be read. Pure."""

from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.core.calls.reason import Reason
from bot.core.calls.states import EndReason, State


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
