"""The transcript: who said what, in order, the summary on top."""

from typing import Any

import pytest

from bot.blocks.transcript import transcript
from bot.demo.slack.limits import problems_of_view
from tests.blocks.test_pages import all_pages_of, sections
from tests.builders import a_call_with_result, an_ended_call


def test_it_says_who_said_what_below_the_summary() -> None:
    call = a_call_with_result(
        call_summary="The table is booked.",
        messages=[
            {"role": "assistant", "content": "\n\nHello, I am an AI."},
            {"role": "user", "content": "A table for two? Yes."},
        ],
    )

    view = transcript(call)

    assert sections(view) == [
        "*Summary*\nThe table is booked.",
        "*AI*\nHello, I am an AI.",
        "*Person called*\nA table for two? Yes.",
    ]


def test_a_role_that_is_not_known_is_shown_as_it_came() -> None:
    view = transcript(a_call_with_result(messages=[{"role": "operator", "content": "One moment."}]))

    assert sections(view) == ["*operator*\nOne moment."]


@pytest.mark.parametrize("messages", [None, [], "", [{"role": "user", "content": ""}], ["\x00"]])
def test_where_there_is_none_it_says_so(messages: object) -> None:
    view = transcript(a_call_with_result(messages=messages))

    assert sections(view) == ["No conversation was recorded."]


def test_a_call_without_any_result_has_none() -> None:
    assert sections(transcript(an_ended_call())) == ["No conversation was recorded."]


def test_markup_in_it_is_escaped() -> None:
    said = [{"role": "<!here>", "content": "<!channel>"}]

    view = transcript(a_call_with_result(messages=said))

    assert sections(view) == ["*&lt;!here&gt;*\n&lt;!channel&gt;"]


def test_two_thousand_lines_and_the_longest_summary_are_all_shown() -> None:
    lines = [{"role": "user", "content": f"{'&' * 40} line {n}."} for n in range(2000)]
    call = a_call_with_result(call_summary="&" * 20_000 + " end.", messages=lines)

    views = all_pages_of(lambda page: transcript(call, page))

    assert [problem for view in views for problem in problems_of_view(view)] == []
    shown = "\n".join(text for view in views for text in sections(view))
    assert "end." in shown
    assert [n for n in range(2000) if f"line {n}." not in shown] == []


def test_the_pages_lead_on_by_the_calls_id() -> None:
    lines: list[dict[str, Any]] = [{"role": "user", "content": "x" * 100}] * 200
    call = a_call_with_result(messages=lines)

    buttons = transcript(call)["blocks"][-1]["elements"]

    assert buttons[0]["value"] == f"transcript:{call.id}:1"
