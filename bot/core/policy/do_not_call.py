"""Rule: a number that asked not to be called is not called. Pure.

Source: the workspace's own list; 47 CFR 64.1200(d)(3) asks each caller to keep one.
"""

from bot.core.policy.decision import OnDoNotCallList
from bot.core.policy.facts import Facts


def refused_number(facts: Facts) -> OnDoNotCallList | None:
    """Return who put the number on the list, or None."""
    entry = facts.do_not_call
    return None if entry is None else OnDoNotCallList(entry.added_by, entry.added_at)
