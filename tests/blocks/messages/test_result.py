"""The result: the reply in the thread that says how the call ended and what came of it."""

from dataclasses import replace
from typing import Any, Final

import pytest

from bot.blocks.messages.message import Message
from bot.blocks.messages.result import result_message
from bot.core.calls.reason import NO_RESULT, RESTORED, Reason
from bot.core.calls.retry_plan import PLANS
from bot.core.calls.states import EndReason
from bot.core.links import Links
from bot.core.policy.decision import (
    DialingOff,
    EmergencyNumber,
    NoPhoneNumber,
    OnDoNotCallList,
    RefusedCountry,
)
from bot.core.policy.kept import Fact
from bot.core.request import IfUnanswered
from tests.builders import (
    NOON,
    NUMBER_SPOKEN,
    a_call_with_result,
    an_ended_call,
    lines_of,
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


SAID: Final = [
    {"role": "assistant", "content": "Hello, I am an AI assistant."},
    {"role": "user", "content": "Hello."},
]
NO_ANSWER: Final = {
    "call_status": "not_picked_up",
    "provider_status": "no-answer",
    "call_summary": "No one answered.",
}


def elements_of(message: Message) -> list[dict[str, Any]]:
    """Return what can be pressed in a message."""
    elements: list[dict[str, Any]] = message.blocks[-1]["elements"]
    return elements


def test_it_mentions_who_asked_and_says_outcome_and_summary_once() -> None:
    call = a_call_with_result(
        call_summary=SUMMARY,
        messages=SAID,
        duration=133,
        form_fills=[{"name": "day", "value": "Friday"}, {"time": "7:30 pm"}],
    )

    message = result_message(call)

    assert lines_of(message) == [
        f"@UADA ✅ {SUMMARY}",
        "Day Friday   |   Time 7:30 pm",
        f"{NUMBER_SPOKEN} · Completed · 2 min 13 s",
        "[Transcript] [Call again] [Details] [Never call again]",
    ]
    assert message.text == f"<@UADA> ✅ Completed · {NUMBER_SPOKEN}: {SUMMARY}"
    assert problems_of(message) == []


def test_the_headline_and_the_labels_are_bold() -> None:
    call = a_call_with_result(call_summary="Booked.", form_fills=[{"name": "day", "value": "Fri"}])

    headline, answers = result_message(call).blocks[0]["elements"]

    assert headline["elements"] == [
        {"type": "user", "user_id": "UADA"},
        {"type": "text", "text": " ✅ "},
        {"type": "text", "text": "Booked.", "style": {"bold": True}},
    ]
    assert [part.get("style") for part in answers["elements"]] == [{"bold": True}, None, None]


@pytest.mark.parametrize(
    ("call_status", "provider_status", "words"),
    [
        ("success", "completed", "✅ Completed"),
        ("not_picked_up", "no-answer", "📵 No answer"),
        ("not_picked_up", "busy", "⏳ Line busy"),
        ("not_picked_up", "failed", "❌ Call failed"),
        ("not_picked_up", "canceled", "🚫 Canceled"),
        ("voicemail", "completed", "📼 Reached voicemail"),
        ("success", None, "✅ Completed"),
        ("not_picked_up", None, "📵 Not picked up"),
        ("voicemail", None, "📼 Reached voicemail"),
        ("not_picked_up", "rejected", "📵 Not picked up (rejected)"),
        ("paused", None, "☎️ paused"),
    ],
)
def test_without_a_summary_the_outcome_is_the_headline(
    call_status: str, provider_status: str | None, words: str
) -> None:
    call = a_call_with_result({"call_status": call_status, "provider_status": provider_status})

    message = result_message(call)

    assert lines_of(message)[:2] == [f"@UADA {words}", NUMBER_SPOKEN]
    assert message.text == f"<@UADA> {words} · {NUMBER_SPOKEN}"
    assert problems_of(message) == []


def test_a_summary_that_says_no_more_than_the_outcome_is_left_out() -> None:
    assert lines_of(result_message(a_call_with_result(NO_ANSWER))) == [
        "@UADA 📵 No answer",
        NUMBER_SPOKEN,
        "[Details] [Call again] [Never call again]",
    ]


@pytest.mark.parametrize("summary", ["word " * 200, "- one\n- two"])
def test_a_summary_that_is_no_headline_is_read_below_the_outcome(summary: str) -> None:
    [headline, *lines] = lines_of(result_message(a_call_with_result(call_summary=summary)))

    assert headline == "@UADA ✅ Completed"
    assert lines[0] in ("• one", ("word " * 200).strip())
    assert NUMBER_SPOKEN in lines


def test_after_several_attempts_it_says_which_it_was() -> None:
    plan = PLANS[IfUnanswered.THREE_IN_ALL]
    call = replace(a_call_with_result(NO_ANSWER), retry_plan=plan, attempt_number=3)

    assert f"{NUMBER_SPOKEN} · attempt 3 of 3" in lines_of(result_message(call))


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
def test_the_duration_of_a_call_that_nobody_took_means_nothing(status: str) -> None:
    payload = {"call_status": "not_picked_up", "provider_status": status, "duration": 20}

    assert "20 s" not in shown_by(result_message(a_call_with_result(payload)))


def test_it_does_not_hide_that_nobody_is_heard_on_the_other_side() -> None:
    call = a_call_with_result(call_summary="Booked.", messages=SAID[:1])

    lines = lines_of(result_message(call))

    assert lines[:2] == [
        "@UADA ✅ Booked.",
        "⚠️ Nobody is heard on the other side in the transcript.",
    ]


# Without a result


def test_a_call_that_was_not_placed_says_why_and_can_be_tried_again() -> None:
    why = Reason.refused("no phone number is connected", status=422)

    message = result_message(an_ended_call(EndReason.NOT_PLACED, reason=why))

    sentence = (
        "CallCow wouldn't place this call: no phone number is connected. "
        "Connect one in CallCow → Settings → Phone Numbers."
    )
    assert lines_of(message) == [
        "@UADA ⚠️ Not placed",
        sentence,
        NUMBER_SPOKEN,
        "[Try again] [Details] [Never call again]",
    ]
    assert message.text == f"<@UADA> ⚠️ Not placed · {NUMBER_SPOKEN}: {sentence}"


def test_without_a_result_the_person_is_told_what_to_do() -> None:
    [headline, why, next_step, *_] = lines_of(
        result_message(an_ended_call(EndReason.NO_RESULT, reason=NO_RESULT))
    )

    assert headline == "@UADA ❓ No result received"
    assert "It may have been made." in why
    assert next_step == (
        "If a result still comes, I'll post it here. "
        "To be sure, ask the person you wanted to reach."
    )


# Answers


def answers_in(message: Message) -> str:
    """Return the line with the answers."""
    return lines_of(message)[1]


def test_long_answers_have_a_line_each() -> None:
    fills = [{"name": "name", "value": "x" * 60}, {"name": "email", "value": "y" * 60}]

    lines = lines_of(result_message(a_call_with_result(form_fills=fills, call_summary="Done.")))

    assert lines[1:3] == ["Name " + "x" * 60, "Email " + "y" * 60]


def test_the_context_is_shown_name_by_value() -> None:
    call = a_call_with_result(context='{"name": "Sarah Johnson"}')

    assert answers_in(result_message(call)) == "Name Sarah Johnson"


def test_of_many_answers_the_first_six_are_shown_and_all_behind_a_button() -> None:
    fills = [{"name": f"Fact {number}", "value": "yes"} for number in range(1, 45)]

    message = result_message(a_call_with_result(form_fills=fills, messages=SAID))

    assert "Fact 6 yes" in answers_in(message)
    assert "Fact 7" not in shown_by(message)
    assert lines_of(message)[-1] == "[Transcript] [Call again] [All 44 answers] [Never call again]"


def test_six_answers_need_no_button() -> None:
    fills = [{"name": f"Fact {number}", "value": "yes"} for number in range(1, 7)]

    message = result_message(a_call_with_result(form_fills=fills, messages=SAID))

    assert lines_of(message)[-1] == "[Transcript] [Call again] [Details] [Never call again]"


@pytest.mark.parametrize("value", [None, "", " ", "\x00", "x" * 300])
def test_an_answer_that_is_not_shown_in_full_is_behind_the_button(value: str | None) -> None:
    fills = [{"name": "Day", "value": "Friday"}, {"name": "Party", "value": value}]

    message = result_message(a_call_with_result(form_fills=fills))

    assert answers_in(message).startswith("Day Friday")
    assert "All 2 answers" in lines_of(message)[-1]


# The longest of everything, and nothing live


@pytest.mark.parametrize("characters", CHARACTERS.values(), ids=CHARACTERS)
def test_the_longest_result_stays_within_slacks_limits(characters: str) -> None:
    call = a_call_with_result(longest(characters))

    message = result_message(call, Links("https://x.slack.com/"), is_elsewhere=True)

    assert problems_of(message) == []


def test_a_summary_that_is_cut_ends_with_an_ellipsis() -> None:
    message = result_message(a_call_with_result(call_summary="&" * 20_000))

    summary = lines_of(message)[1]
    assert summary == "&" * 2999 + "…"
    assert message.text.endswith("&amp;…")


def test_an_unclosed_code_fence_swallows_nothing_of_the_rest() -> None:
    call = a_call_with_result(call_summary="Booked.\n```\n" + "x\n" * 10_000)

    message = result_message(call)

    assert problems_of(message) == []
    assert lines_of(message)[-2:] == [NUMBER_SPOKEN, "[Details] [Call again] [Never call again]"]


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
        {"call_status": "success", "call_summary": "*b* _i_ `c` <@UEVE> :wave:"},
    ],
)
def test_nothing_from_callcow_is_live_wherever_it_stands(part: dict[str, Any]) -> None:
    message = result_message(a_call_with_result(part))

    assert "<!channel>" not in message.text
    assert "<@UEVE>" not in message.text
    block, context, _ = message.blocks
    inline = [part for line in block["elements"] for part in line["elements"]]
    assert {part["type"] for part in inline[1:]} == {"text"}
    assert [(text["type"], text["emoji"]) for text in context["elements"]] == [
        ("plain_text", False)
    ]


# Buttons and links


@pytest.mark.parametrize("ending", [EndReason.CANCELED, EndReason.NO_RESULT])
def test_without_a_conversation_there_are_details_and_another_call(ending: EndReason) -> None:
    assert (
        lines_of(result_message(an_ended_call(ending)))[-1]
        == "[Details] [Call again] [Never call again]"
    )


@pytest.mark.parametrize(
    ("fact", "buttons"),
    [
        (OnDoNotCallList("UGRACE", NOON), "[Details]"),
        (EmergencyNumber("911"), "[Details]"),
        (RefusedCountry("+33142685300", "FR", 33), "[Details] [Never call again]"),
        (NoPhoneNumber("4155"), "[Try again] [Details]"),
        (DialingOff(), "[Try again] [Details] [Never call again]"),
    ],
)
def test_what_would_be_refused_again_is_not_offered(fact: Fact, buttons: str) -> None:
    call = an_ended_call(EndReason.NOT_PLACED, reason=Reason.by_policy(fact))

    assert lines_of(result_message(call))[-1] == buttons


@pytest.mark.parametrize("ending", [EndReason.NO_RESULT, EndReason.NOT_PLACED])
def test_a_call_that_a_restored_backup_does_not_tell_of_is_not_called_unplaced(
    ending: EndReason,
) -> None:
    message = result_message(an_ended_call(ending, reason=RESTORED))

    assert lines_of(message) == [
        "@UADA ❓ No result received",
        "Ringback's records were restored from a backup, so I can't tell whether this call was "
        "made. I won't dial it.",
        "If a result still comes, I'll post it here. To be sure, ask the person you wanted to "
        "reach.",
        NUMBER_SPOKEN,
        "[Details] [Call again] [Never call again]",
    ]


def test_its_buttons_carry_the_calls_id_alone_and_say_their_text_first() -> None:
    call = a_call_with_result(messages=SAID)

    buttons = elements_of(result_message(call))

    assert {button["value"] for button in buttons} == {str(call.id)}
    assert f"call {NUMBER_SPOKEN} until an admin unblocks it" in str(buttons[-1]["confirm"])
    assert [button["accessibility_label"] for button in buttons] == [
        f"Transcript of the call to {NUMBER_SPOKEN}",
        f"Call again: open the form for {NUMBER_SPOKEN}",
        f"Details of the call to {NUMBER_SPOKEN}",
        f"Never call again: {NUMBER_SPOKEN}",
    ]


def test_only_a_result_that_stands_elsewhere_leads_to_the_status_message() -> None:
    links, call = Links("https://x.slack.com/"), an_ended_call()
    link = "<https://x.slack.com/archives/CGENERAL/p1001|What was asked>"

    assert link in texts_in(result_message(call, links, is_elsewhere=True).blocks)
    assert link not in texts_in(result_message(call, links).blocks)
