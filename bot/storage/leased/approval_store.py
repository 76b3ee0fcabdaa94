"""The store of approvals: claim, decide, show; a decision and its call are one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update

from bot.core.approval import Approval, ApprovalState
from bot.core.audit import Act, AuditEntry
from bot.core.calls.call import Call
from bot.core.calls.changes import end_changes
from bot.core.calls.reason import DECLINED, Reason
from bot.core.calls.states import EndReason
from bot.core.policy.decision import AtAnotherTime, Decision, LimitReached, Refused
from bot.core.policy.facts import Caller
from bot.core.policy.kept import rule_of
from bot.core.policy.policy import Policy
from bot.storage.audit import record, record_end
from bot.storage.calls.saving import call_changes
from bot.storage.calls.series import note_series
from bot.storage.engine.database import Database
from bot.storage.leased import approval_statements as statements
from bot.storage.leased.leased_rows import LeasedRows
from bot.storage.policy.gate import PolicyGate


class ApprovalStore(LeasedRows[Approval]):
    """Every read and write of approvals. All of it raises `StoreError` when the database fails.

    Whoever decides changes the call first: of two that meet one finds that it waits no longer, and
    changes nothing.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, Approval, statements.LEASE, "approval")

    async def advance_call(self, before: Call, after: Call) -> bool:
        """Write what differs of a call that waits; return False if it waits no longer."""

        def work(connection: Connection) -> bool:
            values = {"the_id": before.id, **call_changes(before, after)}
            if connection.execute(statements.WAITING_CALL, values).rowcount != 1:
                return False
            note_series(connection, before, after)
            return True

        return await self._database.write(work)

    async def approve(
        self,
        approval: Approval,
        call: Call,
        caller: Caller,
        policy: Policy,
        *,
        by: str,
        now: datetime,
    ) -> Decision | None:
        """Let a call be dialed that is announced, as far as the rules do; return what they decide.

        What they refuse for good is not placed; at a limit it goes on waiting. None is for a call
        that waits no longer.
        """

        gate = PolicyGate(policy)

        def work(connection: Connection) -> Decision | None:
            decision = gate.decide_dial(connection, call, caller, now, by=by)
            match decision:
                case Refused(LimitReached()):
                    return decision
                case Refused(fact):
                    done = approval.decided(ApprovalState.CLOSED, now=now)
                    changes = end_changes(EndReason.NOT_PLACED, now, Reason.by_policy(fact))
                    entry = AuditEntry(now, call.team, Act.REFUSED, by, call.id, rule_of(fact))
                case AtAnotherTime(opens_at, closed):
                    done = approval.decided(ApprovalState.APPROVED, now=now, by=by)
                    reason = Reason.by_policy(closed)
                    later = call.approved(now=now, dial_at=opens_at, reason=reason)
                    changes = call_changes(call, later)
                    entry = AuditEntry(now, call.team, Act.APPROVED, by, call.id)
                case _:
                    done = approval.decided(ApprovalState.APPROVED, now=now, by=by)
                    changes = call_changes(call, call.approved(now=now))
                    entry = AuditEntry(now, call.team, Act.APPROVED, by, call.id)
            if not _decide(connection, statements.ANNOUNCED_WAITING_CALL, done, changes):
                return None
            record(connection, [entry])
            if isinstance(decision, Refused):
                record_end(connection, call.id, call.team, now, Reason.by_policy(decision.fact))
            return decision

        return await self._database.write(work, gate.locks(call.team))

    async def decline(self, approval: Approval, *, by: str, now: datetime) -> bool:
        """End a call as not placed; return False if it waits no longer."""
        done = approval.decided(ApprovalState.DECLINED, now=now, by=by)
        return await self._end(done, DECLINED, by=by, now=now)

    async def end(
        self, approval: Approval, state: ApprovalState, reason: Reason, now: datetime
    ) -> bool:
        """End a call as not placed without anybody's word; return False if it waits no longer."""
        return await self._end(approval.decided(state, now=now), reason, by=None, now=now)

    async def _end(self, done: Approval, reason: Reason, *, by: str | None, now: datetime) -> bool:
        def work(connection: Connection) -> bool:
            changes = end_changes(EndReason.NOT_PLACED, now, reason)
            if not _decide(connection, statements.WAITING_CALL, done, changes):
                return False
            record_end(connection, done.call_id, done.team, now)
            if by is not None:
                record(connection, [AuditEntry(now, done.team, Act.DECLINED, by, done.call_id)])
            return True

        return await self._database.write(work)


def _decide(
    connection: Connection, waiting_call: Update, done: Approval, changes: Mapping[str, Any]
) -> bool:
    """Write what was decided; return False if the call waits no longer."""
    values = {"the_id": done.call_id, **changes}
    if connection.execute(waiting_call, values).rowcount != 1:
        return False
    connection.execute(
        statements.DECIDE,
        {
            "the_id": done.id,
            "state": done.state,
            "decided_by": done.decided_by,
            "decided_at": done.decided_at,
            "due_at": done.due_at,
            "attempts": 0,
            "lease": None,
            "lease_until": None,
        },
    )
    return True
