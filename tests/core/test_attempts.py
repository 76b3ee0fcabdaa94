"""When a call may be dialed, and what follows one that nobody answered."""

from datetime import timedelta
from typing import Any, Final

import pytest

from bot.core.attempts import next_try, next_try_at
from bot.core.call import Call, EndReason, IfUnanswered, State
from tests.builders import NOON, an_ended_call

NO_ANSWER: Final = {"call_status": "not_picked_up", "provider_status": "no-answer"}
BUSY: Final = {"call_status": "not_picked_up", "provider_status": "busy"}
EPOCH: Final = int(NOON.timestamp())


def unanswered(**changes: Any) -> Call:
    """Return a call that nobody answered, of three in all."""
    given = {"result": NO_ANSWER, "if_unanswered": IfUnanswered.THREE_IN_ALL}
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
    call = unanswered(result=result, if_unanswered=asked, try_number=number)

    assert next_try_at(call) == NOON + apart


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
    assert next_try(unanswered(if_unanswered=asked, try_number=number)) is None


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

    assert next_try(unanswered(result=payload)) is None


@pytest.mark.parametrize(
    "ending", [ending for ending in EndReason if ending is not EndReason.RESULT]
)
def test_after_the_lack_of_a_result_nothing_follows(ending: EndReason) -> None:
    assert next_try(unanswered(ending=ending)) is None


def test_the_next_attempt_is_a_call_of_its_own_in_the_same_thread() -> None:
    parent = unanswered(thread_ts="99.1", enterprise="E1", provider_call_id="c", attempts=4)

    child = next_try(parent)

    assert child is not None
    assert child.request_key == f"try:{parent.id}:2"
    assert (child.previous, child.try_number) == (parent.id, 2)
    assert child.id != parent.id
    assert child.callback_secret != parent.callback_secret
    assert (child.channel, child.thread_ts, child.posted_in) == ("CGENERAL", "99.1", None)
    assert (child.recipient, child.prompt) == (parent.recipient, parent.prompt)
    assert (child.team, child.enterprise, child.requester) == ("T1", "E1", "UADA")
    assert (child.state, child.ending, child.provider_call_id) == (State.REQUESTED, None, None)
    # Its announcement comes below the result of the one before.
    assert child.due_at == NOON + timedelta(seconds=2)
    assert child.dial_at == NOON + timedelta(hours=1)
    assert child.if_unanswered is IfUnanswered.THREE_IN_ALL


def test_without_a_thread_before_it_hangs_on_the_parents_status_message() -> None:
    child = next_try(unanswered())

    assert child is not None
    assert child.thread_ts == "100.1"


def test_where_the_thread_is_in_a_direct_message_it_goes_on_there() -> None:
    child = next_try(unanswered(posted_in="DADA", thread_ts="99.1"))

    assert child is not None
    assert (child.channel, child.thread_ts) == ("DADA", "100.1")


def test_two_who_see_the_same_end_ask_for_the_same_attempt() -> None:
    first, second = next_try(unanswered()), next_try(unanswered())

    assert first is not None
    assert second is not None
    assert first.request_key == second.request_key
    assert first.id != second.id
