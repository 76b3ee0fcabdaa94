"""What may become of a call in each state, as a table: the next state, or a refusal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from bot.core.calls.call import Call
from bot.core.calls.reason import NO_RESULT, Reason
from bot.core.calls.states import EndReason, Progress, State
from bot.core.errors import TransitionRefused
from bot.core.policy.decision import AwaitingApproval
from tests.builders import (
    NOON,
    a_call,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
)

LATER: Final = NOON + timedelta(seconds=5)
REFUSED: Final = None

Event = Callable[[Call], Call]

AWAITS: Final = Reason.by_policy(AwaitingApproval(frozenset({"UGRACE"})))

CALLS: Final = {
    "requested": a_call(),
    "requested, to approve": a_call(reason=AWAITS, due_at=None),
    "announced": an_announced_call(),
    "announced, to approve": an_announced_call(reason=AWAITS, due_at=None),
    "sent": an_announced_call(dialing_since=NOON, last_dial_at=NOON),
    "waiting": a_waiting_call(),
    "ended with a result": an_ended_call(result={"call_status": "success"}),
    "ended as not placed": an_ended_call(EndReason.NOT_PLACED),
    "ended as canceled": an_ended_call(EndReason.CANCELED),
    "ended without a result": an_ended_call(EndReason.NO_RESULT),
    "reported": an_ended_call(state=State.REPORTED, result={"call_status": "success"}),
    "reported without a result": an_ended_call(EndReason.NO_RESULT, state=State.REPORTED),
}
EVENTS: Final[dict[str, Event]] = {
    "announced": lambda call: call.announced(channel="C1", ts="1.2", now=LATER),
    "to approve": lambda call: call.to_approve(AWAITS),
    "approved": lambda call: call.approved(now=LATER),
    "sent": lambda call: call.sent(now=LATER, due_at=LATER, lease_until=LATER, dialed_with="k"),
    "not dialed": lambda call: call.not_dialed(),
    "placed": lambda call: call.placed(now=LATER, workflow_id="w", provider_call_id="c"),
    "assumed placed": lambda call: call.assumed_placed(),
    "result": lambda call: call.ended(EndReason.RESULT, now=LATER, result={}),
    "not placed": lambda call: call.ended(EndReason.NOT_PLACED, now=LATER),
    "canceled": lambda call: call.ended(EndReason.CANCELED, now=LATER, canceled_by="UADA"),
    "no result": lambda call: call.ended(EndReason.NO_RESULT, now=LATER),
    "posted": lambda call: call.posted(channel="C1", ts="1.3"),
    "reported": lambda call: call.reported(LATER),
}
# What is not named here is refused.
TABLE: Final = {
    ("requested", "announced"): State.ANNOUNCED,
    ("requested", "result"): State.ENDED,
    ("requested", "not placed"): State.ENDED,
    ("requested", "canceled"): State.ENDED,
    ("requested", "no result"): State.ENDED,
    ("requested", "to approve"): State.REQUESTED,
    ("requested, to approve", "announced"): State.ANNOUNCED,
    ("requested, to approve", "to approve"): State.REQUESTED,
    ("requested, to approve", "result"): State.ENDED,
    ("requested, to approve", "not placed"): State.ENDED,
    ("requested, to approve", "canceled"): State.ENDED,
    ("requested, to approve", "no result"): State.ENDED,
    ("announced, to approve", "approved"): State.ANNOUNCED,
    ("announced, to approve", "not dialed"): State.ANNOUNCED,
    ("announced, to approve", "to approve"): State.ANNOUNCED,
    ("announced, to approve", "result"): State.ENDED,
    ("announced, to approve", "not placed"): State.ENDED,
    ("announced, to approve", "canceled"): State.ENDED,
    ("announced, to approve", "no result"): State.ENDED,
    ("announced", "to approve"): State.ANNOUNCED,
    ("announced", "sent"): State.ANNOUNCED,
    ("announced", "not dialed"): State.ANNOUNCED,
    ("announced", "result"): State.ENDED,
    ("announced", "not placed"): State.ENDED,
    ("announced", "canceled"): State.ENDED,
    ("announced", "no result"): State.ENDED,
    ("sent", "sent"): State.ANNOUNCED,
    ("sent", "not dialed"): State.ANNOUNCED,
    ("sent", "placed"): State.WAITING,
    ("sent", "assumed placed"): State.WAITING,
    ("sent", "result"): State.ENDED,
    ("sent", "not placed"): State.ENDED,
    ("sent", "no result"): State.ENDED,
    ("waiting", "result"): State.ENDED,
    ("waiting", "not placed"): State.ENDED,
    ("waiting", "no result"): State.ENDED,
    ("ended with a result", "posted"): State.ENDED,
    ("ended with a result", "reported"): State.REPORTED,
    ("ended as not placed", "posted"): State.ENDED,
    ("ended as not placed", "reported"): State.REPORTED,
    ("ended as not placed", "result"): State.ENDED,
    ("ended as canceled", "posted"): State.ENDED,
    ("ended as canceled", "reported"): State.REPORTED,
    ("ended without a result", "posted"): State.ENDED,
    ("ended without a result", "reported"): State.REPORTED,
    ("ended without a result", "result"): State.ENDED,
    ("reported without a result", "result"): State.ENDED,
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("name", CALLS)
def test_an_event_leads_to_the_state_of_the_table_or_is_refused(name: str, event: str) -> None:
    expected = TABLE.get((name, event), REFUSED)

    if expected is REFUSED:
        with pytest.raises(TransitionRefused):
            EVENTS[event](CALLS[name])
    else:
        assert EVENTS[event](CALLS[name]).state is expected


@pytest.mark.parametrize(("name", "event"), TABLE)
def test_no_transition_changes_what_was_asked_for(name: str, event: str) -> None:
    before, after = CALLS[name], EVENTS[event](CALLS[name])

    for field in ("id", "request_key", "requester", "prompt", "recipient", "callback_secret"):
        assert getattr(after, field) == getattr(before, field)


@pytest.mark.parametrize("state", ["requested", "announced"])
def test_nothing_of_a_call_that_awaits_an_approval_is_due(state: str) -> None:
    waiting = CALLS[state].to_approve(AWAITS)

    assert (waiting.awaits_approval, waiting.progress) == (True, Progress.TO_APPROVE)
    assert (waiting.due_at, waiting.lease) == (None, None)


def test_opening_its_thread_leaves_it_waiting() -> None:
    waiting = CALLS["requested, to approve"]

    announced = waiting.announced(channel="C1", ts="1.2", now=LATER)

    assert (announced.awaits_approval, announced.due_at) == (True, None)


def test_an_approved_call_is_due_at_once_and_not_late() -> None:
    approved = CALLS["announced, to approve"].approved(now=LATER)

    assert (approved.due_at, approved.dial_at, approved.reason) == (LATER, LATER, None)
    assert approved.awaits_approval is False


def test_an_approved_call_that_is_scheduled_keeps_its_time() -> None:
    tomorrow = NOON + timedelta(days=1)
    waiting = an_announced_call(reason=AWAITS, due_at=None, dial_at=tomorrow)

    approved = waiting.approved(now=LATER)

    assert (approved.due_at, approved.dial_at) == (tomorrow, tomorrow)


def test_a_call_that_awaits_an_approval_is_not_sent() -> None:
    with pytest.raises(TransitionRefused):
        CALLS["announced, to approve"].sent(
            now=LATER, due_at=LATER, lease_until=LATER, dialed_with="k"
        )


def test_a_repeated_send_keeps_the_time_of_the_first() -> None:
    call = an_announced_call(dialing_since=NOON, last_dial_at=NOON, attempts=1)

    sent = call.sent(now=LATER, due_at=LATER, lease_until=LATER, dialed_with="k")

    assert (sent.dialing_since, sent.last_dial_at, sent.attempts) == (NOON, LATER, 2)


def test_what_is_proved_not_dialed_may_be_canceled_again() -> None:
    call = an_announced_call(dialing_since=NOON, last_dial_at=NOON)

    assert not call.can_be_changed()
    assert call.not_dialed().can_be_changed()


def test_an_end_takes_the_lease_away_and_is_due_at_once() -> None:
    call = a_waiting_call(lease=UUID(int=1), lease_until=LATER, attempts=3, due_at=None)

    ended = call.ended(EndReason.NO_RESULT, now=LATER)

    assert (ended.lease, ended.lease_until, ended.attempts) == (None, None, 0)
    assert (ended.due_at, ended.ended_at) == (LATER, LATER)


def test_a_result_that_still_comes_replaces_the_lack_of_one_and_is_to_be_posted() -> None:
    call = an_ended_call(
        EndReason.NO_RESULT, state=State.REPORTED, result_ts="1.3", reason=NO_RESULT
    )

    ended = call.ended(EndReason.RESULT, now=LATER, result={"call_status": "success"})

    assert (ended.ending, ended.result_ts, ended.reason) == (EndReason.RESULT, None, None)
    assert ended.result == {"call_status": "success"}


def test_a_reported_call_is_not_due_any_more() -> None:
    assert an_ended_call().reported(LATER).due_at is None


def test_an_erased_call_takes_no_result() -> None:
    erased = an_ended_call(EndReason.NO_RESULT, erased_at=NOON)

    with pytest.raises(TransitionRefused):
        erased.ended(EndReason.RESULT, now=NOON, result={"call_status": "success"})
