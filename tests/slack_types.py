"""Slack's published types: whether a message or a view is valid by them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema_rs import Draft7Validator

from bot.demo.slack.server import LocalSlack

_SCHEMA: Final = json.loads(
    (Path(__file__).parent / "samples" / "slack_types.schema.3.2.0.json").read_text()
)


def _validator(name: str) -> Draft7Validator:
    return Draft7Validator({**_SCHEMA, "$ref": f"#/definitions/{name}"})


_MESSAGE: Final = _validator("Message")
_VIEWS: Final = {"modal": _validator("ModalView"), "home": _validator("HomeView")}
_OF_TYPE: Final[dict[str, Draft7Validator]] = {
    definition["properties"]["type"]["const"]: _validator(name)
    for name, definition in _SCHEMA["definitions"].items()
    if name.endswith("Block") and "const" in definition.get("properties", {}).get("type", {})
}


def type_problems_of_all_said(slack: LocalSlack) -> list[str]:
    """Return what is not as Slack's types say in anything that the bot has said there."""
    return [
        f"{what}: {problem}"
        for what, said in _said(slack)
        for problem in type_problems_of_request(said)
    ]


def _said(slack: LocalSlack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return all that the bot said: its requests, its answers, and those by `response_url`."""
    yield from ((one.method, one.arguments) for one in slack.requests)
    for sent in slack.sent:
        if sent.reply is not None and isinstance(sent.reply.json, Mapping):
            yield "answer", sent.reply.json
    for answered in slack.answered:
        if isinstance(answered.answer, Mapping):
            yield "response_url", answered.answer


def type_problems_of_request(arguments: Mapping[str, Any]) -> list[str]:
    """Return what is not as Slack's types say in the message or the view of a request."""
    found = list[str]()
    if isinstance(blocks := arguments.get("blocks"), list):
        found += type_problems_of_message(str(arguments.get("text")), blocks)
    if isinstance(view := arguments.get("view"), dict):
        found += type_problems_of_view(view)
    return found


def type_problems_of_message(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    """Return what is not as Slack's types say in a message."""
    return [*_problems(_MESSAGE, {"text": text}), *_problems_of_blocks(blocks)]


def type_problems_of_view(view: dict[str, Any]) -> list[str]:
    """Return what is not as Slack's types say in a modal or a home tab."""
    frame = {**view, "blocks": []}
    return [*_problems(_VIEWS[view["type"]], frame), *_problems_of_blocks(view["blocks"])]


def _problems_of_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    # Each by its own type: of a choice among all, no error would say what is wrong.
    return [
        f"{number}: {problem}"
        for number, block in enumerate(blocks)
        for problem in _problems(_OF_TYPE[block["type"]], block)
    ]


def _problems(validator: Draft7Validator, value: dict[str, Any]) -> list[str]:
    return [
        f"{'.'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]
