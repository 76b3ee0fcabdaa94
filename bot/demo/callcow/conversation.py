"""What is said on a simulated call: a short conversation that fits its prompt."""

import re
from dataclasses import dataclass
from itertools import product
from typing import Final

from bot.demo.callcow.contract import Outcome

_DAYS: Final = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_DAY: Final = re.compile(rf"\b({_DAYS}|today|tonight|tomorrow)\b", re.IGNORECASE)
_TIME: Final = re.compile(
    r"\b(\d{1,2}(?::\d{2})?\s?[ap]m|\d{1,2}:\d{2}|noon|midnight)\b", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s?([ap]m)", re.IGNORECASE)
_PARTY: Final = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|eight) (?:people|persons|guests)\b", re.IGNORECASE
)
_FULL_NAME: Final = rf"(?!(?:{_DAYS})\b)[A-Z][a-z]+(?: [A-Z][a-z]+)*"
# A possessive at the very beginning is left out: the first word, a verb, has a capital as well.
# It may be the place that is called, so a name that is said to be one comes first.
_NAMES: Final = (
    re.compile(rf"\b(?:for|under|name is) ({_FULL_NAME})"),
    re.compile(rf"(?<=\s)({_FULL_NAME})['’]s\b"),
)

# What "calling to" goes before; anything else is a request that is read out.
_DOING: Final = re.compile(
    r"(?:please )?((?:ask|book|reserve|order|tell|remind|confirm|cancel|move|check|find|invite|"
    r"thank|schedule|arrange|make|get|request|say|leave|see|change|let|wish|congratulate)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_BOOKING: Final = re.compile(
    r"\b(?:book|reserv\w+|table|appointment|order|schedule|move|haircut|room|slot|seats?)\b",
    re.IGNORECASE,
)
_QUESTION: Final = re.compile(
    r"(?:please )?(?:ask|check|find out|see)\b(?!.*\bto book\b)", re.IGNORECASE
)
_YES_OR_NO: Final = re.compile(r"\b(?:whether|if) ((?:(?! or )[^.?!;\n])+)\W*$", re.IGNORECASE)

# What a survey asks about: each subject at each time.
_SUBJECTS: Final = (
    "the food", "the drinks", "the service", "the music", "the prices", "the terrace",
    "the parking", "the website", "the phone line", "the cloakroom", "the coffee",
)  # fmt: skip
_TIMES: Final = ("on weekdays", "on weekends", "in summer", "in winter")

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


def survey(prompt: str) -> Conversation:
    """Return a long conversation: more lines than a page, more answers than a message has room."""
    lines, answers = [_opening(prompt)], []
    for number, (subject, time) in enumerate(product(_SUBJECTS, _TIMES)):
        rating = f"{number * 7 % 5 + 1} out of 5"
        question = f"On a scale of 1 to 5, how would you rate {subject} {time}?"
        lines += [Line("assistant", question), Line("user", f"I'd say {rating}.")]
        answers.append((f"{subject.removeprefix('the ')} {time}", rating))
    lines.append(Line("assistant", "That was the last question. Thank you. Goodbye."))
    summary = f"The person called answered all {len(answers)} questions."
    return Conversation(summary, tuple(lines), tuple(answers))


def converse(prompt: str, outcome: Outcome) -> Conversation:
    """Return what is said on a call with that prompt and that end."""
    if outcome in _UNANSWERED:
        return Conversation(_UNANSWERED[outcome])
    details = _details(prompt)
    opening = _opening(prompt)
    if outcome == "voicemail":
        greeting = Line("user", "You have reached our voicemail. Please leave a message.")
        return Conversation("Reached voicemail and left a message.", (greeting, opening))
    if _QUESTION.match(prompt.strip()):
        return _answered(prompt, opening, details)
    bargained = _bargained(opening, dict(details)) if _BOOKING.search(prompt) else None
    return bargained or _agreed(opening, details)


def _answered(prompt: str, opening: Line, details: tuple[tuple[str, str], ...]) -> Conversation:
    """Return a call that asks something: what is a yes or no is a yes."""
    asked = _YES_OR_NO.search(prompt)
    told = "Yes." if asked else "Good question! On a real call, you would hear my answer here."
    lines = (
        opening,
        Line("user", f"Hello. Let me check. {told}"),
        Line("assistant", "Thank you very much. Goodbye."),
    )
    answer = "They answered. On a real call, this would say what they said."
    return Conversation(f"Yes: {asked[1].strip()}." if asked else answer, lines, details)


def _bargained(opening: Line, details: dict[str, str]) -> Conversation | None:
    """Return a call on which the time asked for is taken, and the next one is agreed on."""
    asked = _with_space(details.get("time", ""))
    agreed = _half_an_hour_later(asked)
    if agreed is None:
        return None
    day = f"{details['day']} " if "day" in details else ""
    party = f", {details['party']}" if "party" in details else ""
    name = f", under {details['name']}" if "name" in details else ""
    lines = (
        opening,
        Line("user", f"Hello. Sorry, {asked} is full. How about {agreed}?"),
        Line("assistant", f"{agreed} works{party}{name}. Can you book that?"),
        Line("user", f"Done: {day}{agreed}{party}{name}. Goodbye."),
        Line("assistant", "Thank you very much. Goodbye."),
    )
    summary = f"Booked {day}{agreed}{party}{name}; {asked} was full."
    return Conversation(summary, lines, tuple({**details, "time": agreed}.items()))


def _agreed(opening: Line, details: tuple[tuple[str, str], ...]) -> Conversation:
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


def _with_space(time: str) -> str:
    """Return "7 pm" for "7pm"."""
    return re.sub(r"(?<=\d)(?=[ap]m$)", " ", time, flags=re.IGNORECASE)


def _half_an_hour_later(time: str) -> str | None:
    """Return "7:30 pm" for "7pm"; None for a time that has no hour and half of the day."""
    match = _CLOCK.fullmatch(time)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3].lower()
    if not 1 <= hour <= 12 or minute >= 30:
        return None
    return f"{hour}:{minute + 30:02} {half}"


def _opening(prompt: str) -> Line:
    # CallCow's AI says what it is at the start of every call.
    asked = prompt.strip()
    doing = _DOING.fullmatch(asked)
    wish = (
        f"calling to {doing[1][0].lower()}{doing[1][1:]}" if doing else f"with a request: {asked}"
    )
    return Line("assistant", f"Hello, I am an AI assistant, {wish}")


def _details(prompt: str) -> tuple[tuple[str, str], ...]:
    found = (("day", _DAY.search(prompt)), ("time", _TIME.search(prompt)))
    details = [(label, match[1]) for label, match in found if match]
    if (party := _PARTY.search(prompt)) is not None:
        details.append(("party", party[0]))
    name = next((match for pattern in _NAMES if (match := pattern.search(prompt))), None)
    if name is not None:
        details.append(("name", name[1]))
    return tuple(details)
