"""Requests: one that exists can be dialed."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.doubt import DoubtKind, RequestField, TimeProblem
from bot.core.errors import InvalidRequest, InvalidTime
from bot.core.request import dial_time
from tests.builders import NOON, a_request

EPOCH: Final = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": "415 555 2671"}, RequestField.NUMBER),
        ({"recipient": "+1 415-555-2671"}, RequestField.NUMBER),
        ({"recipient": ""}, RequestField.NUMBER),
        ({"recipient": "+14155552671\n"}, RequestField.NUMBER),
        ({"recipient": "+1415555267١"}, RequestField.NUMBER),
        ({"recipient": "911"}, RequestField.NUMBER),
        ({"prompt": ""}, RequestField.PROMPT),
        ({"prompt": "book it"}, RequestField.PROMPT),
        ({"prompt": "x" * 3001}, RequestField.PROMPT),
        ({"dial_at": datetime(2026, 3, 30, 12)}, RequestField.WHEN),  # noqa: DTZ001
    ],
)
def test_a_request_that_cannot_be_dialed_cannot_be_made(
    changes: dict[str, Any], field: RequestField
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        a_request(**changes)

    assert list(refused.value.problems) == [field]


def test_all_that_is_wrong_with_a_request_is_said_at_once() -> None:
    with pytest.raises(InvalidRequest) as refused:
        a_request(recipient="911", prompt="help")

    [prompt] = refused.value.problems[RequestField.PROMPT]
    assert list(refused.value.problems) == [RequestField.NUMBER, RequestField.PROMPT]
    assert getattr(prompt, "kind", None) is DoubtKind.PROMPT_TOO_SHORT


# The time


def test_no_time_is_now() -> None:
    assert dial_time(None, NOON) is None


def test_a_time_ahead_is_kept() -> None:
    assert dial_time(EPOCH + 60, NOON) == NOON + timedelta(minutes=1)


def test_the_minute_under_way_is_now() -> None:
    assert dial_time(EPOCH, NOON + timedelta(seconds=59)) is None


@pytest.mark.parametrize("epoch", [0, -1, EPOCH - 60, EPOCH - 86_400])
def test_a_time_that_has_passed_is_refused(epoch: int) -> None:
    with pytest.raises(InvalidTime) as refused:
        dial_time(epoch, NOON)

    assert refused.value.problem is TimeProblem.PASSED


def test_thirty_days_ahead_is_the_most() -> None:
    days = 30 * 86_400

    assert dial_time(EPOCH + days, NOON) == NOON + timedelta(days=30)
    with pytest.raises(InvalidTime) as refused:
        dial_time(EPOCH + days + 1, NOON)
    assert refused.value.problem is TimeProblem.TOO_FAR_AHEAD


@pytest.mark.parametrize("epoch", [10**12, 10**18, 10**30, -(10**30)])
def test_a_number_that_is_no_time_is_refused(epoch: int) -> None:
    with pytest.raises(InvalidTime):
        dial_time(epoch, NOON)


@given(st.integers())
def test_any_number_is_refused_or_is_within_thirty_days(epoch: int) -> None:
    try:
        at = dial_time(epoch, NOON)
    except InvalidTime:
        return
    assert at is None or NOON < at <= NOON + timedelta(days=30)
    assert at is None or at == datetime.fromtimestamp(epoch, UTC)
