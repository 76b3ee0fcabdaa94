"""Reading a JSON object from outside: nothing in it can end the process or fail to be kept."""

import json
from typing import Any, Final

# Python refuses to read longer integers at all.
_DIGITS_MAX: Final = 4000
# What is nested deeper could be read, but neither written nor shown again.
_DEPTH_MAX: Final = 100


def parse_object(body: str) -> dict[str, Any]:
    """Return the JSON object in `body`; raise `ValueError` if there is none."""
    try:
        value = json.loads(
            body,
            parse_int=lambda digits: int(digits) if len(digits) < _DIGITS_MAX else digits,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    if _is_deeper_than(_DEPTH_MAX, value):
        raise ValueError("nested too deeply")
    return value


def _is_deeper_than(limit: int, value: Any) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return bool(level)


def _finite(number: str) -> float | str:
    value = float(number)
    return number if value in (float("inf"), float("-inf")) else value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
