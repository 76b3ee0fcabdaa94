"""Rule: who may place calls. Pure.

Source: ALLOW_GUESTS and CALLERS; `is_restricted`, `is_ultra_restricted` and `deleted` of Slack's
user object (https://api.slack.com/types/user). What Slack has not said yet refuses nobody.
"""

from bot.core.policy.decision import DeactivatedCaller, GuestCaller, UnlistedCaller
from bot.core.policy.facts import Facts
from bot.core.policy.policy import Policy


def refused_caller(
    policy: Policy, facts: Facts
) -> DeactivatedCaller | GuestCaller | UnlistedCaller | None:
    """Return why the requester may place no calls, or None."""
    caller = facts.caller
    if caller.is_deactivated:
        return DeactivatedCaller(caller.id)
    if caller.is_guest and not policy.allow_guests:
        return GuestCaller()
    if policy.callers and caller.id not in policy.callers:
        return UnlistedCaller()
    return None
