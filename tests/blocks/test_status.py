"""The status message: whom it calls, what for, who asked, and how far it has come."""

from datetime import timedelta
from typing import Any, Final

import pytest

from bot.blocks.links import Links
from bot.blocks.message import Message
from bot.blocks.status import status_message
from bot.core.call import Call, EndReason, State
from bot.core.request import IfUnanswered
from bot.core.retry_plan import PLANS
from tests.builders import (
    NOON,
    NUMBER_SPOKEN,
    PROMPT,
    a_call,
    a_call_with_result,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
    problems_of,
    shown_by,
    texts_in,
)

LONGEST_PROMPTS: Final = {
    "ampersands": "&" * 3000,
    "brackets": "<" * 3000,
    "emoji": "😀" * 3000,
    "line breaks": "a" + "\n" * 2998 + "z",
    "nothing but line breaks": "\n" * 3000,
    "quotation marks": '"' * 3000,
    "backslashes": "\\" * 3000,
}
EVERY_STAGE: Final = {
    "requested": a_call(),
    "announced": an_announced_call(),
    "scheduled": an_announced_call(dial_at=NOON + timedelta(days=1)),
    "calling": a_waiting_call(),
    "unconfirmed": a_waiting_call(placed_at=None),
    "result": a_call_with_result(),
    "not placed": an_ended_call(EndReason.NOT_PLACED),
    "canceled": an_ended_call(EndReason.CANCELED),
    "no result": an_ended_call(EndReason.NO_RESULT),
    "reported": an_ended_call(state=State.REPORTED, result_ts="100.2", reported_at=NOON),
}


@pytest.mark.parametrize("call", EVERY_STAGE.values(), ids=EVERY_STAGE)
def test_at_every_stage_it_names_the_requester_the_number_and_the_prompt(call: Call) -> None:
    message = status_message(call)

    assert "<@UADA>" in texts_in(message.blocks)
    assert NUMBER_SPOKEN in texts_in(message.blocks)
    assert f">{PROMPT}" in texts_in(message.blocks)
    assert problems_of(message) == []


@pytest.mark.parametrize("call", EVERY_STAGE.values(), ids=EVERY_STAGE)
def test_at_every_stage_its_text_alone_says_whom_and_what_for(call: Call) -> None:
    text = status_message(call).text

    assert NUMBER_SPOKEN in text
    assert PROMPT in text
    assert "*" not in text


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("requested", "Placing the call…"),
        ("announced", "Placing the call…"),
        ("calling", "On the phone."),
        ("unconfirmed", "may have placed it"),
    ],
)
def test_a_call_that_goes_on_says_how_far_it_is(stage: str, words: str) -> None:
    message = status_message(EVERY_STAGE[stage])

    assert words in texts_in(message.blocks)
    assert message.text == f"☎️ Calling +1 415-555-2671: {PROMPT}"


def test_an_unconfirmed_call_promises_not_to_dial_again() -> None:
    assert "I will not dial again" in shown_by(status_message(EVERY_STAGE["unconfirmed"]))


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("success", "completed", "Completed"),
        ("not_picked_up", "no-answer", "No answer"),
        ("not_picked_up", "busy", "Line busy"),
        ("not_picked_up", "failed", "Call failed"),
        ("not_picked_up", "canceled", "Canceled"),
        ("voicemail", "completed", "Reached voicemail"),
        ("not_picked_up", None, "Not picked up"),
        ("paused", "on-hold", "paused (on-hold)"),
    ],
)
def test_a_result_is_the_heading(call_status: str, provider_status: str | None, words: str) -> None:
    call = a_call_with_result({"call_status": call_status, "provider_status": provider_status})

    message = status_message(call)

    assert f" *{words}*: call to +1 415-555-2671, asked by <@UADA>" in texts_in(message.blocks)
    assert f" {words}: call to +1 415-555-2671: {PROMPT}" in message.text
    assert "Calling" not in shown_by(message)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (EndReason.NOT_PLACED, "Not placed"),
        (EndReason.CANCELED, "Canceled before dialing"),
        (EndReason.NO_RESULT, "No result received"),
    ],
)
def test_the_lack_of_a_result_is_the_heading_too(ending: EndReason, words: str) -> None:
    message = status_message(an_ended_call(ending))

    assert f" *{words}*: call to +1 415-555-2671" in texts_in(message.blocks)
    assert f" {words}: call to +1 415-555-2671" in message.text


def test_it_says_that_the_result_follows_until_the_result_is_posted() -> None:
    ended = status_message(an_ended_call())
    reported = status_message(an_ended_call(result_ts="100.2"))

    assert "The result follows." in texts_in(ended.blocks)
    assert "The result is in this thread." in texts_in(reported.blocks)


def test_a_thread_in_the_direct_message_says_why_and_how_to_invite_the_bot() -> None:
    call = an_announced_call(posted_in="DADA", place_error="not_in_channel")

    words = texts_in(status_message(call).blocks)

    assert "<#CGENERAL>" in words
    assert "I am not a member there" in words
    assert "/invite @Ringback" in words


@pytest.mark.parametrize(
    "error", ["channel_not_found", "is_archived", "restricted_action", "messages_tab_disabled"]
)
def test_whatever_closed_the_place_the_message_fits(error: str) -> None:
    call = an_announced_call(posted_in="DADA", place_error=error)

    assert problems_of(status_message(call)) == []


@pytest.mark.parametrize("prompt", LONGEST_PROMPTS.values(), ids=LONGEST_PROMPTS)
@pytest.mark.parametrize("call", EVERY_STAGE.values(), ids=EVERY_STAGE)
def test_the_longest_prompts_stay_within_slacks_limits(call: Call, prompt: str) -> None:
    message = status_message(a_call(**{**vars(call), "prompt": prompt}))

    assert problems_of(message) == []


def test_a_prompt_that_is_cut_ends_with_an_ellipsis() -> None:
    message = status_message(a_call(prompt="&" * 3000))

    prompt = message.blocks[1]["text"]["text"]
    assert prompt.startswith(">&amp;&amp;")
    assert prompt.endswith("&amp;…")
    assert message.text.endswith("&amp;…")


@pytest.mark.parametrize("markup", ["<!channel>", "<@UEVE>", "<https://evil.example|menu>", "&lt;"])
def test_markup_in_the_prompt_is_escaped(markup: str) -> None:
    words = shown_by(status_message(a_call(prompt=f"Ask about {markup} please")))

    escaped = markup.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert words.count(f"Ask about {escaped} please") == 2
    assert f"Ask about {markup}" not in words


def test_markup_in_an_unknown_status_is_escaped() -> None:
    call = a_call_with_result({"call_status": "<!channel>", "provider_status": "<!here>"})

    words = shown_by(status_message(call))

    assert "<!" not in words
    assert "&lt;!channel&gt; (&lt;!here&gt;)" in words


def test_an_unknown_status_of_any_length_fits() -> None:
    call = a_call_with_result({"call_status": "<" * 5000, "provider_status": "&" * 5000})

    assert problems_of(status_message(call)) == []


def test_nothing_in_it_is_made_live_by_slack_itself() -> None:
    message = status_message(an_announced_call(posted_in="DADA", place_error="is_archived"))

    blocks = [block for block in message.blocks if block["type"] != "actions"]
    texts = [block.get("text") or block["elements"][0] for block in blocks]
    assert {text["verbatim"] for text in texts} == {True}


# What can still be done, attempts, links


def buttons_of(message: Message) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button for row in rows for button in row]


def names_of(message: Message) -> list[str]:
    """Return what stands on the buttons of a message."""
    return [button["text"]["text"] for button in buttons_of(message)]


def test_a_scheduled_call_says_when_in_each_readers_zone() -> None:
    message = status_message(EVERY_STAGE["scheduled"])

    words = "<!date^1774958400^{date_short_pretty} at {time}|2026-03-31 12:00 UTC>"
    assert f"🗓️ *Call to {NUMBER_SPOKEN}*, {words}, asked by <@UADA>" in texts_in(message.blocks)
    assert f"I will call {words} and post the result in this thread." in texts_in(message.blocks)
    assert message.text.startswith(f"🗓️ Call to {NUMBER_SPOKEN}, {words}: ")


def test_a_scheduled_call_can_be_dialed_now_and_canceled() -> None:
    assert names_of(status_message(EVERY_STAGE["scheduled"])) == ["Call now", "Cancel"]


@pytest.mark.parametrize("stage", ["requested", "announced"])
def test_a_call_that_was_not_dialed_yet_can_be_canceled(stage: str) -> None:
    assert names_of(status_message(EVERY_STAGE[stage])) == ["Cancel"]


@pytest.mark.parametrize(
    "stage", ["calling", "unconfirmed", "result", "not placed", "canceled", "no result", "reported"]
)
def test_a_call_that_was_sent_or_has_ended_has_no_buttons(stage: str) -> None:
    assert names_of(status_message(EVERY_STAGE[stage])) == []


def test_a_call_that_may_have_been_dialed_has_no_buttons() -> None:
    assert names_of(status_message(an_announced_call(dialing_since=NOON))) == []


def test_its_buttons_carry_the_calls_id_alone_and_are_whole_sentences_for_a_screen_reader() -> None:
    call = EVERY_STAGE["scheduled"]

    buttons = buttons_of(status_message(call))

    assert [button["value"] for button in buttons] == [str(call.id)] * 2
    assert [button["accessibility_label"] for button in buttons] == [
        f"Call {NUMBER_SPOKEN} now, not later",
        f"Cancel the call to {NUMBER_SPOKEN}",
    ]


def test_a_further_attempt_says_which_of_how_many_it_is() -> None:
    call = an_announced_call(retry_plan=PLANS[IfUnanswered.THREE_IN_ALL], attempt_number=2)

    message = status_message(call)

    assert "asked by <@UADA> (attempt 2 of 3)" in texts_in(message.blocks)
    assert f"Calling {NUMBER_SPOKEN} (attempt 2 of 3): " in message.text


def test_the_first_attempt_is_not_counted() -> None:
    call = an_announced_call(retry_plan=PLANS[IfUnanswered.THREE_IN_ALL])

    assert "attempt" not in shown_by(status_message(call))


def test_it_links_to_the_result() -> None:
    call = an_ended_call(result_ts="100.2", result_in="CGENERAL")

    words = texts_in(status_message(call, Links("https://x.slack.com/")).blocks)

    assert "/archives/CGENERAL/p1002?thread_ts=100.1&cid=CGENERAL|The result> is in this" in words


def test_it_says_where_the_result_is_that_could_not_be_posted_in_the_thread() -> None:
    call = an_ended_call(result_ts="100.2", result_in="DADA")

    words = texts_in(status_message(call, Links("https://x.slack.com/")).blocks)

    assert "/archives/DADA/p1002|The result> is in a direct message." in words
