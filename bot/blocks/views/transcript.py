"""The transcript: the conversation of a call, who said what, with the summary on top."""

from collections.abc import Iterator
from typing import Any, Final

from bot.blocks.formatting.text import shown
from bot.blocks.views.pages import Paragraph, Style, paged
from bot.blocks.words.standing import number_and_standing
from bot.core.calls.call import Call
from bot.core.calls.outcome import result_of
from bot.core.calls.result import AI, PERSON

NAME: Final = "transcript"
# Any other speaker is shown as CallCow calls it.
_WHO: Final = {AI: "🤖 AI", PERSON: "👤 Person called"}
_NOTHING: Final = "No conversation was recorded."


def transcript(call: Call, page: int = 0) -> dict[str, Any]:
    """Return the view with one page of the conversation."""
    name, heading = f"{NAME}:{call.id}", number_and_standing(call)
    return paged("Transcript", name, heading, _paragraphs(call), page)


def _paragraphs(call: Call) -> Iterator[Paragraph]:
    result = result_of(call)
    if result.summary:
        yield Paragraph("Summary", result.summary, Style.MARKDOWN)
    said = [line for line in result.lines if shown(line.text, 1)]
    for line in said:
        style = Style.PLAIN if line.speaker == AI else Style.QUOTED
        yield Paragraph(_WHO.get(line.speaker, line.speaker), line.text, style)
    if not said:
        yield Paragraph("", _NOTHING)
