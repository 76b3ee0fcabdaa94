"""All details: every field that CallCow sent, and in full."""

from typing import Any

import pytest

from bot.blocks.details import details
from bot.demo.slack.limits import problems_of_view
from tests.blocks.test_pages import all_pages_of, sections
from tests.blocks.test_result import CHARACTERS, longest
from tests.builders import PROMPT, a_call_with_result


def shown_in_details(**fields: Any) -> list[str]:
    """Return what is shown of a completed call with those fields."""
    return sections(details(a_call_with_result(**fields)))


def test_it_begins_with_the_outcome_the_number_and_what_was_asked() -> None:
    assert shown_in_details()[:3] == [
        "*Outcome*\nCompleted",
        "*Number*\n+1 415-555-2671",
        f"*What was asked*\n{PROMPT}",
    ]


def test_what_was_collected_and_the_context_are_shown_by_name() -> None:
    shown = shown_in_details(
        form_fills=[{"name": "Party", "value": 2}, "just text"], context={"table": "window"}
    )

    assert shown[3:6] == ["*Party*\n2", "*Collected*\njust text", "*table*\nwindow"]


@pytest.mark.parametrize("value", [None, "", " ", "\x00"])
def test_what_was_asked_for_and_not_answered_is_named(value: str | None) -> None:
    assert "*Party*\n(no answer)" in shown_in_details(
        form_fills=[{"name": "Party", "value": value}]
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [("abc", "abc"), (5, "5"), (0, "0"), (False, "false"), ({"a": 1}, '{"a": 1}')],
)
def test_a_field_that_the_contract_does_not_know_is_shown_too(value: object, words: str) -> None:
    assert f"*cost*\n{words}" in shown_in_details(cost=value)


@pytest.mark.parametrize("characters", CHARACTERS.values(), ids=CHARACTERS)
def test_the_longest_result_is_shown_on_pages_that_slack_takes(characters: str) -> None:
    call = a_call_with_result(longest(characters))

    views = [details(call, page) for page in (0, 1, 2, 20, 99_999)]

    assert [problem for view in views for problem in problems_of_view(view)] == []


def test_sixty_fields_are_all_shown_in_full() -> None:
    fills = [{"name": f"Field {n} " + "n" * 300, "value": f"{n}: " + "ß" * 3500} for n in range(60)]
    call = a_call_with_result(form_fills=fills, call_summary="s" * 20_000)

    views = all_pages_of(lambda page: details(call, page))

    shown = "".join(text for view in views for text in sections(view))
    assert (shown.count("ß"), shown.count("s") >= 20_000) == (60 * 3500, True)
    assert [n for n in range(60) if f"Field {n} " + "n" * 300 not in shown] == []
