"""What a person asks for, checked: a request that exists can be dialed. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from bot.core.doubt import Doubt, DoubtKind, Problem, RequestField, TimeProblem
from bot.core.errors import InvalidRequest, InvalidTime
from bot.core.person import Person
from bot.core.phone import is_e164
from bot.core.prompt import doubt_about_prompt

SCHEDULE_AHEAD: Final = timedelta(days=30)
# A picked time has no seconds, so that of the minute under way has just passed.
_THIS_MINUTE: Final = timedelta(minutes=1)


class IfUnanswered(StrEnum):
    """What was asked for in case nobody answers or the line is busy."""

    NOTHING = "nothing"
    ONCE_MORE = "once_more"
    THREE_IN_ALL = "three_in_all"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks, and where.

    `request_key` makes a repeated Slack request the same request: the form's view id, the
    command's trigger id or the event's id.
    """

    request_key: str
    team: str
    enterprise: str | None
    requester: str
    channel: str
    thread_ts: str | None = None
    response_url: SecretStr | None = None


@dataclass(frozen=True, kw_only=True)
class CallRequest(Asked):
    """A call that a person asks for: making one raises `InvalidRequest` if it can't be dialed.

    `recipient` is in E.164, `dial_at` what `dial_time` returned: without it the call is dialed at
    once. With `after_voicemail` further attempts follow one that voicemail answered as well.
    `installed_in` is as in `Person`.
    `asked_in` is the conversation that the form was opened in, where that is known.
    """

    recipient: str
    prompt: str
    dial_at: datetime | None = None
    if_unanswered: IfUnanswered = IfUnanswered.NOTHING
    after_voicemail: bool = False
    asked_in: str | None = None
    installed_in: tuple[str, ...] = ()

    @property
    def person(self) -> Person:
        """Who asks."""
        return Person(self.requester, self.team, self.enterprise, self.installed_in)

    def __post_init__(self) -> None:
        problems: dict[RequestField, tuple[Problem, ...]] = {}
        if not is_e164(self.recipient):
            problems[RequestField.NUMBER] = (Doubt(DoubtKind.NO_NUMBER),)
        if doubt := doubt_about_prompt(self.prompt):
            problems[RequestField.PROMPT] = (doubt,)
        if self.dial_at is not None and self.dial_at.tzinfo is None:
            problems[RequestField.WHEN] = (TimeProblem.NO_TIME,)
        if problems:
            raise InvalidRequest(problems)


def dial_time(epoch: int | None, now: datetime) -> datetime | None:
    """Return the time to dial at, None for at once; raise `InvalidTime` for one of no use."""
    if epoch is None:
        return None
    try:
        chosen = datetime.fromtimestamp(epoch, UTC)
    except (OverflowError, ValueError, OSError):
        raise InvalidTime(TimeProblem.NO_TIME) from None
    if chosen > now + SCHEDULE_AHEAD:
        raise InvalidTime(TimeProblem.TOO_FAR_AHEAD)
    if chosen <= now - _THIS_MINUTE:
        raise InvalidTime(TimeProblem.PASSED)
    return chosen if chosen > now else None
