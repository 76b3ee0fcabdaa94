"""The plan for when nobody answers: what asks for it, and how it is kept."""

from datetime import timedelta

import pytest

from bot.core.calls.retry_plan import ONE_ATTEMPT, RetryPlan, retry_plan
from bot.core.request import IfUnanswered


@pytest.mark.parametrize("after_voicemail", [True, False])
@pytest.mark.parametrize("asked", IfUnanswered)
def test_a_plan_tells_what_asked_for_it(asked: IfUnanswered, *, after_voicemail: bool) -> None:
    assert retry_plan(asked, after_voicemail=after_voicemail).asked is asked


def test_what_no_form_asks_for_becomes_no_further_attempt() -> None:
    assert RetryPlan(7, timedelta(minutes=3)).asked is IfUnanswered.NOTHING


def test_without_further_attempts_voicemail_changes_nothing() -> None:
    assert retry_plan(IfUnanswered.NOTHING, after_voicemail=True) == ONE_ATTEMPT


def test_voicemail_counts_as_an_answer_unless_something_else_is_asked_for() -> None:
    assert not retry_plan(IfUnanswered.ONCE_MORE).after_voicemail


def test_a_plan_is_read_back_as_it_was_kept() -> None:
    plan = retry_plan(IfUnanswered.THREE_IN_ALL, after_voicemail=True)

    assert RetryPlan.from_json(plan.to_json()) == plan


def test_a_plan_that_the_version_before_kept_is_read() -> None:
    kept = {"attempts": 2, "distance": 900.0}

    assert RetryPlan.from_json(kept) == RetryPlan(2, timedelta(minutes=15))


@pytest.mark.parametrize(("attempts", "days"), [(1, 0), (100, 366)])
def test_a_plan_is_read_up_to_what_anybody_plans(attempts: int, days: int) -> None:
    plan = RetryPlan(attempts, timedelta(days=days))

    assert RetryPlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(("attempts", "days"), [(0, 1), (-1, 1), (101, 1), (2, -1), (2, 367)])
def test_what_nobody_plans_is_no_plan(attempts: int, days: int) -> None:
    kept = RetryPlan(attempts, timedelta(days=days)).to_json()

    with pytest.raises(ValueError, match="not a plan"):
        RetryPlan.from_json(kept)
