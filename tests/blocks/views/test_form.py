"""The form that asks for a call: what it asks, what it is filled with, what it carries."""

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.views.form import Chosen, Origin, call_form
from bot.demo.slack.limits import problems_of_view
from tests.builders import texts_in

GENERAL: Final = Origin(channel="CGENERAL")
METADATA_MAX: Final = 3000
FIELDS: Final = ["number", "prompt", "place", "when", "if_unanswered"]
ANOTHER: Final = Chosen(place="other_channel")


def inputs_of(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the form's input blocks by their block id."""
    return {block["block_id"]: block for block in form["blocks"] if block["type"] == "input"}


def element(form: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the element in the input block of that name."""
    made: dict[str, Any] = inputs_of(form)[name]["element"]
    return made


def focused(form: dict[str, Any]) -> list[str]:
    """Return the names of the fields that the cursor is put in."""
    return [name for name in inputs_of(form) if element(form, name).get("focus_on_load")]


# The fields


def test_it_asks_for_the_number_the_prompt_the_place_and_the_time_in_this_order() -> None:
    form = call_form(GENERAL)

    assert list(inputs_of(form)) == FIELDS
    assert problems_of_view(form) == []


def test_only_the_time_may_stay_empty() -> None:
    form = call_form(GENERAL, chosen=ANOTHER)

    optional = [name for name, block in inputs_of(form).items() if block.get("optional")]
    assert optional == ["when"]


def test_the_channel_is_asked_for_right_below_the_place_once_another_one_is_chosen() -> None:
    form = call_form(GENERAL, chosen=ANOTHER)

    assert list(inputs_of(form)) == [
        "number",
        "prompt",
        "place",
        "channel",
        "when",
        "if_unanswered",
    ]
    assert problems_of_view(form) == []


def test_only_the_choice_of_the_place_is_told_at_once() -> None:
    form = call_form(GENERAL, chosen=ANOTHER)

    told = [name for name, block in inputs_of(form).items() if block.get("dispatch_action")]
    assert told == ["place"]


def test_every_field_has_a_label_and_the_box_says_what_it_is_for() -> None:
    form = call_form(GENERAL, chosen=ANOTHER)

    assert [block["label"]["text"] for block in inputs_of(form).values()] == [
        "Phone number",
        "What should the AI do?",
        "Post the result in",
        "Channel",
        "When",
        "If there's no answer",
    ]
    box = form["blocks"][-1]["elements"][0]
    assert [option["text"]["text"] for option in box["options"]] == ["Also when voicemail answers"]
    assert "initial_options" not in box


def test_it_can_come_with_the_box_checked() -> None:
    form = call_form(GENERAL, chosen=Chosen(after_voicemail=True))

    box = form["blocks"][-1]["elements"][0]
    assert box["initial_options"] == box["options"]
    assert problems_of_view(form) == []


def values_of(form: dict[str, Any], name: str) -> list[str]:
    """Return the values of the options in a field."""
    return [option["value"] for option in element(form, name)["options"]]


def test_it_posts_where_it_was_opened_unless_another_place_is_chosen() -> None:
    form = call_form(GENERAL)

    assert values_of(form, "place") == ["here", "only_me", "other_channel"]
    assert element(form, "place")["initial_option"]["value"] == "here"


def test_opened_from_no_place_in_particular_it_posts_in_a_direct_message() -> None:
    form = call_form(Origin())

    assert values_of(form, "place") == ["only_me", "other_channel"]
    assert element(form, "place")["initial_option"]["value"] == "only_me"


def test_opened_in_a_thread_it_says_so() -> None:
    form = call_form(Origin(channel="CGENERAL", thread_ts="100.1"))

    assert element(form, "place")["options"][0]["text"]["text"] == "This thread"


def test_nothing_is_tried_again_unless_that_is_chosen() -> None:
    form = call_form(GENERAL)

    assert values_of(form, "if_unanswered") == ["nothing", "once_more", "three_in_all"]
    assert element(form, "if_unanswered")["initial_option"]["value"] == "nothing"


def test_each_field_is_answered_under_its_own_name() -> None:
    form = call_form(GENERAL)

    actions = {name: block["element"]["action_id"] for name, block in inputs_of(form).items()}
    assert actions == {name: name for name in FIELDS}


def test_an_empty_form_holds_no_values() -> None:
    form = call_form(GENERAL)

    assert "initial_value" not in element(form, "number")
    assert "initial_value" not in element(form, "prompt")


def test_it_is_filled_with_what_was_given_just_as_it_was_typed() -> None:
    form = call_form(GENERAL, number="(415) 555-2671", prompt="Ask for <Tom> & Jerry")

    assert element(form, "number")["initial_value"] == "(415) 555-2671"
    assert element(form, "prompt")["initial_value"] == "Ask for <Tom> & Jerry"


def test_the_place_can_be_a_channel_but_not_a_direct_message() -> None:
    form = call_form(GENERAL, chosen=ANOTHER)

    assert element(form, "channel")["filter"]["include"] == ["public", "private"]


# The cursor


def test_the_cursor_stands_in_the_number_of_an_empty_form() -> None:
    assert focused(call_form(GENERAL)) == ["number"]


def test_the_cursor_stands_in_the_prompt_once_there_is_a_number() -> None:
    assert focused(call_form(GENERAL, number="+14155552671")) == ["prompt"]


@pytest.mark.parametrize(
    ("problems", "field"),
    [
        ({"number": "too short"}, "number"),
        ({"prompt": "too short"}, "prompt"),
        ({"number": "too short", "prompt": "too short"}, "number"),
    ],
)
def test_the_cursor_stands_at_the_first_problem(problems: dict[str, str], field: str) -> None:
    assert focused(call_form(GENERAL, number="+1415", problems=problems)) == [field]


# Problems


def test_a_problem_is_named_right_below_its_field() -> None:
    form = call_form(GENERAL, number="+1415", problems={"number": "That is too short."})

    number, problem, prompt, place = form["blocks"][:4]
    assert [block.get("block_id") for block in (number, prompt, place)] == [
        "number",
        "prompt",
        "place",
    ]
    assert problem["elements"][0]["text"] == "⚠️ That is too short."


def test_every_problem_is_named() -> None:
    form = call_form(GENERAL, problems={"number": "No number.", "prompt": "No prompt."})

    assert "⚠️ No number." in texts_in(form)
    assert "⚠️ No prompt." in texts_in(form)
    assert problems_of_view(form) == []


def test_markup_in_a_problem_formats_nothing() -> None:
    form = call_form(GENERAL, problems={"number": "“<!channel>” is not only a number."})

    [problem] = form["blocks"][1]["elements"]
    assert (problem["type"], problem["text"]) == (
        "plain_text",
        "⚠️ “<!channel>” is not only a number.",
    )


@pytest.mark.parametrize("character", ["x", "&", "<", "😀"])
def test_the_longest_problem_stays_within_slacks_limits(character: str) -> None:
    form = call_form(GENERAL, problems={"number": character * 5000})

    assert problems_of_view(form) == []


# The longest values


@pytest.mark.parametrize("text", ["&" * 3000, "😀" * 3000, "a" + "\n" * 2998 + "z", "x" * 40_000])
def test_the_longest_texts_stay_within_slacks_limits(text: str) -> None:
    form = call_form(GENERAL, number=text, prompt=text)

    assert problems_of_view(form) == []


def test_a_prompt_of_the_full_length_is_kept_whole() -> None:
    form = call_form(GENERAL, prompt="x" * 3000)

    assert element(form, "prompt")["initial_value"] == "x" * 3000
    assert element(form, "prompt")["max_length"] == 3000


# What it carries


def carried_by(form: dict[str, Any]) -> Origin:
    """Return the origin that a form carries."""
    return Origin.model_validate_json(form["private_metadata"])


def test_it_carries_where_it_was_opened_from() -> None:
    origin = Origin(channel="CGENERAL", response_url="https://hooks.slack.com/commands/T1/2/3")

    assert carried_by(call_form(origin)) == origin


def test_it_may_carry_a_channel_alone() -> None:
    assert carried_by(call_form(GENERAL)) == Origin(channel="CGENERAL", response_url=None)


def test_the_longest_address_that_can_arrive_still_fits() -> None:
    origin = Origin(channel="C" * 40, response_url="https://hooks.slack.com/".ljust(2083, "x"))

    form = call_form(origin)

    assert len(form["private_metadata"]) < METADATA_MAX
    assert carried_by(form) == origin
    assert problems_of_view(form) == []


@given(channel=st.from_regex(r"[A-Z0-9]{1,40}", fullmatch=True), response_url=st.none() | st.text())
@settings(deadline=None)
def test_any_origin_is_read_back_as_it_was(channel: str, response_url: str | None) -> None:
    origin = Origin(channel=channel, response_url=response_url)

    assert carried_by(call_form(origin)) == origin


def test_what_another_version_carried_beside_it_is_ignored() -> None:
    metadata = '{"channel": "CGENERAL", "message_ts": "100.1"}'

    assert Origin.model_validate_json(metadata) == GENERAL


@pytest.mark.parametrize(
    "metadata",
    ["", "{", "null", "[]", "5", '"CGENERAL"', '{"channel": 5}', '{"channel": "<!here>"}'],
)
def test_metadata_that_is_no_origin_is_refused(metadata: str) -> None:
    with pytest.raises(ValueError, match="Origin"):
        Origin.model_validate_json(metadata)


# The house rules


def test_the_house_rules_stand_below_the_form_and_not_in_its_prompt() -> None:
    form = call_form(GENERAL, prompt="Book a table", house_rules="Say <first> that\nyou are an AI.")

    assert form["blocks"][-1] == {
        "type": "context",
        "elements": [
            {
                "type": "plain_text",
                "text": "House rules, given to the AI on every call: "
                "Say <first> that you are an AI.",
                "emoji": False,
            }
        ],
    }
    assert element(form, "prompt")["initial_value"] == "Book a table"


def test_house_rules_of_any_length_fit() -> None:
    assert problems_of_view(call_form(GENERAL, house_rules="<" * 10_000)) == []
