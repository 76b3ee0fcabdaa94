"""The result: the reply in the thread that says how the call ended and what came of it."""

from datetime import timedelta
from typing import Any, Final

import pytest

from bot.blocks.links import Links
from bot.blocks.message import Message
from bot.blocks.result import result_message
from bot.core.call import EndReason
from bot.core.reason import Reason
from bot.core.request import IfUnanswered
from bot.core.retry_plan import PLANS
from tests.builders import (
    NOON,
    NUMBER_SPOKEN,
    a_call_with_result,
    an_ended_call,
    problems_of,
    shown_by,
    texts_in,
)

SUMMARY: Final = "Customer booked a reservation for Friday 7pm, party of 2."
CHARACTERS: Final = {
    "letters": "x",
    "ampersands": "&",
    "emoji": "😀",
    "line breaks": "a\n",
    "quotation marks": '"',
    "backslashes": "\\",
}


def longest(characters: str) -> dict[str, Any]:
    """Return a payload that is longer in every part than what Slack shows."""

    def much(length: int) -> str:
        return (characters * length)[:length]

    return {
        "call_status": "success",
        "provider_status": "completed",
        "call_summary": much(20_000),
        "messages": [{"role": "user", "content": much(100)}] * 2000,
        "form_fills": [{"name": much(1000), "value": much(1000)}] * 60,
        "context": {much(1000) + str(number): much(1000) for number in range(60)},
    }


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("success", "completed", "Completed"),
        ("not_picked_up", "no-answer", "No answer"),
        ("not_picked_up", "busy", "Line busy"),
        ("not_picked_up", "failed", "Call failed"),
        ("not_picked_up", "canceled", "Canceled"),
        ("voicemail", "completed", "Reached voicemail"),
        ("success", None, "Completed"),
        ("not_picked_up", None, "Not picked up"),
        ("voicemail", None, "Reached voicemail"),
        ("not_picked_up", "rejected", "Not picked up (rejected)"),
        ("paused", None, "paused"),
    ],
)
def test_a_result_is_worded_as_in_the_table(
    call_status: str, provider_status: str | None, words: str
) -> None:
    call = a_call_with_result({"call_status": call_status, "provider_status": provider_status})

    message = result_message(call)

    assert f" *{words}*: call to +1 415-555-2671 for <@UADA>" in texts_in(message.blocks)
    assert message.text == f"<@UADA> {words}: call to +1 415-555-2671."
    assert problems_of(message) == []


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (EndReason.NOT_PLACED, "Not placed"),
        (EndReason.CANCELED, "Canceled before dialing"),
        (EndReason.NO_RESULT, "No result received"),
    ],
)
def test_the_lack_of_a_result_is_worded_as_in_the_table(ending: EndReason, words: str) -> None:
    message = result_message(an_ended_call(ending))

    assert f" *{words}*: call to +1 415-555-2671 for <@UADA>" in texts_in(message.blocks)
    assert message.text == f"<@UADA> {words}: call to +1 415-555-2671."
    assert problems_of(message) == []


def test_the_summary_is_shown_and_read_out_in_the_notification() -> None:
    message = result_message(a_call_with_result(call_summary=SUMMARY))

    assert SUMMARY in texts_in(message.blocks)
    assert message.text == f"<@UADA> Completed: call to {NUMBER_SPOKEN}. {SUMMARY}"


def test_the_reason_why_a_call_was_not_placed_is_shown() -> None:
    call = an_ended_call(EndReason.NOT_PLACED, reason=Reason.legacy("CallCow refused this call."))

    message = result_message(call)

    assert "CallCow refused this call." in texts_in(message.blocks)
    assert message.text.endswith("CallCow refused this call.")


def test_without_a_result_the_person_is_told_what_to_do() -> None:
    words = texts_in(result_message(an_ended_call(EndReason.NO_RESULT)).blocks)

    assert "If a result still comes, I will post it here." in words
    assert "ask the person you wanted to reach" in words


def fields_of(message: Message) -> list[dict[str, Any]]:
    """Return the fields of a message's first section that has some."""
    fields: list[dict[str, Any]] = next(b["fields"] for b in message.blocks if "fields" in b)
    return fields


def test_what_the_ai_collected_is_shown_name_by_value() -> None:
    call = a_call_with_result(form_fills=[{"name": "Party", "value": 2}, {"Time": "Friday 7pm"}])

    fields = fields_of(result_message(call))

    assert [field["text"] for field in fields] == ["*Party*\n2", "*Time*\nFriday 7pm"]


def test_the_context_is_shown_name_by_value() -> None:
    call = a_call_with_result(context='{"name": "Sarah Johnson"}')

    fields = fields_of(result_message(call))

    assert [field["text"] for field in fields] == ["*name*\nSarah Johnson"]


def test_what_was_asked_for_and_not_answered_is_left_out() -> None:
    call = a_call_with_result(form_fills=[{"name": "Party", "value": None}])

    assert "Party" not in shown_by(result_message(call))


def test_of_many_facts_the_first_are_shown_and_the_rest_is_counted() -> None:
    fills = [{"name": f"Fact {number}", "value": "yes"} for number in range(1, 61)]

    words = texts_in(result_message(a_call_with_result(form_fills=fills)).blocks)

    assert "*Fact 20*" in words
    assert "*Fact 21*" not in words
    assert "… and 40 more" in words


def test_exactly_as_many_facts_as_fit_are_all_shown() -> None:
    fills = [{"name": f"Fact {number}", "value": "yes"} for number in range(1, 21)]

    words = texts_in(result_message(a_call_with_result(form_fills=fills)).blocks)

    assert "*Fact 20*" in words
    assert "more" not in words


@pytest.mark.parametrize("characters", CHARACTERS.values(), ids=CHARACTERS)
def test_the_longest_result_stays_within_slacks_limits(characters: str) -> None:
    message = result_message(a_call_with_result(longest(characters)))

    assert problems_of(message) == []


def test_a_summary_that_is_cut_ends_with_an_ellipsis() -> None:
    message = result_message(a_call_with_result(call_summary="&" * 20_000))

    summary = message.blocks[1]["text"]["text"]
    assert summary.endswith("&amp;…")
    assert 2_990 < len(summary) <= 3_000
    assert message.text.endswith("&amp;…")


def test_the_longest_reason_stays_within_slacks_limits() -> None:
    call = an_ended_call(EndReason.NOT_PLACED, reason=Reason.legacy("<" * 20_000))

    assert problems_of(result_message(call)) == []


def test_statuses_of_any_length_stay_within_slacks_limits() -> None:
    call = a_call_with_result({"call_status": "<" * 5000, "provider_status": "&" * 5000})

    assert problems_of(result_message(call)) == []


@pytest.mark.parametrize(
    "part",
    [
        {"call_status": "<!channel>"},
        {"call_status": "success", "provider_status": "<!channel>"},
        {"call_status": "success", "call_summary": "<!channel>"},
        {"call_status": "success", "form_fills": [{"name": "<!channel>", "value": "x"}]},
        {"call_status": "success", "form_fills": [{"name": "x", "value": "<!channel>"}]},
        {"call_status": "success", "form_fills": ["<!channel>"]},
        {"call_status": "success", "context": {"<!channel>": "<!channel>"}},
        {"call_status": "success", "context": "<!channel>"},
    ],
)
def test_markup_from_callcow_is_escaped_wherever_it_stands(part: dict[str, Any]) -> None:
    words = shown_by(result_message(a_call_with_result(part)))

    assert "<!channel>" not in words
    assert "&lt;!channel&gt;" in words


def test_markup_in_callcows_refusal_is_escaped() -> None:
    call = an_ended_call(EndReason.NOT_PLACED, reason=Reason.legacy("CallCow says: <!channel>"))

    words = shown_by(result_message(call))

    assert "<!channel>" not in words
    assert "CallCow says: &lt;!channel&gt;" in words


@pytest.mark.parametrize("nothing", ["\x00", "\ud83d", "\x1b\x07"])
@pytest.mark.parametrize("part", ["call_summary", "context"])
def test_a_text_of_nothing_that_can_be_shown_is_left_out(part: str, nothing: str) -> None:
    message = result_message(a_call_with_result(**{part: nothing}))

    assert problems_of(message) == []


def test_nothing_in_it_is_made_live_by_slack_itself() -> None:
    message = result_message(a_call_with_result(longest("x")))

    texts = [
        text
        for block in message.blocks
        if block["type"] != "actions"
        for text in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
        if text
    ]
    assert {text["verbatim"] for text in texts} == {True}


# Buttons and notes


def elements_of(message: Message) -> list[dict[str, Any]]:
    """Return what can be pressed in a message."""
    elements: list[dict[str, Any]] = message.blocks[-1]["elements"]
    return elements


def test_a_result_can_be_read_in_full_and_asked_for_again() -> None:
    call = a_call_with_result()

    transcript, again, menu = elements_of(result_message(call))

    assert (transcript["text"]["text"], transcript["value"]) == ("Transcript", str(call.id))
    assert (again["text"]["text"], again["value"]) == ("Call again", str(call.id))
    assert [option["value"] for option in menu["options"]] == [f"details:{call.id}"]
    assert menu["options"][0]["text"]["text"] == "All details"


@pytest.mark.parametrize("ending", [EndReason.NOT_PLACED, EndReason.CANCELED, EndReason.NO_RESULT])
def test_without_a_result_there_is_only_another_call(ending: EndReason) -> None:
    [again] = elements_of(result_message(an_ended_call(ending)))

    assert again["text"]["text"] == "Call again"


def test_it_says_how_long_the_call_took() -> None:
    ended_at = NOON + timedelta(minutes=2, seconds=13)

    message = result_message(an_ended_call(last_dial_at=NOON, ended_at=ended_at))

    assert "It took 2 min 13 s from dialing to the result." in texts_in(message.blocks)


def test_clocks_that_disagree_make_no_time_below_zero() -> None:
    call = an_ended_call(last_dial_at=NOON, ended_at=NOON - timedelta(seconds=5))

    assert "It took 0 s" in texts_in(result_message(call).blocks)


def test_it_says_who_canceled() -> None:
    message = result_message(an_ended_call(EndReason.CANCELED, canceled_by="UGRACE"))

    assert "Canceled by <@UGRACE>." in texts_in(message.blocks)


def test_it_links_to_the_status_message() -> None:
    words = texts_in(result_message(an_ended_call(), Links("https://x.slack.com/")).blocks)

    assert "<https://x.slack.com/archives/CGENERAL/p1001|What was asked>" in words


def test_the_longest_of_everything_with_every_note_stays_within_slacks_limits() -> None:
    payload = longest('"') | {"call_status": "not_picked_up", "provider_status": "busy"}
    call = an_ended_call(
        result=payload,
        retry_plan=PLANS[IfUnanswered.THREE_IN_ALL],
        canceled_by="U" * 40,
        last_dial_at=NOON,
        result_ts="1700000000.000100",
    )

    assert problems_of(result_message(call, Links("https://x.slack.com/"))) == []
