"""The transcript: who said what, in order, the summary on top."""

from typing import Any

import pytest

from bot.blocks.views.transcript import transcript
from bot.demo.slack.limits import problems_of_view
from tests.blocks.views.test_pages import all_pages_of, buttons, heading_of, sections
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

    assert heading_of(view) == "+1 415-555-2671 · ✅ Completed"
    assert sections(view) == [
        "*Summary*\nThe table is booked.",
        "*🤖 AI*\nHello, I am an AI.",
        "*👤 Person called*\n> A table for two? Yes.",
    ]


def test_a_summary_has_its_markdown_and_what_was_said_stands_as_it_is() -> None:
    said = [{"role": "assistant", "content": "*Hm*"}]

    view = transcript(a_call_with_result(call_summary="**Booked**", messages=said))

    assert sections(view) == ["*Summary*\n*Booked*", "*🤖 AI*\n*Hm*"]
    [_, line] = [block for block in view["blocks"] if block["type"] == "rich_text"]
    assert line["elements"][1]["elements"] == [{"type": "text", "text": "*Hm*"}]


@pytest.mark.parametrize(
    "messages",
    [
        [{"agent": "Hello."}, {"user": "Yes?"}],
        [{"speaker": "bot", "text": "Hello."}, {"speaker": "human", "text": "Yes?"}],
        [{"from": "Agent", "message": "Hello."}, {"from": "Customer", "message": "Yes?"}],
        [{"role": "model", "content": [{"text": "Hello."}]}, {"role": "user", "content": "Yes?"}],
        '[{"role": "agent", "transcript": "Hello."}, {"role": "callee", "transcript": "Yes?"}]',
    ],
)
def test_other_shapes_of_a_conversation_are_read_too(messages: object) -> None:
    view = transcript(a_call_with_result(messages=messages))

    assert sections(view) == ["*🤖 AI*\nHello.", "*👤 Person called*\n> Yes?"]


def test_one_text_for_the_whole_conversation_is_shown_as_it_came() -> None:
    view = transcript(a_call_with_result(messages="AI: Hello.\nUser: Yes?"))

    assert sections(view) == ["> AI: Hello.\n> User: Yes?"]


def test_a_role_that_is_not_known_is_shown_as_it_came() -> None:
    view = transcript(a_call_with_result(messages=[{"role": "operator", "content": "One moment."}]))

    assert sections(view) == ["*operator*\n> One moment."]


@pytest.mark.parametrize("messages", [None, [], "", [{"role": "user", "content": ""}], ["\x00"]])
def test_where_there_is_none_it_says_so(messages: object) -> None:
    view = transcript(a_call_with_result(messages=messages))

    assert sections(view) == ["No conversation was recorded."]


def test_a_call_without_any_result_has_none() -> None:
    assert sections(transcript(an_ended_call())) == ["No conversation was recorded."]


def test_markup_in_it_is_text() -> None:
    said = [{"role": "<!here>", "content": "<!channel> & `code`"}]

    view = transcript(a_call_with_result(messages=said))

    assert sections(view) == ["*<!here>*\n> <!channel> & `code`"]
    assert {block["type"] for block in view["blocks"]} == {"context", "rich_text"}


def test_eight_hundred_lines_and_the_longest_summary_are_all_shown() -> None:
    lines = [{"role": "user", "content": f"{'&' * 40} line {n}."} for n in range(800)]
    call = a_call_with_result(call_summary="&" * 20_000 + " end.", messages=lines)

    views = all_pages_of(lambda page: transcript(call, page))

    assert [problem for view in views for problem in problems_of_view(view)] == []
    shown = "\n".join(text for view in views for text in sections(view))
    assert "end." in shown
    assert [n for n in range(800) if f"line {n}." not in shown] == []


def test_the_pages_lead_on_by_the_calls_id() -> None:
    lines: list[dict[str, Any]] = [{"role": "user", "content": "x" * 100}] * 200
    call = a_call_with_result(messages=lines)

    assert buttons(transcript(call))[0][2] == f"transcript:{call.id}:1"
