"""The few kinds of check that Slack's limits are made of; each names the place it fails at."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

# Given a value and the JSON pointer to it, a check yields what is wrong.
Check = Callable[[Any, str], Iterator[str]]


def problem(words: str, pointer: str) -> str:
    """Word a problem as Slack does."""
    return f"{words} [json-pointer:{pointer}]"


def string(maximum: int, minimum: int = 1) -> Check:
    """Check that a value is a string of a length between the two."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", pointer)
        elif len(value) > maximum:
            yield problem(f"must be less than {maximum + 1} characters", pointer)
        elif len(value) < minimum:
            yield problem(f"must be more than {minimum - 1} characters", pointer)

    return check


def number(minimum: int, maximum: int) -> Check:
    """Check that a value is a whole number between the two."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must be an integer", pointer)
        elif not minimum <= value <= maximum:
            yield problem(f"must be between {minimum} and {maximum}", pointer)

    return check


def boolean(value: Any, pointer: str) -> Iterator[str]:
    """Check that a value is true or false."""
    if not isinstance(value, bool):
        yield problem("must be a boolean", pointer)


def choice(*allowed: str) -> Check:
    """Check that a value is one of those."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield problem(f"must be one of {', '.join(allowed)}", pointer)

    return check


def items(each: Check, minimum: int, maximum: int) -> Check:
    """Check that a value is a list of so many, and each of its items."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", pointer)
            return
        if len(value) > maximum:
            yield problem(f"no more than {maximum} items allowed", pointer)
        if len(value) < minimum:
            yield problem(f"must have at least {minimum} item", pointer)
        for index, one in enumerate(value):
            yield from each(one, f"{pointer}/{index}")

    return check


def record(*, optional: Mapping[str, Check] | None = None, **required: Check) -> Check:
    """Check that a value is an object with those fields and no others."""
    fields = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", pointer)
            return
        for name in required:
            if name not in value:
                yield problem(f"missing required field: {name}", pointer)
        for name, content in value.items():
            if name in fields:
                yield from fields[name](content, f"{pointer}/{name}")
            else:
                yield problem(f"invalid additional property: {name}", pointer)

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """Check a value as the kind of object that its `type` says it is."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            rest = {name: content for name, content in value.items() if name != "type"}
            yield from kinds[kind](rest, pointer)
        else:
            yield problem(f"unsupported type: {kind}", f"{pointer}/type")

    return check


def text_object(maximum: int, *kinds: str) -> Check:
    """Check that a value is a text object, of those kinds or any, which is not empty."""
    options = {
        "plain_text": record(text=string(maximum), optional={"emoji": boolean}),
        "mrkdwn": record(text=string(maximum), optional={"verbatim": boolean}),
    }
    return typed({kind: options[kind] for kind in kinds or options})
