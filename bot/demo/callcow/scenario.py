"""What happens to a simulated call by itself: how it goes, how it ends, how that is reported."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.conversation import Conversation, Line, converse, survey
from bot.demo.callcow.dial import Dial, StepKind


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """The scenario of one call; the seconds are those of `pace` 1.

    `callbacks` is how often the result is delivered: with 0 only a poll finds it. `refusal` is the
    status and the message of a call that CallCow refuses to dial. `talk` is what is said, otherwise
    than usual; `then` is how each further call to the same number goes. A whole call takes about
    6 s.
    """

    label: str = "It bargains for a table"
    outcome: Outcome = "completed"
    callbacks: int = 1
    refusal: tuple[int, str] | None = None
    dialing_seconds: float = 0.7
    ringing_seconds: float = 1.5
    line_seconds: float = 0.65
    talk: Callable[[str], Conversation] | None = None
    then: "Scenario | None" = None

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


ChooseScenario = Callable[[Dial], Scenario | None]

# What the demo's page lists: the last two digits of the number decide how the call goes.
LAST_DIGITS: Final[Mapping[str, Scenario]] = {
    "00": Scenario(),
    "01": Scenario(label="Nobody answers", outcome="no_answer"),
    "02": Scenario(label="The line is busy", outcome="busy"),
    "03": Scenario(label="The call fails", outcome="failed"),
    "04": Scenario(label="The call is canceled", outcome="canceled"),
    "05": Scenario(label="A voicemail answers", outcome="voicemail"),
    "06": Scenario(
        label="CallCow has no phone to call from",
        refusal=(422, "This number cannot be called: no phone number is connected"),
    ),
    "07": Scenario(label="The callback never comes", callbacks=0),
    "08": Scenario(label="The callback comes twice", callbacks=2),
    "09": Scenario(label="A long survey", line_seconds=0.04, talk=survey),
    "10": Scenario(
        label="Nobody answers, then somebody does", outcome="no_answer", then=Scenario()
    ),
    "11": Scenario(label="CallCow refuses the key", refusal=(401, "Invalid API key")),
}


def by_last_digits(
    scenarios: Mapping[str, Scenario] = LAST_DIGITS,
    *,
    otherwise: Scenario | None = LAST_DIGITS["00"],
) -> ChooseScenario:
    """Return the choice that goes by the last two digits of the number that is called."""
    called = set[str]()

    def choose(dial: Dial) -> Scenario | None:
        number = dial.recipient_phone
        scenario = scenarios.get(number[-2:], otherwise)
        is_further = number in called
        called.add(number)
        return scenario.then if scenario and scenario.then and is_further else scenario

    return choose
