"""All rules, asked in their order. Pure."""

from datetime import datetime

from bot.core.policy.approval import missing_approval
from bot.core.policy.callers import refused_caller
from bot.core.policy.countries import refused_country
from bot.core.policy.decision import (
    Allowed,
    AtAnotherTime,
    Decision,
    Held,
    NoOtherApprover,
    NoPhoneNumber,
    Refused,
)
from bot.core.policy.do_not_call import refused_number
from bot.core.policy.emergency import emergency
from bot.core.policy.facts import Facts
from bot.core.policy.frequency import limit_reached
from bot.core.policy.hours import closed
from bot.core.policy.kinds import refused_type
from bot.core.policy.number_facts import facts_of
from bot.core.policy.pause import stopped
from bot.core.policy.policy import Policy


def decide(recipient: str, policy: Policy, facts: Facts, now: datetime) -> Decision:
    """Return whether the number `recipient`, in E.164, may be called; `now` knows its zone.

    Emergency numbers come first, so that whoever needs help is told so whatever else holds. What
    only has to wait comes last, except for a stop of all calls.
    """
    urgent = emergency(recipient)
    if urgent is not None:
        return Refused(urgent)
    stop = stopped(policy, facts)
    if stop is not None:
        return Held(stop)
    known = facts_of(recipient)
    if known is None:
        return Refused(NoPhoneNumber(recipient))
    refusal = (
        refused_type(recipient, known, policy)
        or refused_country(recipient, known, policy)
        or refused_number(facts)
        or refused_caller(policy, facts)
        or limit_reached(policy, facts)
    )
    if refusal is not None:
        return Refused(refusal)
    at = max(now, facts.dial_at or now)
    closure = closed(known, policy, at)
    if closure is not None:
        return AtAnotherTime(*closure)
    approval = missing_approval(policy, facts)
    if isinstance(approval, NoOtherApprover):
        return Refused(approval)
    return Allowed() if approval is None else Held(approval)
