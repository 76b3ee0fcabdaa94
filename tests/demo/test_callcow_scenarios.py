"""Calls of the CallCow stand-in that go their own way, and what is said on them."""

import json

import pytest

from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.conversation import converse
from bot.demo.callcow.scenario import LAST_DIGITS, Scenario, by_last_digits
from tests.demo.callers import PROMPT, Receiver, running

ANSWERED = "They answered. On a real call, this would say what they said."


async def test_a_call_left_to_itself_goes_through_its_steps_to_the_callback(
    receiver: Receiver,
) -> None:
    async with running(scenario=lambda _: Scenario(), pace=0) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)
        dial = callcow.dial(call_id)

        await callcow.until(lambda: dial.deliveries)

        kinds = [step.kind for step in dial.steps]
        assert kinds == ["dialing", "ringing", "answered", *["line"] * 5, "ended"]
        said = [step.content for step in dial.steps if step.kind == "line"]
        reported = json.loads(receiver.received[0][1])
        assert [message["content"] for message in reported["messages"]] == said
        assert reported["call_status"] == "success"


async def test_the_poll_follows_a_call_step_by_step() -> None:
    slow = Scenario(ringing_seconds=3600)
    async with running(scenario=lambda _: slow, pace=1) as (_, caller):
        call_id = await caller.dial()

        answer = await caller.poll(call_id)

        assert answer.json()["provider_status"] == "queued"


async def test_a_choice_of_no_course_leaves_the_call_to_be_finished_by_hand() -> None:
    async with running(scenario=lambda _: None, pace=0) as (callcow, caller):
        call_id = await caller.dial()

        callcow.end(call_id, "busy")

        assert [step.kind for step in callcow.dial(call_id).steps] == [
            "dialing",
            "ringing",
            "ended",
        ]


async def test_finishing_by_hand_ends_the_calls_own_course(receiver: Receiver) -> None:
    async with running(scenario=lambda _: Scenario()) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

        await callcow.finish(call_id, "canceled")

        assert [step.kind for step in callcow.dial(call_id).steps] == ["dialing", "ended"]
        assert len(receiver.received) == 1


async def test_the_end_of_the_server_ends_calls_under_way(receiver: Receiver) -> None:
    async with running(scenario=lambda _: Scenario()) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

    assert callcow.dial(call_id).final is None
    assert receiver.received == []


@pytest.mark.parametrize(
    ("digits", "statuses", "callbacks"),
    [
        ("00", ("success", "completed"), 1),
        ("01", ("not_picked_up", "no-answer"), 1),
        ("02", ("not_picked_up", "busy"), 1),
        ("03", ("not_picked_up", "failed"), 1),
        ("04", ("not_picked_up", "canceled"), 1),
        ("05", ("voicemail", "completed"), 1),
        ("07", ("success", "completed"), 0),
        ("08", ("success", "completed"), 2),
        ("71", ("success", "completed"), 1),
    ],
)
async def test_the_last_digits_choose_the_course(
    receiver: Receiver, digits: str, statuses: tuple[str, str], callbacks: int
) -> None:
    async with running(scenario=by_last_digits(), pace=0) as (callcow, caller):
        call_id = await caller.dial(
            recipient_phone=f"+141555501{digits}", callback_url=receiver.url
        )
        dial = callcow.dial(call_id)

        await callcow.until(lambda: dial.final and len(dial.deliveries) == callbacks)

        assert dial.final is not None
        assert (dial.final["call_status"], dial.final["provider_status"]) == statuses
        assert len(receiver.received) == callbacks


async def test_a_number_that_ends_in_06_is_refused_and_not_dialed() -> None:
    async with running(scenario=by_last_digits()) as (callcow, caller):
        answer = await caller.call(recipient_phone="+14155550106")

        assert answer.status_code == 422
        assert answer.json()["error"].startswith("This number cannot be called")
        assert callcow.dials == []


def test_the_table_of_last_digits_has_a_label_for_each_course() -> None:
    labels = [scenario.label for scenario in LAST_DIGITS.values()]

    assert list(LAST_DIGITS) == [f"{number:02}" for number in range(12)]
    assert len(set(labels)) == len(labels)


def test_a_completed_conversation_names_what_the_prompt_asks_for() -> None:
    conversation = converse(PROMPT, "completed")

    assert conversation.summary == "Booked Friday 7:30 pm, under Josh; 7 pm was full."
    assert conversation.form_fills == [
        {"name": "day", "value": "Friday"},
        {"name": "time", "value": "7:30 pm"},
        {"name": "name", "value": "Josh"},
    ]


def test_a_time_is_bargained_over_and_the_summary_says_what_was_agreed() -> None:
    conversation = converse("Book a table for Friday 11:15 am", "completed")

    assert [line.content for line in conversation.lines[1:4]] == [
        "Hello. Sorry, 11:15 am is full. How about 11:45 am?",
        "11:45 am works. Can you book that?",
        "Done: Friday 11:45 am. Goodbye.",
    ]
    assert conversation.summary == "Booked Friday 11:45 am; 11:15 am was full."


@pytest.mark.parametrize("time", ["noon", "19:00", "7:45 pm"])
def test_a_time_without_a_half_hour_after_it_is_agreed_as_asked(time: str) -> None:
    assert converse(f"Meet at {time}", "completed").summary == f"The person called agreed: {time}."


def test_a_name_is_found_by_its_possessive() -> None:
    prompt = "Confirm Sarah Johnson's 3pm appointment tomorrow at Dr. Smith's office"

    conversation = converse(prompt, "completed")

    assert conversation.summary == "Booked tomorrow 3:30 pm, under Sarah Johnson; 3 pm was full."


def test_a_name_that_is_said_to_be_one_comes_before_a_possessive() -> None:
    conversation = converse("Ring Luigi's and book a table under Josh", "completed")

    assert conversation.details == (("name", "Josh"),)


def test_a_survey_has_more_lines_and_answers_than_fit_one_page() -> None:
    conversation = LAST_DIGITS["09"].conversation(PROMPT)

    assert conversation.summary == "The person called answered all 44 questions."
    assert len(conversation.lines) == 90
    assert conversation.form_fills[1] == {"name": "food on weekends", "value": "3 out of 5"}


def test_a_prompt_without_details_still_makes_a_conversation() -> None:
    conversation = converse("Tell them that the parcel is here", "completed")

    assert conversation.summary == "The person called agreed."
    assert conversation.form_fills == []


@pytest.mark.parametrize(
    ("prompt", "summary"),
    [
        ("ask whether they're open Sunday", "Yes: they're open Sunday."),
        ("Please check if the blue bike is ready.", "Yes: the blue bike is ready."),
        ("Ask whether 7pm or 8pm is free", ANSWERED),
        ("ask what parking costs", ANSWERED),
    ],
)
def test_a_question_is_answered(prompt: str, summary: str) -> None:
    assert converse(prompt, "completed").summary == summary


def test_only_where_something_is_booked_is_its_time_bargained_over() -> None:
    conversation = converse("Tell Josh that I'll arrive at 5pm", "completed")

    assert conversation.summary.startswith("The person called agreed: 5pm")


@pytest.mark.parametrize(
    ("prompt", "opening"),
    [
        ("Book a table for two", "Hello, I am an AI assistant, calling to book a table for two"),
        ("please ask Bob", "Hello, I am an AI assistant, calling to ask Bob"),
        ("Is it ready?", "Hello, I am an AI assistant, with a request: Is it ready?"),
    ],
)
def test_the_ai_says_what_it_calls_for(prompt: str, opening: str) -> None:
    assert converse(prompt, "completed").lines[0].content == opening


@pytest.mark.parametrize("outcome", ["completed", "voicemail"])
def test_the_ai_says_that_it_is_one(outcome: Outcome) -> None:
    lines = converse(PROMPT, outcome).lines

    first = next(line.content for line in lines if line.role == "assistant")
    assert first.startswith("Hello, I am an AI assistant")


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "failed", "canceled"])
def test_nothing_is_said_on_a_call_that_nobody_takes(outcome: Outcome) -> None:
    assert converse(PROMPT, outcome).messages == []
