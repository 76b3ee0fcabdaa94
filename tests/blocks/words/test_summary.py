"""What there is to say of how a call ended, beyond the outcome's own words."""

import pytest

from bot.blocks.words.summary import NOBODY_HEARD, caution_about, summary_of
from tests.builders import a_call_with_result

AI = {"role": "assistant", "content": "Hello, I am an AI assistant."}
PERSON = {"role": "user", "content": "Hello."}


@pytest.mark.parametrize(
    ("call_status", "provider_status", "summary"),
    [
        ("not_picked_up", "no-answer", "No one answered."),
        ("not_picked_up", "no-answer", "The call was not answered."),
        ("not_picked_up", "no-answer", "**Nobody** picked up the phone"),
        ("not_picked_up", "no-answer", "The recipient didn’t answer."),
        ("not_picked_up", None, "There was no answer."),
        ("not_picked_up", "busy", "The line was busy."),
        ("not_picked_up", "failed", "The call could not be connected."),
        ("not_picked_up", "canceled", "The call was canceled."),
        ("voicemail", "completed", "Reached voicemail."),
        ("voicemail", "completed", "The call went to voicemail"),
        ("success", "completed", "Call completed successfully."),
        ("success", "completed", ""),
        ("success", "completed", "…"),
    ],
)
def test_what_says_no_more_than_the_outcome_is_left_out(
    call_status: str, provider_status: str | None, summary: str
) -> None:
    call = a_call_with_result(
        {
            "call_status": call_status,
            "provider_status": provider_status,
            "call_summary": summary,
        }
    )

    assert summary_of(call) == ""


@pytest.mark.parametrize(
    ("call_status", "provider_status", "summary"),
    [
        ("not_picked_up", "no-answer", "No one answered; it rang for 2 minutes."),
        ("not_picked_up", "no-answer", "The line was busy."),
        ("voicemail", "completed", "Reached voicemail and left a message."),
        ("success", "completed", "The call was not completed."),
        ("success", "completed", "No one answered."),
        ("success", "completed", "7:30"),
        ("success", "completed", "予約しました"),
        ("success", "completed", "The call was completed. " * 20),
        ("paused", None, "Paused."),
    ],
)
def test_whatever_says_more_is_shown(
    call_status: str, provider_status: str | None, summary: str
) -> None:
    call = a_call_with_result(
        {
            "call_status": call_status,
            "provider_status": provider_status,
            "call_summary": summary,
        }
    )

    assert summary_of(call) == summary.strip()


def test_a_completed_call_in_which_the_ai_alone_speaks_is_doubtful() -> None:
    assert caution_about(a_call_with_result(messages=[AI, AI])) == NOBODY_HEARD


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [AI, PERSON],
        [{"role": "user", "content": "Hello."}],
        [AI, {"role": "speaker 2", "content": "Hello."}],
        [{"content": "Hello."}],
    ],
)
def test_one_in_which_anybody_else_may_be_heard_is_not(messages: list[dict[str, str]]) -> None:
    assert caution_about(a_call_with_result(messages=messages)) == ""


def test_an_empty_line_is_nobody_heard() -> None:
    silence = {"role": "user", "content": " \n"}

    assert caution_about(a_call_with_result(messages=[AI, silence])) == NOBODY_HEARD


def test_that_nobody_is_heard_on_a_voicemail_is_no_news() -> None:
    voicemail = {"call_status": "voicemail", "provider_status": "completed", "messages": [AI]}

    assert caution_about(a_call_with_result(voicemail)) == ""
