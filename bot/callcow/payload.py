"""CallCow's terminal payload, read once on arrival into a normalized result.

Whatever does not fit the contract is read as well as it can be, and shown as text; the raw
payload is kept beside it.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from bot.core.calls.result import AI, PERSON, Answer, CallResult, TranscriptLine

# The API reference documents no shape of a message; these are names in use.
_ROLE_NAMES: Final = ("role", "speaker", "from", "sender", "who")
_TEXT_NAMES: Final = ("content", "text", "message", "utterance", "transcript")
_SPEAKERS: Final = {
    **dict.fromkeys(("assistant", "agent", "bot", "ai", "model"), AI),
    **dict.fromkeys(
        ("user", "human", "person", "customer", "callee", "recipient", "client"), PERSON
    ),
}
_LABEL_NAMES: Final = ("name", "field", "key", "label")
_VALUE_NAMES: Final = ("value", "answer")
_DURATION_NAMES: Final = ("duration", "duration_seconds", "call_duration")


def read_payload(payload: Mapping[str, Any]) -> CallResult:
    """Return what `payload` says; an odd type is kept as text, never refused."""
    return CallResult(
        call_status=_text(payload.get("call_status")),
        provider_status=_text(payload.get("provider_status")),
        summary=_text(payload.get("call_summary")),
        lines=tuple(
            line for item in _items(_unpacked(payload.get("messages"))) for line in _lines(item)
        ),
        answers=tuple(
            answer for item in _items(payload.get("form_fills")) for answer in _answers(item)
        ),
        context=_pairs(_unpacked(payload.get("context"))),
        duration=_duration(payload),
    )


def _lines(item: Any) -> tuple[TranscriptLine, ...]:
    if not isinstance(item, Mapping):
        return (TranscriptLine("", _text(item)),)
    role = _text(next((item[name] for name in _ROLE_NAMES if name in item), None))
    for name in _TEXT_NAMES:
        if name in item:
            return (TranscriptLine(_SPEAKERS.get(role.lower(), role), _said(item[name])),)
    # A line can be the speaker's name with what was said.
    if item and all(str(name).lower() in _SPEAKERS for name in item):
        return tuple(
            TranscriptLine(_SPEAKERS[str(name).lower()], _said(text)) for name, text in item.items()
        )
    return (TranscriptLine(role, _text(item)),)


def _said(value: Any) -> str:
    """Return what was said, also where it comes in parts, each with a text of its own."""
    if isinstance(value, list) and value:
        parts = [part.get("text") if isinstance(part, Mapping) else part for part in value]
        if all(isinstance(part, str) for part in parts):
            return " ".join(str(part).strip() for part in parts)
    return _text(value)


def _answers(item: Any) -> tuple[Answer, ...]:
    # One entry's shape is documented nowhere: these are the names it is likely to use.
    if isinstance(item, Mapping):
        label = next((item[name] for name in _LABEL_NAMES if name in item), None)
        for name in _VALUE_NAMES:
            if label is not None and name in item:
                return (Answer(_text(label), _text(item[name])),)
    return _pairs(item)


def _duration(payload: Mapping[str, Any]) -> float | None:
    for name in _DURATION_NAMES:
        value = payload.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            seconds = float(value) if abs(value) < 1e9 else math.inf
            return seconds if math.isfinite(seconds) else None
    return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to show)"


def _items(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _unpacked(value: Any) -> Any:
    # The older webhook sends the context as a string that holds JSON.
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _pairs(value: Any) -> tuple[Answer, ...]:
    if isinstance(value, Mapping):
        return tuple(Answer(str(name), _text(item)) for name, item in value.items())
    return tuple(Answer("", text) for item in _items(value) if (text := _text(item)))
