"""Rule: somebody else approves a call before it is dialed. Pure.

Source: APPROVAL and APPROVERS; nobody approves their own call.
"""

from bot.core.policy.decision import AwaitingApproval, NoOtherApprover
from bot.core.policy.facts import Facts
from bot.core.policy.policy import Policy


def missing_approval(policy: Policy, facts: Facts) -> AwaitingApproval | NoOtherApprover | None:
    """Return who has to approve the call, or that nobody can; None if it needs no approval."""
    if not policy.approval:
        return None
    approvers = policy.approvers - {facts.caller.id}
    if facts.approved_by is not None and facts.approved_by != facts.caller.id:
        return None
    return AwaitingApproval(approvers) if approvers else NoOtherApprover()
