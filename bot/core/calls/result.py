"""What CallCow reported of a call, normalized: read when it came, by `bot.callcow.payload`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

AI: Final = "ai"
PERSON: Final = "person"
# The only outcomes after which it makes sense to call again.
_UNANSWERED: Final = {("not_picked_up", "no-answer"), ("not_picked_up", "busy")}


@dataclass(frozen=True)
class TranscriptLine:
    """What one side said: the speaker is `AI`, `PERSON`, or whatever CallCow calls it."""

    speaker: str
    text: str


@dataclass(frozen=True)
class Answer:
    """A value, and what it is the value of; the label can be empty."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """All texts are plain, and empty where nothing was reported; `duration` is in seconds."""

    call_status: str = ""
    provider_status: str = ""
    summary: str = ""
    lines: tuple[TranscriptLine, ...] = ()
    answers: tuple[Answer, ...] = ()
    context: tuple[Answer, ...] = ()
    duration: float | None = None

    @property
    def is_unanswered(self) -> bool:
        """Whether nobody answered, or the line was busy: any other outcome is better."""
        return (self.call_status, self.provider_status) in _UNANSWERED

    @property
    def is_voicemail(self) -> bool:
        """Whether a machine answered, not a person."""
        return self.call_status == "voicemail"

    @property
    def has_conversation(self) -> bool:
        """Whether anything that was said is known."""
        return any(line.text for line in self.lines)

    @property
    def is_one_sided(self) -> bool:
        """Whether all that was said, was said by the AI."""
        speakers = {line.speaker for line in self.lines if line.text}
        return speakers == {AI}

    def to_json(self) -> dict[str, Any]:
        """Return what is kept of the result."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the result that was kept; raises `KeyError` or `TypeError` for anything else."""
        return cls(
            call_status=kept["call_status"],
            provider_status=kept["provider_status"],
            summary=kept["summary"],
            lines=tuple(TranscriptLine(line["speaker"], line["text"]) for line in kept["lines"]),
            answers=tuple(Answer(item["label"], item["value"]) for item in kept["answers"]),
            context=tuple(Answer(item["label"], item["value"]) for item in kept["context"]),
            duration=kept["duration"],
        )
