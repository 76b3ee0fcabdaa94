"""What is said where a call can be placed once more."""

import pytest

from bot.blocks.words.call_again import warning_about
from bot.core.calls.reason import NO_RESULT, RESTORED, UNINSTALLED, Reason
from bot.core.calls.states import EndReason
from tests.builders import a_call_with_result, an_ended_call


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (EndReason.NO_RESULT, NO_RESULT),
        (EndReason.NO_RESULT, RESTORED),
        (EndReason.NOT_PLACED, RESTORED),
    ],
)
def test_whoever_calls_again_is_warned_of_a_call_that_may_have_been_made(
    ending: EndReason, reason: Reason
) -> None:
    assert warning_about(an_ended_call(ending, reason=reason)).startswith(
        "The earlier call may have been made."
    )


def test_of_any_other_call_there_is_no_warning() -> None:
    assert warning_about(a_call_with_result()) == ""
    assert warning_about(an_ended_call(EndReason.NOT_PLACED, reason=UNINSTALLED)) == ""
