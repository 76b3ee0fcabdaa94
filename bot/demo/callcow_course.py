"""What happens to a simulated call by itself: how it goes, how it ends, how that is reported."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.demo.callcow_contract import Outcome
from bot.demo.callcow_conversation import Conversation, Line, converse, survey
from bot.demo.callcow_dial import Dial, StepKind


@dataclass(frozen=True, kw_only=True)
class Course:
    """The course of one call; the seconds are those of `pace` 1.

    `callbacks` is how often the result is delivered: with 0 only a poll finds it. `refusal` is the
    status and the message of a call that CallCow refuses to dial. `talk` is what is said, otherwise
    than usual. A whole call takes about 6 s.
    """

    label: str = "Completed"
    outcome: Outcome = "completed"
    callbacks: int = 1
    refusal: tuple[int, str] | None = None
    dialing_seconds: float = 0.7
    ringing_seconds: float = 1.5
    line_seconds: float = 0.65
    talk: Callable[[str], Conversation] | None = None

    def conversation(self, prompt: str) -> Conversation:
        """Return what is said on a call with that prompt."""
        return self.talk(prompt) if self.talk else converse(prompt, self.outcome)

    def steps(self, conversation: Conversation) -> Iterator[tuple[float, StepKind, Line | None]]:
        """Return what follows the dialing: after how long, what, and what is said then."""
        yield self.dialing_seconds, "ringing", None
        if not conversation.lines:
            yield self.ringing_seconds, "ended", None
            return
        yield self.ringing_seconds, "answered", None
        for line in conversation.lines:
            yield self.line_seconds, "line", line
        yield self.line_seconds, "ended", None


ChooseCourse = Callable[[Dial], Course | None]

# What the demo's page lists: the last two digits of the number decide how the call goes.
LAST_DIGITS: Final[Mapping[str, Course]] = {
    "00": Course(),
    "01": Course(label="No answer", outcome="no_answer"),
    "02": Course(label="Line busy", outcome="busy"),
    "03": Course(label="Call failed", outcome="failed"),
    "04": Course(label="Canceled", outcome="canceled"),
    "05": Course(label="Reached voicemail", outcome="voicemail"),
    "06": Course(
        label="Refused by CallCow",
        refusal=(422, "This number cannot be called: no phone number is connected"),
    ),
    "07": Course(label="Completed, but the callback never comes", callbacks=0),
    "08": Course(label="Completed, and the callback comes twice", callbacks=2),
    "09": Course(label="Completed, after a long survey", line_seconds=0.04, talk=survey),
}


def by_last_digits(
    courses: Mapping[str, Course] = LAST_DIGITS, *, otherwise: Course | None = LAST_DIGITS["00"]
) -> ChooseCourse:
    """Return the choice that goes by the last two digits of the number that is called."""
    return lambda dial: courses.get(dial.recipient_phone[-2:], otherwise)
