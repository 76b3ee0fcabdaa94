"""The transcript: the conversation of a call, who said what, with the summary on top."""

from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.pages import paged
from bot.blocks.text import shown
from bot.core.call import Call
from bot.core.outcome import Result

NAME: Final = "transcript"
# CallCow's roles (callcow-facts); any other is shown as it came.
_WHO: Final = {"assistant": "AI", "user": "Person called"}
_NOTHING: Final = "No conversation was recorded."


def transcript(call: Call, page: int = 0) -> dict[str, Any]:
    """Return the view with one page of the conversation."""
    return paged("Transcript", f"{NAME}:{call.id}", _paragraphs(call), page)


def _paragraphs(call: Call) -> Iterator[tuple[str, str]]:
    result = Result.read(call.result or {})
    if result.summary:
        yield "Summary", result.summary
    said = [(role, text) for role, text in result.messages if shown(text, 1)]
    for role, text in said:
        yield _WHO.get(role, role), text
    if not said:
        yield "", _NOTHING
