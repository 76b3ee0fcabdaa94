"""The status message: whom it calls, what for, who asked, and how far it has come."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from bot.blocks.messages.status import status_message
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason, ReasonKind
from bot.core.calls.retry_plan import PLANS
from bot.core.calls.series import Series
from bot.core.calls.states import EndReason, State
from bot.core.links import Links
from bot.core.request import IfUnanswered
from tests.builders import (
    NOON,
    NUMBER_SPOKEN,
    PROMPT,
    SUCCESS,
    a_call,
    a_call_with_result,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
    lines_of,
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
    "held up": an_announced_call(attempts=3),
    "result": a_call_with_result(),
    "not placed": an_ended_call(EndReason.NOT_PLACED),
    "canceled": an_ended_call(EndReason.CANCELED),
    "no result": an_ended_call(EndReason.NO_RESULT),
    "reported": an_ended_call(state=State.REPORTED, result_ts="100.2", reported_at=NOON),
}


NAMES: Final = {"UADA": "Ada", "UGRACE": "Grace"}
LINKS: Final = Links("https://x.slack.com/")
THREE: Final = PLANS[IfUnanswered.THREE_IN_ALL]
NO_ANSWER: Final = {
    "call_status": "not_picked_up",
    "provider_status": "no-answer",
    "call_summary": "No one answered.",
}
NEXT_AT: Final = NOON + timedelta(hours=1)
NEXT_TIME: Final = "{date_short_pretty} at {time}"


def a_series(*attempts: Call) -> Series:
    """Return calls as the attempts of one request."""
    numbered = [
        replace(call, id=UUID(int=number), attempt_number=number, retry_plan=THREE)
        for number, call in enumerate(attempts, 1)
    ]
    return Series(
        id=UUID(int=1), attempts=numbered, posted_in="CGENERAL", message_ts=numbered[0].message_ts
    )


def shown_for(series: Series) -> list[str]:
    """Return what the message of a series shows, line by line."""
    return lines_of(status_message(series.current, LINKS, series, NAMES))


UNANSWERED: Final = a_call_with_result(NO_ANSWER)
NEXT: Final = an_announced_call(dial_at=NEXT_AT)
STOPPED: Final = an_ended_call(EndReason.CANCELED, canceled_by="UADA")


@pytest.mark.parametrize("stage", ["requested", "announced", "calling"])
def test_while_it_goes_on_it_says_whom_for_whom_what_for_and_that_a_reply_comes(
    stage: str,
) -> None:
    message = status_message(EVERY_STAGE[stage], names=NAMES)

    assert lines_of(message) == [
        f"☎️ Calling {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "I'll reply here when the call is over.",
    ]
    assert message.text == f"☎️ Calling {NUMBER_SPOKEN} · for\u00a0Ada: {PROMPT}"
    assert problems_of(message) == []


def test_the_heading_is_bold_and_the_prompt_a_quotation() -> None:
    [block, _] = status_message(a_waiting_call(), names=NAMES).blocks

    heading, quotation = block["elements"]
    assert heading["elements"][1] == {
        "type": "text",
        "text": f"Calling {NUMBER_SPOKEN}",
        "style": {"bold": True},
    }
    assert quotation["type"] == "rich_text_quote"


@pytest.mark.parametrize("call", EVERY_STAGE.values(), ids=EVERY_STAGE)
def test_at_no_stage_is_anybody_mentioned(call: Call) -> None:
    assert "UADA" not in shown_by(status_message(call, names=NAMES))


def test_a_person_whose_name_is_not_known_is_left_out() -> None:
    assert lines_of(status_message(a_waiting_call()))[0] == f"☎️ Calling {NUMBER_SPOKEN}"


def test_a_name_of_another_script_leaves_the_words_around_it_in_their_order() -> None:
    [heading, *_] = lines_of(status_message(a_waiting_call(), names={"UADA": "עדה"}))

    assert heading == f"☎️ Calling {NUMBER_SPOKEN} · for\u00a0\u2068עדה\u2069"


def test_an_unconfirmed_call_promises_not_to_dial_again() -> None:
    assert lines_of(status_message(EVERY_STAGE["unconfirmed"], names=NAMES)) == [
        f"❓ Not confirmed · {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "CallCow didn't confirm this call and may have placed it. I won't dial again; "
        "if a result comes, I'll post it here.",
    ]


def test_a_call_that_is_held_up_does_not_read_as_if_it_was_dialed() -> None:
    assert lines_of(status_message(EVERY_STAGE["held up"], names=NAMES)) == [
        f"⏳ Waiting to call {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "CallCow can't take this call yet. I'll keep trying and reply here.",
        "[Cancel]",
    ]


def test_a_scheduled_call_says_when_in_each_readers_zone_and_how_often_it_is_tried() -> None:
    call = an_announced_call(dial_at=NOON + timedelta(days=1), retry_plan=THREE)

    message = status_message(call, names=NAMES)

    assert lines_of(message) == [
        f"🗓️ Scheduled · {NEXT_TIME} · {NUMBER_SPOKEN} · up to 3 attempts · for\u00a0Ada",
        PROMPT,
        "I'll reply here when the call is over.",
        "[Call now] [Cancel]",
    ]
    time = "<!date^1774983600^{date_short_pretty} at {time}|2026-03-31 19:00 UTC>"
    assert message.text.startswith(f"🗓️ Scheduled · {time} · {NUMBER_SPOKEN}")


# The end


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("success", "completed", "✅ Completed"),
        ("not_picked_up", "no-answer", "📵 No answer"),
        ("not_picked_up", "busy", "⏳ Line busy"),
        ("not_picked_up", "failed", "❌ Call failed"),
        ("not_picked_up", "canceled", "🚫 Canceled"),
        ("voicemail", "completed", "📼 Reached voicemail"),
        ("not_picked_up", None, "📵 Not picked up"),
        ("paused", "on-hold", "☎️ paused (on-hold)"),
    ],
)
def test_a_result_is_the_heading(call_status: str, provider_status: str | None, words: str) -> None:
    call = a_call_with_result({"call_status": call_status, "provider_status": provider_status})

    message = status_message(call, names=NAMES)

    assert lines_of(message)[0] == f"{words} · {NUMBER_SPOKEN} · for\u00a0Ada"
    assert message.text == f"{words} · {NUMBER_SPOKEN} · for\u00a0Ada: {PROMPT}"


def test_the_channel_shows_the_answer_itself() -> None:
    call = replace(
        a_call_with_result(
            call_summary="**Booked** Friday 7:30 pm; 7 pm was full.",
            messages=[{"role": "user", "content": "Hello"}],
        ),
        result_ts="100.2",
        result_in="CGENERAL",
    )

    message = status_message(call, LINKS, names=NAMES)

    address = "https://x.slack.com/archives/CGENERAL/p1002?thread_ts=100.1&cid=CGENERAL"
    assert lines_of(message) == [
        f"✅ Completed · {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "Booked Friday 7:30 pm; 7 pm was full.",
        f"<{address}|Details and transcript in the thread>",
    ]
    answer = message.blocks[0]["elements"][2]["elements"]
    assert {part["style"]["bold"] for part in answer} == {True}
    told = "Booked Friday 7:30 pm; 7 pm was full."
    assert message.text == f"✅ Completed · {NUMBER_SPOKEN} · for\u00a0Ada: {told}"


def test_without_a_summary_the_channel_shows_what_was_found_out() -> None:
    fills = [{"name": "day", "value": "Friday"}, *({"name": "x", "value": "y" * 200},) * 2]
    call = a_call_with_result(call_summary=None, form_fills=fills)

    lines = lines_of(status_message(call))

    assert f"Day Friday\nX {'y' * 200}".splitlines() == lines[2:4]


def test_a_long_answer_is_cut_at_300_characters() -> None:
    message = status_message(a_call_with_result(call_summary="word " * 4000), names=NAMES)

    answer = lines_of(message)[2]
    assert len(answer) <= 300
    assert answer.endswith("…")


def test_a_summary_that_says_no_more_than_the_outcome_is_left_out() -> None:
    assert lines_of(status_message(UNANSWERED, names=NAMES)) == [
        f"📵 No answer · {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
    ]


def test_it_does_not_hide_that_nobody_is_heard_on_the_other_side() -> None:
    said = [{"role": "assistant", "content": "Hello? Is anybody there?"}]

    lines = lines_of(status_message(a_call_with_result(messages=said, call_summary="Booked.")))

    assert lines[2:4] == ["Booked.", "⚠️ Nobody is heard on the other side in the transcript."]


def test_a_result_without_a_conversation_has_no_transcript() -> None:
    call = an_ended_call(result_ts="100.2", result_in="CGENERAL")

    assert "|Details in the thread>" in lines_of(status_message(call, LINKS))[-1]


def test_it_says_where_the_result_is_that_could_not_be_posted_in_the_thread() -> None:
    call = an_ended_call(result_ts="100.2", result_in="DADA")

    [*_, line] = lines_of(status_message(call, LINKS))

    assert line == "<https://x.slack.com/archives/DADA/p1002|Details in a direct message>"


def test_a_call_that_was_not_placed_says_why_and_nothing_of_a_result() -> None:
    why = Reason.legacy("CallCow refused this call.")
    call = an_ended_call(EndReason.NOT_PLACED, reason=why, result_ts="100.2")

    message = status_message(call, LINKS, names=NAMES)

    assert lines_of(message) == [
        f"⚠️ Not placed · {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "CallCow refused this call.",
    ]
    assert message.text.endswith(": CallCow refused this call.")


def test_without_a_result_it_says_that_the_call_may_have_taken_place() -> None:
    call = an_ended_call(EndReason.NO_RESULT, reason=Reason(ReasonKind.NO_RESULT))

    heading, _, why = lines_of(status_message(call, names=NAMES))

    assert heading == f"❓ No result received · {NUMBER_SPOKEN} · for\u00a0Ada"
    assert "It may have been made." in why


def test_a_canceled_call_can_be_asked_for_again() -> None:
    call = an_ended_call(EndReason.CANCELED, canceled_by="UADA")

    assert lines_of(status_message(call, names=NAMES)) == [
        f"🚫 Canceled before dialing · {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "[Call again]",
    ]


def test_who_canceled_somebody_elses_call_is_named() -> None:
    call = an_ended_call(EndReason.CANCELED, canceled_by="UGRACE")

    assert "Canceled by Grace." in lines_of(status_message(call, names=NAMES))


# In somebody's thread


@pytest.mark.parametrize(
    ("ended", "line"),
    [
        (a_call_with_result(), f"☎️ Called {NUMBER_SPOKEN} · Completed"),
        (an_ended_call(EndReason.NOT_PLACED), f"⚠️ Not placed · {NUMBER_SPOKEN}"),
        (an_ended_call(EndReason.NO_RESULT), f"❓ No result received · {NUMBER_SPOKEN}"),
    ],
)
def test_above_its_result_in_somebodys_thread_it_shrinks_to_one_line(
    ended: Call, line: str
) -> None:
    call = replace(ended, thread_ts="90.1", result_ts="100.2", result_in="CGENERAL")

    message = status_message(call, LINKS, names=NAMES)

    assert lines_of(message) == [line]
    assert message.text == line


def test_while_it_goes_on_in_somebodys_thread_it_says_as_much_as_elsewhere() -> None:
    assert len(lines_of(status_message(a_waiting_call(thread_ts="90.1"), names=NAMES))) == 3


def test_without_its_result_below_it_does_not_shrink() -> None:
    moved = replace(a_call_with_result(), thread_ts="90.1", result_ts="100.2", result_in="DADA")

    assert PROMPT in lines_of(status_message(moved, LINKS))


# Attempts


def test_after_an_attempt_nobody_answered_it_says_when_the_next_comes() -> None:
    assert shown_for(a_series(UNANSWERED, NEXT)) == [
        f"📵 No answer · attempt 1 of 3 · next try {NEXT_TIME} · {NUMBER_SPOKEN} · for\u00a0Ada",
        PROMPT,
        "I'll reply here when the call is over.",
        "[Call now] [Stop trying]",
    ]


def test_a_further_attempt_that_is_held_up_does_not_read_as_if_it_was_dialed() -> None:
    [heading, *_, buttons] = shown_for(a_series(UNANSWERED, replace(NEXT, attempts=3)))

    assert heading == (
        f"📵 No answer · attempt 1 of 3 · next try soon · {NUMBER_SPOKEN} · for\u00a0Ada"
    )
    assert buttons == "[Stop trying]"


def test_a_further_attempt_that_is_dialed_says_which_of_how_many_it_is() -> None:
    assert shown_for(a_series(UNANSWERED, a_waiting_call()))[0] == (
        f"☎️ Calling {NUMBER_SPOKEN} · attempt 2 of 3 · for\u00a0Ada"
    )


def test_after_stopping_nothing_promises_a_further_call() -> None:
    assert shown_for(a_series(UNANSWERED, STOPPED)) == [
        f"📵 No answer · {NUMBER_SPOKEN} · attempt 1 of 3 · for\u00a0Ada",
        PROMPT,
        "I won't call again.",
        "[Call again]",
    ]


def test_who_stopped_somebody_elses_attempts_is_named() -> None:
    stopped = replace(STOPPED, canceled_by="UGRACE")

    assert "Stopped by Grace. I won't call again." in shown_for(a_series(UNANSWERED, stopped))


def test_a_late_answer_says_that_it_stops_the_rest() -> None:
    answered = replace(a_call_with_result(call_summary="Booked."), result_ts="100.2")
    stopped = an_ended_call(EndReason.CANCELED, reason=Reason.answered_after_all(SUCCESS))

    assert shown_for(a_series(answered, stopped)) == [
        f"✅ Completed · {NUMBER_SPOKEN} · attempt 1 of 3 · for\u00a0Ada",
        PROMPT,
        "Booked.",
        "Details in the thread",
        "This result came in late. I won't call again.",
    ]


# Elsewhere, and the longest of everything


def test_a_thread_in_the_direct_message_says_why_and_how_to_invite_the_bot() -> None:
    call = an_announced_call(posted_in="DADA", place_error="not_in_channel")

    words = texts_in(status_message(call).blocks)

    assert "<#CGENERAL>" in words
    assert "I'm not a member there" in words
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
    message = status_message(a_call(**{**vars(call), "prompt": prompt}), names=NAMES)

    assert problems_of(message) == []


@pytest.mark.parametrize("prompt", LONGEST_PROMPTS.values(), ids=LONGEST_PROMPTS)
def test_the_longest_answers_stay_within_slacks_limits(prompt: str) -> None:
    call = a_call_with_result(call_summary=prompt * 8, messages=[{"assistant": prompt}] * 2000)

    assert problems_of(status_message(call, names={"UADA": prompt[:80]})) == []


def test_a_prompt_that_is_cut_at_200_characters_ends_with_an_ellipsis() -> None:
    message = status_message(a_call(prompt="&" * 3000))

    assert lines_of(message)[1] == "&" * 199 + "…"
    assert message.text.endswith("&amp;…")


@pytest.mark.parametrize("markup", ["<!channel>", "<@UEVE>", "<https://evil.example|menu>", "&lt;"])
def test_markup_in_the_prompt_is_not_live(markup: str) -> None:
    message = status_message(a_call(prompt=f"Ask about {markup} please"))

    escaped = markup.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert lines_of(message)[1] == f"Ask about {markup} please"
    assert f"Ask about {escaped} please" in message.text
    assert [part["type"] for part in message.blocks[0]["elements"][1]["elements"]] == ["text"]


def test_markup_in_an_unknown_status_and_in_a_name_is_not_live() -> None:
    call = a_call_with_result({"call_status": "<!channel>", "provider_status": "<!here>"})

    message = status_message(call, names={"UADA": "<!everyone>"})

    assert "<!" not in message.text
    assert lines_of(message)[0].startswith("☎️ <!channel> (<!here>)")
    assert {part["type"] for part in message.blocks[0]["elements"][0]["elements"]} == {"text"}


def test_an_unknown_status_of_any_length_fits() -> None:
    call = a_call_with_result({"call_status": "<" * 5000, "provider_status": "&" * 5000})

    assert problems_of(status_message(call)) == []


# What can be done


@pytest.mark.parametrize(
    "stage",
    [
        "requested", "announced", "calling", "unconfirmed", "result", "not placed", "no result",
        "reported",
    ],
)  # fmt: skip
def test_a_call_that_is_dialed_at_once_or_has_ended_has_no_buttons(stage: str) -> None:
    types = [block["type"] for block in status_message(EVERY_STAGE[stage]).blocks]

    assert "actions" not in types


def test_a_scheduled_call_that_may_have_been_dialed_has_no_buttons() -> None:
    call = an_announced_call(dial_at=NEXT_AT, dialing_since=NOON)

    message = status_message(call)

    assert lines_of(message)[0] == f"☎️ Calling {NUMBER_SPOKEN}"
    assert "actions" not in [block["type"] for block in message.blocks]


def test_its_buttons_carry_the_calls_id_alone_and_are_whole_sentences_for_a_screen_reader() -> None:
    call = EVERY_STAGE["scheduled"]

    buttons = status_message(call).blocks[-1]["elements"]

    assert [button["value"] for button in buttons] == [str(call.id)] * 2
    assert [button["accessibility_label"] for button in buttons] == [
        f"Call now: {NUMBER_SPOKEN}",
        f"Cancel the call to {NUMBER_SPOKEN}",
    ]
