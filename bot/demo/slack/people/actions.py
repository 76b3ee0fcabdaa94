"""What Slack says of an element that a person used: the one entry of `actions`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.demo.slack.limits import elements_of
from bot.demo.slack.payloads import Payload

# The value of a button or an option, those of what is checked, the text of an input, the seconds of
# a date and time.
Chosen = str | int | Sequence[str] | None

_BUTTON: Final = ("text", "value", "style", "url", "confirm")
_NAMES: Final = {
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
}


def action(
    blocks: Sequence[Mapping[str, Any]], action_id: str, value: Chosen, action_ts: str
) -> Payload:
    """Write the press of a button, or the choice of a value in another element.

    Where several buttons have the same action_id, the value tells which. Raise LookupError for
    what a person could not have used, or what Slack does not tell of.
    """
    for block in blocks:
        if block["type"] == "input" and not block.get("dispatch_action"):
            continue
        for element in elements_of(block):
            chosen = _chosen(element, value) if element.get("action_id") == action_id else None
            if chosen is not None:
                return {
                    "type": element["type"],
                    "action_id": action_id,
                    "block_id": block["block_id"],
                    "action_ts": action_ts,
                    **chosen,
                }
    raise LookupError(f"no element {action_id!r} with the value {value!r} there")


def _chosen(element: Mapping[str, Any], value: Chosen) -> Payload | None:
    if element["type"] == "button":
        kept = {name: element[name] for name in _BUTTON if name in element}
        return kept if value in (None, element.get("value")) else None
    if element["type"] in _NAMES:
        return {_NAMES[element["type"]]: value}
    if element["type"] == "checkboxes":
        checked = value if isinstance(value, list) else []
        return {"selected_options": [one for one in element["options"] if one["value"] in checked]}
    options = [one for one in element.get("options", []) if one["value"] == value]
    return {"selected_option": options[0]} if options else None
