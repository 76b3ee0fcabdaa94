"""Slack's documented limits on messages and views, and what in a given one breaks them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.demo.slack.rich_text import RICH_TEXT
from bot.demo.slack.schema import (
    Check,
    boolean,
    choice,
    items,
    number,
    record,
    string,
    text_object,
    typed,
)

MESSAGE_TEXT: Final = 40_000
UPDATE_TEXT_BYTES: Final = 4_000
MESSAGE_BLOCKS: Final = 50
# Undocumented. Reports agree on about this many characters of the blocks as JSON.
ALL_BLOCKS_CHARACTERS: Final = 13_200
VIEW_BYTES: Final = 250_000

_ID: Final = string(255)
_PLACEHOLDER: Final = text_object(150, "plain_text")
_CONFIRM: Final = record(
    title=text_object(100, "plain_text"),
    text=text_object(300),
    confirm=text_object(30, "plain_text"),
    deny=text_object(30, "plain_text"),
    optional={"style": choice("primary", "danger")},
)


def _options(maximum: int, kinds: Sequence[str] = ("plain_text",)) -> tuple[Check, Check]:
    option = record(
        text=text_object(75, *kinds),
        value=string(150),
        optional={"description": text_object(75, *kinds), "url": string(3000)},
    )
    return option, items(option, 1, maximum)


_SELECT_OPTION, _SELECT_OPTIONS = _options(100)
_RADIO_OPTION, _RADIO_OPTIONS = _options(10, ("plain_text", "mrkdwn"))
_OVERFLOW_OPTIONS = _options(5)[1]
_PICKER: Final[Mapping[str, Check]] = {
    "action_id": _ID,
    "confirm": _CONFIRM,
    "focus_on_load": boolean,
}
_SELECT: Final[Mapping[str, Check]] = {**_PICKER, "placeholder": _PLACEHOLDER}
_INTERACTIVE: Final[Mapping[str, Check]] = {
    "button": record(
        text=text_object(75, "plain_text"),
        optional={
            "action_id": _ID,
            "value": string(2000),
            "url": string(3000),
            "style": choice("primary", "danger"),
            "confirm": _CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": record(options=_OVERFLOW_OPTIONS, optional={"action_id": _ID, "confirm": _CONFIRM}),
    "radio_buttons": record(
        options=_RADIO_OPTIONS, optional={**_PICKER, "initial_option": _RADIO_OPTION}
    ),
    "checkboxes": record(
        options=_RADIO_OPTIONS, optional={**_PICKER, "initial_options": _RADIO_OPTIONS}
    ),
    "static_select": record(
        options=_SELECT_OPTIONS, optional={**_SELECT, "initial_option": _SELECT_OPTION}
    ),
    "multi_users_select": record(
        optional={
            **_SELECT,
            "initial_users": items(string(255), 1, 100),
            "max_selected_items": number(1, 100),
        }
    ),
    "channels_select": record(
        optional={**_SELECT, "initial_channel": string(255), "response_url_enabled": boolean}
    ),
    "conversations_select": record(
        optional={
            **_SELECT,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": record(
                optional={
                    "include": items(choice("im", "mpim", "private", "public"), 1, 4),
                    "exclude_bot_users": boolean,
                    "exclude_external_shared_channels": boolean,
                }
            ),
        }
    ),
}
_DATETIMEPICKER: Final = record(
    optional={**_PICKER, "initial_date_time": number(10**9, 10**10 - 1)}
)
_PLAIN_TEXT_INPUT: Final = record(
    optional={
        "action_id": _ID,
        "placeholder": _PLACEHOLDER,
        "initial_value": string(3000, 0),
        "multiline": boolean,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
        "focus_on_load": boolean,
        "dispatch_action_config": record(
            trigger_actions_on=items(choice("on_enter_pressed", "on_character_entered"), 1, 2)
        ),
    }
)
_INPUT_ELEMENTS: Final[Mapping[str, Check]] = {
    **{name: check for name, check in _INTERACTIVE.items() if name not in ("button", "overflow")},
    "datetimepicker": _DATETIMEPICKER,
    "plain_text_input": _PLAIN_TEXT_INPUT,
}
_IMAGE: Final = record(image_url=string(3000), alt_text=string(2000))
_CONTEXT_ELEMENT: Final = typed(
    {
        "image": _IMAGE,
        "plain_text": record(text=string(2000), optional={"emoji": boolean}),
        "mrkdwn": record(text=string(2000), optional={"verbatim": boolean}),
    }
)
_BLOCK: Final = typed(
    {
        "header": record(text=text_object(150, "plain_text"), optional={"block_id": _ID}),
        "divider": record(optional={"block_id": _ID}),
        "section": record(
            optional={
                "block_id": _ID,
                "text": text_object(3000),
                "fields": items(text_object(2000), 1, 10),
                "accessory": typed({**_INTERACTIVE, "image": _IMAGE}),
                "expand": boolean,
            }
        ),
        "rich_text": RICH_TEXT,
        "context": record(elements=items(_CONTEXT_ELEMENT, 1, 10), optional={"block_id": _ID}),
        "actions": record(
            elements=items(typed({**_INTERACTIVE, "datetimepicker": _DATETIMEPICKER}), 1, 25),
            optional={"block_id": _ID},
        ),
        "input": record(
            label=text_object(2000, "plain_text"),
            element=typed(_INPUT_ELEMENTS),
            optional={
                "block_id": _ID,
                "hint": text_object(2000, "plain_text"),
                "optional": boolean,
                "dispatch_action": boolean,
            },
        ),
    }
)
_VIEW_COMMON: Final[Mapping[str, Check]] = {
    "callback_id": _ID,
    "external_id": _ID,
    "private_metadata": string(3000, 0),
}
_TITLE: Final = text_object(24, "plain_text")
_VIEW: Final = typed(
    {
        "modal": record(
            title=_TITLE,
            blocks=items(_BLOCK, 0, 100),
            optional={
                **_VIEW_COMMON,
                "submit": _TITLE,
                "close": _TITLE,
                "clear_on_close": boolean,
                "notify_on_close": boolean,
            },
        ),
        "home": record(blocks=items(_BLOCK, 0, 100), optional=_VIEW_COMMON),
    }
)
_MESSAGE_BLOCKS: Final = items(_BLOCK, 0, MESSAGE_BLOCKS)


def problems_of_blocks(blocks: Any) -> list[str]:
    """Say what Slack would answer `invalid_blocks` to in the blocks of a message."""
    across = _problems_across(blocks, "/blocks", in_one_view=False)
    return [*_MESSAGE_BLOCKS(blocks, "/blocks"), *across]


def problems_of_message(blocks: Any, text: Any) -> list[str]:
    """Say what Slack would refuse in a message, each with a JSON pointer to the place."""
    problems = problems_of_blocks(blocks or [])
    if not isinstance(text, str) or not (text or blocks):
        problems.append("no text [json-pointer:/text]")
    elif len(text) > MESSAGE_TEXT:
        problems.append(f"must be at most {MESSAGE_TEXT} characters [json-pointer:/text]")
    if blocks and characters_of_blocks(blocks) > ALL_BLOCKS_CHARACTERS:
        problems.append(f"more than {ALL_BLOCKS_CHARACTERS} characters [json-pointer:/blocks]")
    return problems


def problems_of_view(view: Any) -> list[str]:
    """Say what Slack would refuse in a view, each with a JSON pointer to the place."""
    problems = list(_VIEW(view, "/view"))
    if not isinstance(view, dict):
        return problems
    blocks = view.get("blocks")
    if view.get("type") == "modal" and "submit" not in view and any(_inputs(blocks)):
        problems.append("a view with input blocks needs a submit [json-pointer:/view/submit]")
    return [*problems, *_problems_across(blocks, "/view/blocks", in_one_view=True)]


def characters_of_blocks(blocks: Any) -> int:
    """Count the characters of all blocks together, as Slack seems to: as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def elements_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the elements of a block which a person can use, wherever the block keeps them."""
    if block.get("type") == "rich_text":
        return []
    candidates = [block.get("element"), block.get("accessory")]
    if isinstance(block.get("elements"), list):
        candidates += block["elements"]
    return [
        element
        for element in candidates
        if isinstance(element, dict)
        and element.get("type") not in ("plain_text", "mrkdwn", "image")
    ]


def _inputs(blocks: Any) -> Iterator[dict[str, Any]]:
    return (block for block in _dicts(blocks) if block.get("type") == "input")


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _problems_across(blocks: Any, pointer: str, *, in_one_view: bool) -> Iterator[str]:
    """Find what no single place can know: doubled ids, lengths that contradict each other."""
    every_block = _dicts(blocks)
    yield from _doubled("block_id", [block.get("block_id") for block in every_block], pointer)
    groups = [elements_of(block) for block in every_block]
    if in_one_view:
        groups = [[element for group in groups for element in group]]
    for group in groups:
        yield from _doubled("action_id", [element.get("action_id") for element in group], pointer)
    focused = [one for group in groups for one in group if one.get("focus_on_load") is True]
    if len(focused) > 1:
        yield f"only one element may have focus_on_load [json-pointer:{pointer}]"
    for index, block in enumerate(every_block):
        place = f"{pointer}/{index}"
        if block.get("type") == "section" and not ("text" in block or "fields" in block):
            yield f"missing required field: text or fields [json-pointer:{place}]"
        yield from _contradictions(block.get("element"), f"{place}/element")
        for element in elements_of(block):
            initial = element.get("initial_option")
            if initial is not None and initial not in (element.get("options") or []):
                yield f"initial_option is not one of the options [json-pointer:{place}]"
            for checked in _dicts(element.get("initial_options")):
                if checked not in (element.get("options") or []):
                    yield f"initial_options are not among the options [json-pointer:{place}]"


def _doubled(name: str, ids: Sequence[Any], pointer: str) -> Iterator[str]:
    for one, times in Counter(one for one in ids if isinstance(one, str)).items():
        if times > 1:
            yield f"{name} {one!r} already exists [json-pointer:{pointer}]"


def _contradictions(element: Any, pointer: str) -> Iterator[str]:
    if not isinstance(element, dict) or element.get("type") != "plain_text_input":
        return
    initial = element.get("initial_value")
    length = len(initial) if isinstance(initial, str) else 0
    longest = element.get("max_length", 3000)
    if isinstance(longest, int) and length > longest:
        yield f"initial_value is longer than max_length [json-pointer:{pointer}/initial_value]"
    shortest = element.get("min_length", 0)
    if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
        yield f"min_length is greater than max_length [json-pointer:{pointer}/min_length]"
