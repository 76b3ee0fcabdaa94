"""What follows when a call has ended: decided here alone, for steps and service alike. Pure."""

from dataclasses import dataclass

from bot.core.calls.attempts import next_attempt
from bot.core.calls.call import Call
from bot.core.calls.outcome import Outcome, outcome_of, result_of
from bot.core.calls.reason import Reason
from bot.core.calls.series import is_unanswered_call
from bot.core.calls.states import EndReason


@dataclass(frozen=True, kw_only=True)
class AfterEnd:
    """What is to be done about a call that ended.

    `next_attempt` is saved with the end; attempts not yet sent are given up for the reason
    `gives_up`; `outcome` is counted; the home tab of `person` in `team` is published again.
    """

    next_attempt: Call | None
    gives_up: Reason | None
    outcome: Outcome
    person: str
    team: str


def after_end(ended: Call) -> AfterEnd:
    """Return what follows `ended`."""
    outcome = outcome_of(ended)
    is_answered = ended.ending is EndReason.RESULT and not is_unanswered_call(ended)
    may_be_followed = ended.attempt_number < ended.retry_plan.attempts
    return AfterEnd(
        next_attempt=next_attempt(ended),
        gives_up=Reason.answered_after_all(result_of(ended))
        if is_answered and may_be_followed
        else None,
        outcome=outcome,
        person=ended.requester,
        team=ended.team,
    )
