"""The details of a call: every field that CallCow sent, those in full that the result cut."""

import json
from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.formatting.text import duration, shown
from bot.blocks.messages.answers import in_words, label_of
from bot.blocks.views.pages import Paragraph, Style, paged
from bot.blocks.words.outcomes import how_it_ended
from bot.blocks.words.policy import NEUTRAL, Form
from bot.blocks.words.reasons import reason_sentence
from bot.blocks.words.standing import number_and_standing
from bot.core.calls.call import Call
from bot.core.calls.outcome import result_of
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason

NAME: Final = "details"
# These are shown by their meaning; the conversation has a view of its own.
_READ: Final = {"call_summary", "form_fills", "context", "messages"}
# How the call ended, in CallCow's own words.
_STATUSES: Final = ("call_status", "provider_status")
_DURATIONS: Final = ("duration", "duration_seconds", "call_duration")
_NOTHING: Final = "(no answer)"


def details(call: Call, page: int = 0, form: Form = NEUTRAL) -> dict[str, Any]:
    """Return the view with one page of the details, in the reader's form."""
    name, heading = f"{NAME}:{call.id}", number_and_standing(call)
    return paged("Details", name, heading, _paragraphs(call, form), page)


def _paragraphs(call: Call, form: Form) -> Iterator[Paragraph]:
    payload = call.result or {}
    result = result_of(call)
    if result.summary:
        yield Paragraph("Summary", result.summary, Style.MARKDOWN)
    elif reason := reason_sentence(call.reason, form):
        yield Paragraph("Why", reason)
    for item in (*result.answers, *result.context):
        value = item.value if shown(item.value, 1) else _NOTHING
        yield Paragraph(label_of(item) or "Collected", value)
    yield Paragraph("What was asked", call.prompt)
    if call.ending is EndReason.RESULT:
        yield Paragraph("Outcome", how_it_ended(call).words)
    if result.duration is not None:
        yield Paragraph("Duration", duration(result.duration))
    for name, value in payload.items():
        is_read = name in _READ | {*_STATUSES} or _is_duration(name, value, result)
        if not is_read and value not in (None, "", [], {}):
            yield Paragraph(in_words(name), _text(value))
    reported = [f"{name}: {_text(payload[name])}" for name in _STATUSES if payload.get(name)]
    if reported:
        yield Paragraph("Status codes from CallCow", "\n".join(reported))


def _is_duration(name: str, value: object, result: CallResult) -> bool:
    """Whether a field says no more than the duration that was read."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return name in _DURATIONS and is_number and value == result.duration


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
