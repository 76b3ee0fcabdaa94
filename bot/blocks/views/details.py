"""The details of a call: every field that CallCow sent, those in full that the result cut."""

import json
from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.formatting.text import shown
from bot.blocks.messages.answers import in_words, label_of
from bot.blocks.views.pages import Paragraph, Style, paged
from bot.blocks.words.policy import NEUTRAL, Form
from bot.blocks.words.reasons import reason_sentence
from bot.blocks.words.standing import number_and_standing
from bot.core.calls.call import Call
from bot.core.calls.outcome import result_of

NAME: Final = "details"
# These are shown by their meaning; the conversation has a view of its own.
_READ: Final = {"call_summary", "form_fills", "context", "messages"}
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
    for name, value in payload.items():
        if name not in _READ and value not in (None, "", [], {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield Paragraph(in_words(name), text)
