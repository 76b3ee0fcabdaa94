"""What CallCow reported of a call, read as well as it can be, and the words for it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from bot.core.call import Call, EndReason

# DESIGN §4: call_status and provider_status (seed), the words, and a name for counters.
_ROWS: Final = {
    ("success", "completed"): ("✅", "Completed", "completed"),
    ("not_picked_up", "no-answer"): ("📵", "No answer", "no_answer"),
    ("not_picked_up", "busy"): ("⏳", "Line busy", "busy"),
    ("not_picked_up", "failed"): ("❌", "Call failed", "failed"),
    ("not_picked_up", "canceled"): ("🚫", "Canceled", "canceled"),
    ("voicemail", "completed"): ("📼", "Reached voicemail", "voicemail"),
}
_BY_CALL_STATUS: Final = {
    "success": ("✅", "Completed", "completed"),
    "not_picked_up": ("📵", "Not picked up", "not_picked_up"),
    "voicemail": ("📼", "Reached voicemail", "voicemail"),
}
_WITHOUT_RESULT: Final = {
    EndReason.NOT_PLACED: ("⚠️", "Not placed", "not_placed"),
    EndReason.CANCELED: ("🚫", "Canceled before dialing", "canceled_before_dialing"),
    EndReason.NO_RESULT: ("❔", "No result received", "no_result"),
    EndReason.INCOMPLETE: ("✏️", "Incomplete", "incomplete"),
}


@dataclass(frozen=True)
class Outcome:
    """How a call ended: an icon, the words of DESIGN §4 (unescaped), a name for counters."""

    icon: str
    words: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The parts of a terminal payload, whatever their types were; texts are unescaped."""

    call_status: str
    provider_status: str
    summary: str
    messages: tuple[tuple[str, str], ...]
    form_fills: tuple[tuple[str, str], ...]
    context: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Self:
        """Return what `payload` says; an odd type is shown as text, never refused."""
        return cls(
            call_status=_text(payload.get("call_status")),
            provider_status=_text(payload.get("provider_status")),
            summary=_text(payload.get("call_summary")),
            messages=tuple(_message(item) for item in _items(payload.get("messages"))),
            form_fills=tuple(
                pair for item in _items(payload.get("form_fills")) for pair in _form_fill(item)
            ),
            context=_pairs(_unpacked(payload.get("context"))),
        )

    @property
    def outcome(self) -> Outcome:
        """The words for the two statuses, by the table of DESIGN §4."""
        row = _ROWS.get((self.call_status, self.provider_status))
        if row:
            return Outcome(*row)
        icon, words, name = _BY_CALL_STATUS.get(self.call_status, ("☎️", self.call_status, "other"))
        beside = f" ({self.provider_status})" if self.provider_status else ""
        return Outcome(icon, (words or "Ended") + beside, name)

    @property
    def is_terminal(self) -> bool:
        """Whether the statuses are a row of DESIGN §4: a poll's answer is news only then."""
        return self.call_status in _BY_CALL_STATUS


def outcome_of(call: Call) -> Outcome:
    """Return how an ended call ended."""
    if call.ending in (None, EndReason.RESULT):
        return Result.read(call.result or {}).outcome
    return Outcome(*_WITHOUT_RESULT[call.ending])


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


def _message(item: Any) -> tuple[str, str]:
    if isinstance(item, Mapping) and "content" in item:
        return _text(item.get("role")), _text(item["content"])
    return "", _text(item)


def _form_fill(item: Any) -> tuple[tuple[str, str], ...]:
    # One entry's shape is documented nowhere: these are the names it is likely to use.
    if isinstance(item, Mapping):
        label = next((item[key] for key in ("name", "field", "key", "label") if key in item), None)
        for key in ("value", "answer"):
            if label is not None and key in item:
                return ((_text(label), _text(item[key])),)
    return _pairs(item)


def _unpacked(value: Any) -> Any:
    # The older webhook sends the context as a string that holds JSON (callcow-facts).
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Mapping):
        return tuple((str(key), _text(item)) for key, item in value.items())
    return tuple(("", text) for item in _items(value) if (text := _text(item)))
