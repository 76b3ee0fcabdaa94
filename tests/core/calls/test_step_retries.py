"""When a step has been tried long enough: by time and by number, from when it was due."""

from datetime import timedelta

import pytest

from bot.core.calls.call import Call
from bot.core.calls.step_retries import is_tried_enough, pause_after_failure
from tests.builders import NOON, a_call, an_ended_call

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("call", "after", "expected"),
    [
        (an_ended_call(attempts=10), DAY, True),
        (an_ended_call(attempts=300), DAY - MINUTE, False),
        (an_ended_call(attempts=9), 3 * DAY, False),
        (a_call(attempts=10), DAY, True),
        (a_call(attempts=10, dial_at=NOON + DAY), DAY, False),
        (a_call(attempts=10, dial_at=NOON + DAY), 2 * DAY, True),
    ],
    ids=["long and often", "often", "long", "an announcement", "scheduled", "scheduled, later"],
)
def test_a_step_is_tried_enough_only_long_and_often(
    call: Call, after: timedelta, expected: bool
) -> None:
    assert is_tried_enough(call, NOON + after) is expected


def test_the_pause_after_a_failure_doubles_up_to_an_hour() -> None:
    pauses = [pause_after_failure(attempts).total_seconds() for attempts in (0, 1, 2, 7, 1000)]

    assert pauses == [30, 60, 120, 3600, 3600]
