"""All details of a call: every field that CallCow sent, those in full that the result cut."""

import json
from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.pages import paged
from bot.blocks.reasons import reason_sentence
from bot.blocks.text import shown
from bot.core.call import Call
from bot.core.outcome import outcome_of, result_of
from bot.core.phone import format_international

NAME: Final = "details"
# These are shown by their meaning; the conversation has a view of its own.
_READ: Final = {"call_summary", "form_fills", "context", "messages"}
_NOTHING: Final = "(no answer)"


def details(call: Call, page: int = 0) -> dict[str, Any]:
    """Return the view with one page of the details."""
    return paged("All details", f"{NAME}:{call.id}", _paragraphs(call), page)


def _paragraphs(call: Call) -> Iterator[tuple[str, str]]:
    payload = call.result or {}
    result = result_of(call)
    yield "Outcome", outcome_of(call).words
    yield "Number", format_international(call.recipient)
    yield "What was asked", call.prompt
    said = result.summary or reason_sentence(call.reason)
    yield from (("Summary", text) for text in [said] if text)
    for item in (*result.answers, *result.context):
        yield item.label or "Collected", item.value if shown(item.value, 1) else _NOTHING
    for name, value in payload.items():
        if name not in _READ and value not in (None, "", [], {}):
            yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
