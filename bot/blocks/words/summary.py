"""What there is to say of how a call ended, beyond the outcome's own words."""

import json
import re
from typing import Final

from slack_sdk.models.blocks import RichTextElement

from bot.blocks.formatting.inline import section, words
from bot.blocks.formatting.markup import plain_text, rich_text
from bot.core.calls.call import Call
from bot.core.calls.outcome import Outcome, outcome_of, result_of
from bot.core.calls.states import EndReason

NOBODY_HEARD: Final = "⚠️ Nobody is heard on the other side in the transcript."

# A summary that may say no more than the outcome is shorter than this.
_EMPTY_MAX: Final = 200
# What a text with its styles may take of a message's 13,000 characters.
_WRITTEN_MAX: Final = 7_000
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FILLERS: Final = frozenset(
    ("a", "an", "and", "be", "been", "but", "by", "call", "called", "customer", "had", "has", "is",
     "it", "of", "on", "outcome", "person", "phone", "number", "recipient", "result", "status",
     "the", "their", "this", "to", "was", "were", "with")
)  # fmt: skip
_UNANSWERED: Final = frozenset(
    ("answer", "answered", "did", "didn't", "no", "nobody", "not", "one", "pick", "picked",
     "response", "there", "unanswered", "up")
)  # fmt: skip
_WORDS: Final = {
    Outcome.COMPLETED: frozenset(
        ("complete", "completed", "ended", "finished", "successful", "successfully")
    ),
    Outcome.NO_ANSWER: _UNANSWERED,
    Outcome.NOT_PICKED_UP: _UNANSWERED,
    Outcome.BUSY: frozenset(("busy", "line")),
    Outcome.FAILED: frozenset(
        ("connect", "connected", "could", "couldn't", "failed", "not", "unable")
    ),
    Outcome.CANCELED: frozenset(("canceled", "cancelled")),
    Outcome.VOICEMAIL: frozenset(
        ("answered", "got", "mail", "reached", "voice", "voicemail", "went")
    ),
}


def summary_of(call: Call) -> str:
    """Return CallCow's summary of a call as it came; empty if it says no more than the outcome."""
    summary = result_of(call).summary
    if len(summary) > _EMPTY_MAX:
        return summary
    said = plain_text(summary, _EMPTY_MAX).lower().replace("’", "'")
    known = _FILLERS | _WORDS.get(outcome_of(call), frozenset())
    return summary if set(_WORD.findall(said)) - known else ""


def formatted(text: str, limit: int, *, bold: bool = False) -> list[RichTextElement]:
    """Return what CallCow wrote as rich text of at most `limit` characters; nothing for nothing.

    Where its markup takes more room than a message has, it is left out.
    """
    elements = rich_text(text, limit, bold=bold)
    written = json.dumps([element.to_dict() for element in elements], ensure_ascii=False)
    if len(written) <= _WRITTEN_MAX or not (plain := plain_text(text, limit)):
        return elements
    return [section([words(plain, *(["bold"] if bold else []))])]


def caution_about(call: Call) -> str:
    """Return what makes a completed call doubtful; empty if nothing does."""
    is_doubtful = (
        call.ending is EndReason.RESULT
        and outcome_of(call) is Outcome.COMPLETED
        and result_of(call).is_one_sided
    )
    return NOBODY_HEARD if is_doubtful else ""
