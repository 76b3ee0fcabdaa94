"""The details: every field that CallCow sent, and in full."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.views.details import details
from bot.blocks.words.policy import Plain
from bot.core.calls.reason import UNINSTALLED, Reason
from bot.core.calls.states import EndReason
from bot.core.policy.decision import OnDoNotCallList
from bot.demo.slack.limits import problems_of_view
from tests.blocks.messages.test_result import CHARACTERS, longest
from tests.blocks.views.test_pages import all_pages_of, heading_of, sections
from tests.builders import PROMPT, a_call_with_result, a_waiting_call, an_ended_call


def shown_in_details(**fields: Any) -> list[str]:
    """Return what is shown of a completed call with those fields."""
    return sections(details(a_call_with_result(**fields)))


def test_it_begins_with_the_number_the_outcome_and_the_summary() -> None:
    view = details(a_call_with_result(call_summary="Booked."))

    assert heading_of(view) == "+1 415-555-2671 · ✅ Completed"
    assert sections(view)[:2] == ["*Summary*\nBooked.", f"*What was asked*\n{PROMPT}"]


def test_a_call_that_was_not_placed_says_why() -> None:
    view = details(an_ended_call(EndReason.NOT_PLACED, reason=UNINSTALLED))

    assert heading_of(view) == "+1 415-555-2671 · ⚠️ Not placed"
    assert sections(view)[0].startswith("*Why*\nRingback was removed from this workspace")


def test_the_rule_is_said_with_the_name_of_who_made_it() -> None:
    blocked = Reason.by_policy(OnDoNotCallList("U0GRACE", datetime(2026, 11, 25, 12, tzinfo=UTC)))
    call = an_ended_call(EndReason.NOT_PLACED, reason=blocked)

    view = details(call, form=Plain(names={"U0GRACE": "Grace"}))

    assert "This number asked not to be called (added by Grace on Nov 25)." in sections(view)[0]


def test_a_call_that_goes_on_says_so() -> None:
    assert heading_of(details(a_waiting_call())) == "+1 415-555-2671 · ☎️ Calling"


def test_what_was_collected_and_the_context_are_shown_by_name() -> None:
    shown = shown_in_details(
        form_fills=[{"name": "Party", "value": 2}, "just text"], context={"table": "window"}
    )

    assert shown[:3] == ["*Party*\n2", "*Collected*\njust text", "*Table*\nwindow"]


def test_the_duration_has_its_units_and_the_outcome_is_said_in_words() -> None:
    shown = shown_in_details(duration=133)

    assert shown[1:] == [
        "*Outcome*\nCompleted",
        "*Duration*\n2 min 13 s",
        "*Status codes from CallCow*\ncall_status: success\nprovider_status: completed",
    ]


def test_a_duration_that_cannot_be_read_stands_as_it_came() -> None:
    assert "*Duration*\ntwo minutes" in shown_in_details(duration="two minutes")
    assert "*Call duration*\n99" in shown_in_details(duration=133, call_duration=99)


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
    assert f"*Cost*\n{words}" in shown_in_details(cost=value)


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
