"""Rule: nothing is dialed while calls are stopped. Pure.

Source: `/call pause` of a workspace's admins, and DIALING of whoever runs the bot.
"""

from bot.core.policy.decision import DialingOff, Paused
from bot.core.policy.facts import Facts
from bot.core.policy.policy import Policy


def stopped(policy: Policy, facts: Facts) -> DialingOff | Paused | None:
    """Return what stops all calls now, or None."""
    if not policy.dialing:
        return DialingOff()
    if facts.pause is not None:
        return Paused(facts.pause.by, facts.pause.since)
    return None
