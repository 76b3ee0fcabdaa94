"""How a call ended, by the statuses of its result or the lack of one: the whole table."""

import pytest

from bot.core.calls.outcome import (
    Outcome,
    is_documented,
    is_terminal,
    outcome_in,
    outcome_of,
    without_content,
)
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason
from tests.builders import SUCCESS, a_call_with_result, an_ended_call


def result_with(call_status: str, provider_status: str = "") -> CallResult:
    """Return a result of which only the statuses are known."""
    return CallResult(call_status=call_status, provider_status=provider_status)


@pytest.mark.parametrize(
    ("call_status", "provider_status", "outcome"),
    [
        ("success", "completed", "completed"),
        ("not_picked_up", "no-answer", "no_answer"),
        ("not_picked_up", "busy", "busy"),
        ("not_picked_up", "failed", "failed"),
        ("not_picked_up", "canceled", "canceled"),
        ("voicemail", "completed", "voicemail"),
    ],
)
def test_each_row_of_the_table_has_its_outcome(
    call_status: str, provider_status: str, outcome: str
) -> None:
    result = result_with(call_status, provider_status)

    assert outcome_in(result) == outcome
    assert is_documented(result)


@pytest.mark.parametrize(
    ("call_status", "outcome"),
    [("success", "completed"), ("not_picked_up", "not_picked_up"), ("voicemail", "voicemail")],
)
@pytest.mark.parametrize("provider_status", ["", "ringing"])
def test_a_known_status_counts_whatever_the_providers(
    call_status: str, provider_status: str, outcome: str
) -> None:
    result = result_with(call_status, provider_status)

    assert outcome_in(result) == outcome
    assert not is_documented(result)


@pytest.mark.parametrize("call_status", ["", "paused", "SUCCESS", "no-answer"])
def test_an_unknown_status_is_another_outcome(call_status: str) -> None:
    assert outcome_in(result_with(call_status, "completed")) is Outcome.OTHER


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (EndReason.NOT_PLACED, "not_placed"),
        (EndReason.CANCELED, "canceled_before_dialing"),
        (EndReason.NO_RESULT, "no_result"),
    ],
)
def test_a_call_without_a_result_ended_as_its_end_says(ending: EndReason, outcome: str) -> None:
    assert outcome_of(an_ended_call(ending)) == outcome


def test_a_call_with_a_result_ended_as_the_result_says() -> None:
    call = a_call_with_result({"call_status": "voicemail", "provider_status": "completed"})

    assert outcome_of(call) is Outcome.VOICEMAIL


def test_a_call_whose_result_is_missing_just_ended() -> None:
    assert outcome_of(an_ended_call(result=None)) is Outcome.OTHER


@pytest.mark.parametrize(
    ("call_status", "provider_status", "is_news"),
    [
        ("success", "completed", True),
        ("not_picked_up", "busy", True),
        ("not_picked_up", "", True),
        ("voicemail", "", True),
        ("in_progress", "", False),
        ("queued", "completed", False),
        ("", "", False),
    ],
)
def test_only_statuses_of_the_table_end_a_call_that_is_polled(
    call_status: str, provider_status: str, is_news: bool
) -> None:
    assert is_terminal(result_with(call_status, provider_status)) is is_news


@pytest.mark.parametrize(
    ("call_status", "provider_status", "kept"),
    [
        ("success", "completed", SUCCESS),
        ("success", "said Josh", result_with("success")),
        ("said Josh", "completed", result_with("")),
    ],
)
def test_only_statuses_of_the_table_are_left_without_content(
    call_status: str, provider_status: str, kept: CallResult
) -> None:
    result = CallResult(
        call_status=call_status, provider_status=provider_status, summary="Booked.", duration=7.0
    )

    assert without_content(result) == kept
