"""Slack's limits: what is at one passes, what is past it is pointed at."""

from typing import Any

import pytest

from bot.demo.slack.limits import problems_of_message, problems_of_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def options(count: int, text: str = "x", value: str = "x") -> list[Json]:
    return [{"text": plain(text), "value": value} for _ in range(count)]


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def input_of(element: Json, label: str = "Label", **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": blocks} | {
        "blocks": list(blocks),
        **more,
    }


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


TEXT_INPUT = {"type": "plain_text_input"}
WORD = {"type": "text", "text": "x"}
AT_THE_LIMIT: list[Json] = [
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider", "block_id": "x" * 255},
    {"type": "section", "text": mrkdwn("x" * 3000), "accessory": button()},
    {"type": "section", "fields": [mrkdwn("x" * 100)] * 10},
    {"type": "section", "fields": [mrkdwn("x" * 2000)]},
    {"type": "context", "elements": [mrkdwn("x" * 2000)] + [plain("x")] * 9},
    {"type": "context", "elements": [{"type": "image", "image_url": "x", "alt_text": "x" * 2000}]},
    {
        "type": "section",
        "text": mrkdwn("x"),
        "accessory": {"type": "radio_buttons", "options": options(10)},
    },
    actions(button("x", accessibility_label="x" * 75, url="x" * 3000)),
    actions({"type": "overflow", "options": [{**options(1)[0], "description": plain("x" * 75)}]}),
    actions({"type": "datetimepicker", "initial_date_time": 9_999_999_999}),
    actions(*[button() for _ in range(25)]),
    rich(rich_section({**WORD, "style": {"bold": True, "italic": True}})),
    rich(rich_section({"type": "user", "user_id": "U1"}, {"type": "link", "url": "https://x"})),
    rich({"type": "rich_text_quote", "elements": [WORD]}),
    rich({"type": "rich_text_preformatted", "elements": [WORD]}),
    rich(
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 8,
            "elements": [rich_section(WORD)],
        }
    ),
    actions(button("x" * 75, value="x" * 2000, action_id="x" * 255, style="danger")),
    actions({"type": "overflow", "options": options(5)}),
    actions({"type": "overflow", "options": options(1)}),
    actions({"type": "static_select", "options": options(100, "x" * 75, "x")}),
    input_of({"type": "static_select", "options": options(1, "x", "x" * 150)}),
    input_of({"type": "radio_buttons", "options": options(10)}),
    input_of(TEXT_INPUT, "x" * 2000, hint=plain("x" * 2000), optional=True),
    input_of({**TEXT_INPUT, "max_length": 3000, "initial_value": "x" * 3000}),
    input_of({**TEXT_INPUT, "placeholder": plain("x" * 150), "multiline": True}),
    input_of({"type": "conversations_select", "default_to_current_conversation": True}),
    input_of({"type": "channels_select", "initial_channel": "C1"}),
    input_of({"type": "datetimepicker", "initial_date_time": 1_700_000_000}),
]
CONFIRM = {
    "title": plain("x" * 100),
    "text": plain("x" * 300),
    "confirm": plain("x" * 30),
    "deny": plain("x" * 30),
}


@pytest.mark.parametrize("block", [*AT_THE_LIMIT, actions(button(confirm=CONFIRM))])
def test_a_block_at_its_limit_is_fine(block: Json) -> None:
    assert problems_of_message([block], "text") == []
    assert problems_of_view(modal(block)) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (
            rich(rich_section({"type": "text", "text": ""})),
            "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
        ),
        (
            rich({"type": "rich_text_list", "style": "bullet", "elements": [WORD]}),
            "unsupported type: text [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
        (
            rich(),
            "must have at least 1 item [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "header", "text": plain("x" * 151)},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "header", "text": mrkdwn("x")},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        (
            {"type": "section", "text": mrkdwn("")},
            "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "section", "text": mrkdwn("x" * 3001)},
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            {"type": "section"},
            "missing required field: text or fields [json-pointer:/blocks/0]",
        ),
        (
            {"type": "section", "fields": [mrkdwn("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            {"type": "section", "fields": [mrkdwn("x" * 2001)]},
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        (
            {"type": "context", "elements": [mrkdwn("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "context", "elements": [mrkdwn("x" * 2001)]},
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/text]",
        ),
        (
            actions(*[button() for _ in range(26)]),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            actions(button("x" * 76)),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions(button(value="x" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            actions(button(action_id="x" * 256)),
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            actions(button(style="pink")),
            "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions(button(confirm=CONFIRM | {"deny": plain("x" * 31)})),
            "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/deny/text]",
        ),
        (
            actions({"type": "overflow", "options": options(6)}),
            "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(button(action_id="a"), button(action_id="a")),
            "action_id 'a' already exists [json-pointer:/blocks]",
        ),
        (
            input_of({"type": "radio_buttons", "options": options(11)}),
            "no more than 10 items allowed [json-pointer:/blocks/0/element/options]",
        ),
        (
            input_of(
                {"type": "radio_buttons", "options": options(1)}
                | {"initial_option": {"text": plain("y"), "value": "x"}}
            ),
            "initial_option is not one of the options [json-pointer:/blocks/0]",
        ),
        (
            input_of(
                {"type": "checkboxes", "options": options(1)}
                | {"initial_options": [{"text": plain("y"), "value": "x"}]}
            ),
            "initial_options are not among the options [json-pointer:/blocks/0]",
        ),
        (
            actions({"type": "overflow", "options": []}),
            "must have at least 1 item [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions({"type": "overflow", "options": options(1, "x" * 76)}),
            "must be less than 76 characters"
            " [json-pointer:/blocks/0/elements/0/options/0/text/text]",
        ),
        (
            input_of({"type": "static_select", "options": options(1, "x", "x" * 151)}),
            "must be less than 151 characters [json-pointer:/blocks/0/element/options/0/value]",
        ),
        (
            actions(button(accessibility_label="x" * 76)),
            "must be less than 76 characters"
            " [json-pointer:/blocks/0/elements/0/accessibility_label]",
        ),
        (
            input_of({"type": "datetimepicker", "initial_date_time": 1}),
            "must be between 1000000000 and 9999999999"
            " [json-pointer:/blocks/0/element/initial_date_time]",
        ),
        (
            input_of(TEXT_INPUT, "x" * 2001),
            "must be less than 2001 characters [json-pointer:/blocks/0/label/text]",
        ),
        (
            input_of(TEXT_INPUT, hint=plain("x" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/hint/text]",
        ),
        (
            input_of({**TEXT_INPUT, "max_length": 3001}),
            "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
        ),
        (
            input_of({**TEXT_INPUT, "max_length": 2, "initial_value": "xxx"}),
            "initial_value is longer than max_length"
            " [json-pointer:/blocks/0/element/initial_value]",
        ),
        (
            input_of({**TEXT_INPUT, "placeholder": plain("x" * 151)}),
            "must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]",
        ),
        (
            input_of(button()),
            "unsupported type: button [json-pointer:/blocks/0/element/type]",
        ),
        ({"type": "poem"}, "unsupported type: poem [json-pointer:/blocks/0/type]"),
        ("divider", "unsupported type: None [json-pointer:/blocks/0/type]"),
        (
            {"type": "divider", "colour": "red"},
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        (
            {"type": "divider", "block_id": "x" * 256},
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
    ],
)
def test_a_block_past_a_limit_is_pointed_at(block: Any, problem: str) -> None:
    assert problems_of_message([block], "text") == [problem]


def test_a_message_takes_fifty_blocks() -> None:
    divider = {"type": "divider"}

    assert problems_of_message([divider] * 50, "text") == []
    assert problems_of_message([divider] * 51, "text") == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]


def test_all_blocks_together_have_a_limit() -> None:
    blocks = [{"type": "section", "text": mrkdwn("x" * 2900)} for _ in range(5)]

    assert problems_of_message(blocks, "text") == [
        "more than 13200 characters [json-pointer:/blocks]"
    ]


def test_block_ids_are_unique() -> None:
    divider = {"type": "divider", "block_id": "a"}

    assert problems_of_message([divider, divider], "text") == [
        "block_id 'a' already exists [json-pointer:/blocks]"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no text [json-pointer:/text]"),
        (None, "no text [json-pointer:/text]"),
        ("x" * 40_001, "must be at most 40000 characters [json-pointer:/text]"),
    ],
)
def test_a_message_without_blocks_needs_a_text(text: str | None, problem: str) -> None:
    assert problems_of_message(None, text) == [problem]


def test_a_view_at_its_limits_is_fine() -> None:
    long = plain("x" * 24)
    view = modal(
        *[{"type": "divider"} for _ in range(100)],
        title=long,
        submit=long,
        close=long,
        private_metadata="x" * 3000,
        callback_id="x" * 255,
    )

    assert problems_of_view(view) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"title": plain("x" * 25)},
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            {"submit": plain("x" * 25)},
            "must be less than 25 characters [json-pointer:/view/submit/text]",
        ),
        (
            {"close": plain("x" * 25)},
            "must be less than 25 characters [json-pointer:/view/close/text]",
        ),
        (
            {"private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            {"callback_id": "x" * 256},
            "must be less than 256 characters [json-pointer:/view/callback_id]",
        ),
        (
            {"blocks": [{"type": "divider"}] * 101},
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        ({"blocks": None}, "must be an array [json-pointer:/view/blocks]"),
        ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
        ({"type": "page"}, "unsupported type: page [json-pointer:/view/type]"),
    ],
)
def test_a_view_past_a_limit_is_pointed_at(change: Json, problem: str) -> None:
    assert problems_of_view(modal() | change) == [problem]


def test_a_view_with_inputs_needs_a_submit() -> None:
    view = modal(input_of(TEXT_INPUT))
    del view["submit"]

    assert problems_of_view(view) == [
        "a view with input blocks needs a submit [json-pointer:/view/submit]"
    ]


def test_a_view_needs_a_title() -> None:
    view = modal()
    del view["title"]

    assert problems_of_view(view) == ["missing required field: title [json-pointer:/view]"]


def test_action_ids_are_unique_within_a_view() -> None:
    field = input_of({**TEXT_INPUT, "action_id": "field"})

    assert problems_of_view(modal(field, field)) == [
        "action_id 'field' already exists [json-pointer:/view/blocks]"
    ]


def test_one_element_of_a_view_has_the_focus() -> None:
    field = input_of({**TEXT_INPUT, "focus_on_load": True})

    assert problems_of_view(modal(field, field)) == [
        "only one element may have focus_on_load [json-pointer:/view/blocks]"
    ]


@pytest.mark.parametrize("view", [None, [], "modal", {}])
def test_what_is_no_view_is_refused(view: Any) -> None:
    assert problems_of_view(view) == ["unsupported type: None [json-pointer:/view/type]"]
