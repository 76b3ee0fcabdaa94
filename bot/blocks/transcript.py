"""The transcript: the conversation of a call, who said what, with the summary on top."""

from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.pages import paged
from bot.blocks.text import shown
from bot.core.call import Call
from bot.core.outcome import result_of
from bot.core.result import AI, PERSON

NAME: Final = "transcript"
# Any other speaker is shown as CallCow calls it.
_WHO: Final = {AI: "AI", PERSON: "Person called"}
_NOTHING: Final = "No conversation was recorded."


def transcript(call: Call, page: int = 0) -> dict[str, Any]:
    """Return the view with one page of the conversation."""
    return paged("Transcript", f"{NAME}:{call.id}", _paragraphs(call), page)


def _paragraphs(call: Call) -> Iterator[tuple[str, str]]:
    result = result_of(call)
    if result.summary:
        yield "Summary", result.summary
    said = [line for line in result.lines if shown(line.text, 1)]
    for line in said:
        yield _WHO.get(line.speaker, line.speaker), line.text
    if not said:
        yield "", _NOTHING
