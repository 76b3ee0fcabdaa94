"""When a call may be dialed, and what follows one that nobody answered."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from bot.core.calls.after_end import after_end
from bot.core.calls.attempts import next_attempt, next_attempt_at
from bot.core.calls.call import Call
from bot.core.calls.retry_plan import PLANS, RetryPlan, retry_plan
from bot.core.calls.states import EndReason, State
from bot.core.request import IfUnanswered
from tests.builders import NOON, an_ended_call

NO_ANSWER: Final = {"call_status": "not_picked_up", "provider_status": "no-answer"}
BUSY: Final = {"call_status": "not_picked_up", "provider_status": "busy"}
EPOCH: Final = int(NOON.timestamp())


def unanswered(**changes: Any) -> Call:
    """Return a call that nobody answered, of three in all."""
    given = {"result": NO_ANSWER, "retry_plan": PLANS[IfUnanswered.THREE_IN_ALL]}
    return an_ended_call(**{**given, **changes})


# The next attempt


@pytest.mark.parametrize("result", [NO_ANSWER, BUSY], ids=["no answer", "busy"])
@pytest.mark.parametrize(
    ("asked", "number", "apart"),
    [
        (IfUnanswered.ONCE_MORE, 1, timedelta(minutes=15)),
        (IfUnanswered.THREE_IN_ALL, 1, timedelta(hours=1)),
        (IfUnanswered.THREE_IN_ALL, 2, timedelta(hours=1)),
    ],
)
def test_another_attempt_follows_as_it_was_asked_for(
    result: dict[str, str], asked: IfUnanswered, number: int, apart: timedelta
) -> None:
    call = unanswered(result=result, retry_plan=PLANS[asked], attempt_number=number)

    assert next_attempt_at(call) == NOON + apart


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (IfUnanswered.NOTHING, 1),
        (IfUnanswered.ONCE_MORE, 2),
        (IfUnanswered.THREE_IN_ALL, 3),
        (IfUnanswered.THREE_IN_ALL, 4),
    ],
)
def test_after_the_last_attempt_nothing_follows(asked: IfUnanswered, number: int) -> None:
    assert next_attempt(unanswered(retry_plan=PLANS[asked], attempt_number=number)) is None


@pytest.mark.parametrize(
    ("call_status", "provider_status"),
    [
        ("success", "completed"),
        ("not_picked_up", "failed"),
        ("not_picked_up", "canceled"),
        ("not_picked_up", None),
        ("voicemail", "completed"),
        ("voicemail", "no-answer"),
        ("other", "busy"),
    ],
)
def test_after_any_other_outcome_nothing_follows(
    call_status: str, provider_status: str | None
) -> None:
    payload = {"call_status": call_status, "provider_status": provider_status}

    assert next_attempt(unanswered(result=payload)) is None


def test_after_voicemail_another_attempt_follows_where_that_was_asked_for() -> None:
    plan = retry_plan(IfUnanswered.ONCE_MORE, after_voicemail=True)
    reached = {"call_status": "voicemail", "provider_status": "completed"}

    call = unanswered(result=reached, retry_plan=plan)

    assert next_attempt_at(call) == NOON + timedelta(minutes=15)
    assert after_end(call).gives_up is None


@pytest.mark.parametrize(
    "ending", [ending for ending in EndReason if ending is not EndReason.RESULT]
)
def test_after_the_lack_of_a_result_nothing_follows(ending: EndReason) -> None:
    assert next_attempt(unanswered(ending=ending)) is None


def test_the_next_attempt_is_a_call_of_its_own_in_the_same_thread() -> None:
    parent = unanswered(thread_ts="99.1", enterprise="E1", provider_call_id="c", attempts=4)

    child = next_attempt(parent)

    assert child is not None
    assert child.request_key == f"try:{parent.id}:2"
    assert (child.previous, child.attempt_number) == (parent.id, 2)
    assert child.id != parent.id
    assert child.callback_secret != parent.callback_secret
    assert (child.channel, child.thread_ts) == ("CGENERAL", "99.1")
    assert (child.posted_in, child.message_ts, child.root_ts) == ("CGENERAL", "100.1", "99.1")
    assert (child.recipient, child.prompt) == (parent.recipient, parent.prompt)
    assert (child.team, child.enterprise, child.requester) == ("T1", "E1", "UADA")
    # The status message of the first attempt stands for all: none of its own is announced.
    assert (child.state, child.ending, child.provider_call_id) == (State.ANNOUNCED, None, None)
    assert child.due_at == child.dial_at == NOON + timedelta(hours=1)
    assert child.announced_at == NOON
    assert child.retry_plan == RetryPlan(3, timedelta(hours=1))
    assert child.series == parent.id


def test_a_later_attempt_belongs_to_the_series_of_the_first() -> None:
    first = UUID(int=1)

    child = next_attempt(unanswered(attempt_number=2, series_id=first))

    assert child is not None
    assert (child.series_id, child.attempt_number) == (first, 3)


def test_it_is_dated_from_when_the_one_before_was_dialed_however_late_its_end_was_known() -> None:
    call = unanswered(last_dial_at=NOON - timedelta(minutes=50))

    assert next_attempt_at(call) == NOON + timedelta(minutes=10)


@pytest.mark.parametrize("number", range(1, 7))
def test_number_and_distance_are_whatever_the_plan_says(number: int) -> None:
    plan = RetryPlan(7, timedelta(minutes=3))
    call = unanswered(retry_plan=plan, attempt_number=number)

    assert next_attempt_at(call) == NOON + timedelta(minutes=3)
    assert next_attempt_at(unanswered(retry_plan=plan, attempt_number=7)) is None


def test_without_a_status_message_one_is_posted_first() -> None:
    child = next_attempt(unanswered(posted_in=None, message_ts=None))

    assert child is not None
    assert (child.state, child.due_at) == (State.REQUESTED, NOON)
    assert child.announced_at is None


def test_two_who_see_the_same_end_ask_for_the_same_attempt() -> None:
    first, second = next_attempt(unanswered()), next_attempt(unanswered())

    assert first is not None
    assert second is not None
    assert first.request_key == second.request_key
    assert first.id != second.id
