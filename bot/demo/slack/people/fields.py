"""What a person fills into a view, and what the view becomes by the bot's reply to it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bot.demo.slack.contents import Blocks, Channel, View
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.limits import elements_of, problems_of_view
from bot.demo.slack.payloads import with_ids
from bot.demo.slack.workspace import Workspace

Element = Mapping[str, Any]

# For each type of element: where its value stands in the state, and where its initial value.
_STATE: Final = {
    "plain_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
# Of these several values can be chosen.
_SEVERAL: Final = {"checkboxes", "multi_users_select"}
# After a modal was opened, two more can be pushed.
STACK_VIEWS: Final = 3
_FILTER_NAMES: Final = {"public": "public", "private": "private", "direct": "im"}


class NotSubmittable(ValueError):
    """Slack would not let a person send this."""


def state_values(
    blocks: Blocks, given: Mapping[str, Any], current: Channel | None
) -> dict[str, Any]:
    """Return `state.values` for what a person fills in, by block_id or action_id.

    What is not given keeps its initial value; None empties it. An option is given by its value,
    what is checked by a list of values.
    `current` is the conversation that the person came from.
    """
    state: dict[str, Any] = {}
    left = set(given)
    for block, element in _fields(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        name = block_id if block_id in given else action_id
        left.discard(name)
        initial = _initial(element, current)
        content = _content(element, given[name], name) if name in given else initial
        field = {"type": element["type"], _STATE[element["type"]][0]: content}
        state.setdefault(block_id, {})[action_id] = field
    if left:
        raise NotSubmittable(f"the view has no {', '.join(sorted(left))}")
    return state


def require_complete(blocks: Blocks, state: Mapping[str, Any]) -> None:
    """Raise `NotSubmittable` where an input that is not optional is empty."""
    for block, element in _fields(blocks):
        field = state[block["block_id"]][element["action_id"]]
        empty = field[_STATE[element["type"]][0]] in (None, [])
        if block["type"] == "input" and empty and not block.get("optional", False):
            raise NotSubmittable(f"{block['block_id']} is required")


def filled_in(used: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """Return what a used element puts in the state, as `state_values` takes it."""
    return {used["action_id"]: value} if used["type"] in _STATE else {}


def take_reply(workspace: Workspace, view: View, reply: Reply) -> str | None:
    """Do to a view what the bot's reply says; return what is wrong with the reply, if anything."""
    if reply.problem or not reply.text.strip():
        if not reply.problem:
            workspace.close_views([view])
        return reply.problem
    answer = reply.json if isinstance(reply.json, dict) else {}
    take = _ACTIONS.get(answer.get("response_action", ""))
    if take is None:
        return f"no response_action of Slack's: {reply.text}"
    problem = take(workspace, view, answer)
    workspace.changes.notify()
    return problem


def _take_errors(_workspace: Workspace, view: View, answer: Mapping[str, Any]) -> str | None:
    errors = answer.get("errors")
    fields = _fields(with_ids(view.payload["blocks"]))
    inputs = {block["block_id"] for block, _ in fields if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        return f"errors must name input blocks: {errors}"
    view.errors = errors
    return None


def _take_clear(workspace: Workspace, view: View, _answer: Mapping[str, Any]) -> None:
    workspace.close_views(view.stack)


def _take_update(workspace: Workspace, view: View, answer: Mapping[str, Any]) -> str | None:
    problems = problems_of_view(answer.get("view"))
    if problems:
        return "; ".join(problems)
    workspace.update_view(view, answer["view"])
    return None


def _take_push(workspace: Workspace, view: View, answer: Mapping[str, Any]) -> str | None:
    problems = problems_of_view(answer.get("view"))
    if not problems and len(list(view.stack)) == STACK_VIEWS:
        problems = ["push_limit_reached"]
    if problems:
        return "; ".join(problems)
    workspace.open_view(view.user, answer["view"], view.channel, view)
    return None


_ACTIONS: Final[Mapping[str, Callable[[Workspace, View, Mapping[str, Any]], str | None]]] = {
    "errors": _take_errors,
    "clear": _take_clear,
    "update": _take_update,
    "push": _take_push,
}


def _fields(blocks: Blocks) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _STATE:
                yield block, element


def _initial(element: Element, current: Channel | None) -> Any:
    initial = element.get(_STATE[element["type"]][1])
    if initial is None and element.get("default_to_current_conversation") and current:
        wanted = element.get("filter", {}).get("include")
        if wanted is None or _FILTER_NAMES[current.kind] in wanted:
            return current.id
    return initial or ([] if element["type"] in _SEVERAL else None)


def _content(element: Element, given: Any, name: str) -> Any:
    if element["type"] == "checkboxes":
        return [_option(element, value, name) for value in given or ()]
    if element["type"] in _SEVERAL:
        return list(given or ())
    if given in (None, ""):
        return None
    if "options" in element:
        return _option(element, given, name)
    if element["type"] == "plain_text_input":
        lowest, highest = element.get("min_length", 0), element.get("max_length", 3000)
        if not lowest <= len(given) <= highest:
            raise NotSubmittable(f"{name} takes {lowest} to {highest} characters")
    return given


def _option(element: Element, value: Any, name: str) -> dict[str, Any]:
    for option in element["options"]:
        if option["value"] == value:
            found: dict[str, Any] = option
            return found
    raise NotSubmittable(f"{name} has no option {value!r}")
