"""What is said on a simulated call: a short conversation that fits its prompt."""

import re
from dataclasses import dataclass
from typing import Final

from bot.demo.callcow_contract import Outcome

_DAYS: Final = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_DAY: Final = re.compile(rf"\b({_DAYS}|today|tonight|tomorrow)\b", re.IGNORECASE)
_TIME: Final = re.compile(
    r"\b(\d{1,2}(?::\d{2})?\s?[ap]m|\d{1,2}:\d{2}|noon|midnight)\b", re.IGNORECASE
)
_FULL_NAME: Final = rf"(?!(?:{_DAYS})\b)[A-Z][a-z]+(?: [A-Z][a-z]+)*"
# A possessive at the very beginning is left out: the first word, a verb, has a capital as well.
_NAME: Final = re.compile(rf"\b(?:for|under|name is) ({_FULL_NAME})|(?<=\s)({_FULL_NAME})['’]s\b")

_UNANSWERED: Final[dict[Outcome, str]] = {
    "no_answer": "No one answered.",
    "busy": "The line was busy.",
    "failed": "The call could not be connected.",
    "canceled": "The call was canceled.",
}


@dataclass(frozen=True)
class Line:
    """One thing said; roles are those of CallCow's messages."""

    role: str
    content: str


@dataclass(frozen=True)
class Conversation:
    """The lines of a call, its summary, and what the person at the other end confirmed."""

    summary: str
    lines: tuple[Line, ...] = ()
    details: tuple[tuple[str, str], ...] = ()

    @property
    def messages(self) -> list[dict[str, str]]:
        """The lines in the shape of CallCow's messages."""
        return [{"role": line.role, "content": line.content} for line in self.lines]

    @property
    def form_fills(self) -> list[dict[str, str]]:
        """The details as form fills; the shape of one is documented nowhere."""
        return [{"name": name, "value": value} for name, value in self.details]


def converse(prompt: str, outcome: Outcome) -> Conversation:
    """Return what is said on a call with that prompt and that end."""
    if outcome in _UNANSWERED:
        return Conversation(_UNANSWERED[outcome])
    details = _details(prompt)
    opening = _opening(prompt, details)
    if outcome == "voicemail":
        greeting = Line("user", "You have reached our voicemail. Please leave a message.")
        return Conversation("Reached voicemail and left a message.", (greeting, opening))
    agreed = ", ".join(value for _, value in details)
    lines = (
        opening,
        Line("user", f"Hello. Let me see. {agreed}, is that right?" if agreed else "Hello. Sure."),
        Line("assistant", "Yes, that is right." if agreed else "Thank you. Is that settled, then?"),
        Line("user", "All right, that is settled. Goodbye."),
        Line("assistant", "Thank you. Goodbye."),
    )
    summary = f"The person called agreed: {agreed}." if agreed else "The person called agreed."
    return Conversation(summary, lines, details)


def _opening(prompt: str, details: tuple[tuple[str, str], ...]) -> Line:
    # CallCow's AI says what it is at the start of every call.
    name = dict(details).get("name")
    caller = f"calling about {name}" if name else "calling with a request"
    return Line("assistant", f"Hello, I am an AI assistant, {caller}: {prompt.strip()}")


def _details(prompt: str) -> tuple[tuple[str, str], ...]:
    found = (("day", _DAY.search(prompt)), ("time", _TIME.search(prompt)))
    details = [(label, match[1]) for label, match in found if match]
    if name := _NAME.search(prompt):
        details.append(("name", name[1] or name[2]))
    return tuple(details)
