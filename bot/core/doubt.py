"""What keeps a request from being placed as it was typed, as data; the words are in blocks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class DoubtKind(StrEnum):
    """Each way in which what somebody typed is not certain enough, or of no use."""

    NO_NUMBER = "no_number"
    NOT_ONLY_A_NUMBER = "not_only_a_number"
    ELSEWHERE = "elsewhere"
    SEVERAL_NUMBERS = "several_numbers"
    EXTENSION = "extension"
    UNCERTAIN_END = "uncertain_end"
    AREA_CODE_MISSING = "area_code_missing"
    UNKNOWN_NUMBER = "unknown_number"
    WRITE_INSTEAD = "write_instead"
    WHICH_COUNTRY = "which_country"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    WRONG_LENGTH = "wrong_length"
    NO_COUNTRY_CODE = "no_country_code"
    NOT_IN_USE = "not_in_use"
    CALL_TIME = "call_time"
    NOT_TO_CALL = "not_to_call"
    PROMPT_MISSING = "prompt_missing"
    PROMPT_TOO_SHORT = "prompt_too_short"
    PROMPT_TOO_LONG = "prompt_too_long"


_ABOUT_THE_PROMPT: Final = {
    DoubtKind.PROMPT_MISSING,
    DoubtKind.PROMPT_TOO_SHORT,
    DoubtKind.PROMPT_TOO_LONG,
}
# A person who says yes to the number shown has answered these.
CONFIRMABLE: Final = frozenset({DoubtKind.ELSEWHERE, DoubtKind.UNKNOWN_NUMBER, DoubtKind.CALL_TIME})


@dataclass(frozen=True)
class Doubt:
    """One thing that is not certain, and what is needed to say so.

    `typed` is the part that it is about. `country` is a region ("US"), or a country code ("+882")
    that no single country has. `instead` is what to write instead, in international format; an
    extension stands there for `EXTENSION`. `length` is that of a prompt.
    """

    kind: DoubtKind
    typed: str = ""
    country: str = ""
    instead: str = ""
    length: int = 0

    @property
    def is_about_prompt(self) -> bool:
        """Whether it concerns what the call is for, not the number."""
        return self.kind in _ABOUT_THE_PROMPT


class RequestField(StrEnum):
    """The parts of a request that a problem can be with; the form's fields have the same names."""

    NUMBER = "number"
    PROMPT = "prompt"
    PLACE = "place"
    CHANNEL = "channel"
    WHEN = "when"


class TimeProblem(StrEnum):
    """Why a call can't be dialed at a time."""

    NO_TIME = "no_time"
    TOO_FAR_AHEAD = "too_far_ahead"
    PASSED = "passed"


class PlaceProblem(StrEnum):
    """Why it isn't clear where a call is to be posted."""

    CHANNEL_MISSING = "channel_missing"
    CHANNEL_NOT_ASKED = "channel_not_asked"


Problem = Doubt | TimeProblem | PlaceProblem
