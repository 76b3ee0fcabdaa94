"""A series: which attempt its message is about, and whose end deserves a reply."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.callcow.payload import read_payload
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.series import Series
from bot.core.calls.states import EndReason, State
from tests.builders import NOON, SUCCESS, a_waiting_call, an_announced_call, an_ended_call

NO_ANSWER = {"call_status": "not_picked_up", "provider_status": "no-answer"}
COMPLETED = {"call_status": "success", "provider_status": "completed"}
PLAN = RetryPlan(4, timedelta(minutes=5))


def numbered(number: int, call: Call, **changes: Any) -> Call:
    """Return a call as the attempt of that number."""
    fields = {"id": UUID(int=number), "attempt_number": number, "retry_plan": PLAN, **changes}
    return type(call)(**{**vars(call), **fields})


def series_of(*calls: Call) -> Series:
    """Return those calls as one series, first attempt first."""
    attempts = [numbered(number, call) for number, call in enumerate(calls, 1)]
    return Series(id=UUID(int=1), attempts=attempts, posted_in="CGENERAL", message_ts="100.1")


UNANSWERED = an_ended_call(result=NO_ANSWER)
ANSWERED = an_ended_call(result=COMPLETED)
STOPPED = an_ended_call(EndReason.CANCELED)
TOO_LATE = an_ended_call(EndReason.NOT_PLACED)
WAITING = a_waiting_call()
NEXT = an_announced_call()


@pytest.mark.parametrize(
    ("calls", "number"),
    [
        ((NEXT,), 1),
        ((STOPPED,), 1),
        ((UNANSWERED, NEXT), 2),
        ((UNANSWERED, UNANSWERED, WAITING), 3),
        ((UNANSWERED, STOPPED), 1),
        ((UNANSWERED, UNANSWERED, STOPPED), 2),
        ((ANSWERED, STOPPED), 1),
        ((ANSWERED, WAITING), 2),
        ((ANSWERED, UNANSWERED), 1),
        ((ANSWERED, ANSWERED), 2),
        ((UNANSWERED, TOO_LATE), 2),
    ],
)
def test_the_message_is_about_what_goes_on_or_else_about_the_best_end(
    calls: tuple[Call, ...], number: int
) -> None:
    assert series_of(*calls).current.attempt_number == number


@pytest.mark.parametrize(
    ("calls", "replied"),
    [
        ((UNANSWERED,), [1]),
        ((ANSWERED,), [1]),
        ((STOPPED,), []),
        ((UNANSWERED, NEXT), [2]),
        ((UNANSWERED, UNANSWERED), [2]),
        ((UNANSWERED, STOPPED), []),
        ((ANSWERED, STOPPED), [1]),
        ((ANSWERED, UNANSWERED), [1, 2]),
        ((UNANSWERED, TOO_LATE), [2]),
    ],
)
def test_a_request_is_replied_to_once_at_its_final_end(
    calls: tuple[Call, ...], replied: list[int]
) -> None:
    series = series_of(*calls)

    told = [call.attempt_number for call in series.attempts if series.is_reported_by_reply(call)]

    assert told == replied


def test_only_while_the_next_attempt_is_not_dialed_the_one_before_is_shown() -> None:
    before = series_of(UNANSWERED, NEXT).before

    assert before is not None
    assert before.attempt_number == 1
    assert series_of(UNANSWERED, WAITING).before is None
    assert series_of(NEXT).before is None


def test_it_is_stopped_once_what_was_to_follow_is_canceled() -> None:
    stopped = series_of(UNANSWERED, STOPPED)

    assert stopped.given_up is stopped.attempts[1]
    assert series_of(UNANSWERED, NEXT).given_up is None
    assert series_of(STOPPED).given_up is None
    assert series_of(ANSWERED, UNANSWERED).given_up is None


def test_it_is_current_once_the_message_shows_what_is_true() -> None:
    series = series_of(UNANSWERED, NEXT)

    assert not series.is_current
    assert not replace(series, shown=series_of(WAITING).fingerprint).is_current
    assert replace(series, shown=series.fingerprint).is_current


def test_without_a_message_there_is_nothing_to_bring_up_to_date() -> None:
    assert replace(series_of(UNANSWERED), message_ts=None).is_current


def test_any_change_of_an_attempt_makes_the_message_out_of_date() -> None:
    states = [
        series_of(*calls).fingerprint
        for calls in (
            (WAITING,),
            (UNANSWERED,),
            (UNANSWERED, NEXT),
            (UNANSWERED, WAITING),
            (UNANSWERED, STOPPED),
        )
    ]

    assert len(set(states)) == len(states)


# After an end


def test_after_no_answer_the_next_attempt_follows_and_none_is_given_up() -> None:
    follows = after_end(numbered(1, UNANSWERED))

    assert follows.next_attempt is not None
    assert follows.next_attempt.attempt_number == 2
    assert follows.next_attempt.dial_at == NOON + timedelta(minutes=5)
    assert follows.gives_up is None
    assert (follows.outcome, follows.person, follows.team) == ("no_answer", "UADA", "T1")


def test_after_an_answer_nothing_follows_and_what_was_to_is_given_up() -> None:
    follows = after_end(numbered(1, ANSWERED))

    assert follows.next_attempt is None
    assert follows.gives_up == Reason.answered_after_all(SUCCESS)
    assert follows.outcome == "completed"


@pytest.mark.parametrize("ending", [EndReason.CANCELED, EndReason.NOT_PLACED, EndReason.NO_RESULT])
def test_after_the_lack_of_a_result_nothing_follows(ending: EndReason) -> None:
    follows = after_end(numbered(1, an_ended_call(ending)))

    assert (follows.next_attempt, follows.gives_up) == (None, None)


# A better result


@pytest.mark.parametrize("state", [State.ENDED, State.REPORTED])
def test_a_better_result_replaces_no_answer_and_is_to_be_reported(state: State) -> None:
    call = an_ended_call(result=NO_ANSWER, state=state, result_ts="1.2")

    ended = call.ended(
        EndReason.RESULT,
        now=NOON,
        result=COMPLETED,
        normalized_result=read_payload(COMPLETED),
    )

    assert (ended.state, ended.result, ended.result_ts) == (State.ENDED, COMPLETED, None)
