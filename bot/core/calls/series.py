"""The calls made for one request because nobody answered, and their one status message. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bot.core.approval import Approval
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason


@dataclass(frozen=True, kw_only=True)
class Series:
    """What the attempts of one request share, and the attempts, the first one first.

    `shown` is the fingerprint of what the status message shows. `version` grows whenever that is
    written, so that of two who edit the message at once one learns that the other did.
    """

    id: UUID
    attempts: Sequence[Call]
    posted_in: str | None
    message_ts: str | None
    shown: str | None = None
    version: int = 0
    approval: Approval | None = None

    @property
    def fingerprint(self) -> str:
        """What the status message has to show by now, to be compared with `shown`."""
        return "|".join(call.status_fingerprint for call in self.attempts)

    @property
    def is_current(self) -> bool:
        """Whether the status message shows what is true, or there is none."""
        return self.message_ts is None or self.shown == self.fingerprint

    @property
    def current(self) -> Call:
        """The attempt that the status message is about."""
        made = [call for call in self.attempts if not _is_given_up(call)] or list(self.attempts)
        if made[-1].ending is None:
            return made[-1]
        answered = [call for call in made if _is_answered(call)]
        return (answered or made)[-1]

    @property
    def before(self) -> Call | None:
        """The attempt that ended before the current one, while that is not dialed yet."""
        current = self.current
        earlier = [call for call in self.attempts if call.attempt_number < current.attempt_number]
        return earlier[-1] if earlier and current.can_be_changed() else None

    @property
    def given_up(self) -> Call | None:
        """The attempt that was to follow the current one, and was given up."""
        later = [
            call
            for call in self.attempts
            if _is_given_up(call) and call.attempt_number > self.current.attempt_number
        ]
        return later[0] if later else None

    def is_reported_by_reply(self, call: Call) -> bool:
        """Whether the end of `call` is news that deserves a reply: one mention for a request.

        An attempt that nobody answered shows in the status message alone while others follow it,
        and so does a cancellation.
        """
        if call.ending is EndReason.CANCELED:
            return False
        follows = any(other.attempt_number > call.attempt_number for other in self.attempts)
        return not (follows and is_unanswered_call(call))


def is_unanswered_call(call: Call) -> bool:
    """Whether a call ended because nobody answered or the line was busy.

    Voicemail counts as nobody where that was asked for.
    """
    result = call.normalized_result
    if call.ending is not EndReason.RESULT or result is None:
        return False
    return result.is_unanswered or (call.retry_plan.after_voicemail and result.is_voicemail)


def _is_answered(call: Call) -> bool:
    return call.ending is EndReason.RESULT and not is_unanswered_call(call)


def _is_given_up(call: Call) -> bool:
    return call.attempt_number > 1 and call.ending is EndReason.CANCELED
