"""The store of approvals: claim, decide, show; a decision and its call are one transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, Update

from bot.core.approval import Approval, ApprovalState
from bot.core.audit import Act, AuditEntry
from bot.core.call import Call, EndReason, end_changes
from bot.core.policy.decision import AtAnotherTime, Decision, LimitReached, Refused
from bot.core.policy.facts import Caller
from bot.core.policy.kept import rule_of
from bot.core.reason import DECLINED, Reason
from bot.storage import approval_statements as statements
from bot.storage.audit import record, record_end
from bot.storage.database import Database
from bot.storage.policy_gate import PolicyGate
from bot.storage.rows import UnreadableRows
from bot.storage.store import CLAIMS_MAX, call_changes, note_thread


class ApprovalStore:
    """Every read and write of approvals. All of it raises `StoreError` when the database fails.

    Whoever decides changes the call first: of two that meet one finds that it waits no longer, and
    changes nothing.
    """

    def __init__(self, database: Database, gate: PolicyGate) -> None:
        self._database = database
        self._gate = gate
        self._unreadable = UnreadableRows("approval")

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        return self._unreadable.count

    async def get(self, approval_id: UUID) -> Approval | None:
        """Return the approval, or None if there is none that can be read."""

        def work(connection: Connection) -> Approval | None:
            rows = connection.execute(statements.GET, {"the_id": approval_id})
            found = self._approvals(rows)
            return found[0] if found else None

        return await self._database.read(work)

    async def claim(
        self, *, now: datetime, limit: int, lease: timedelta, held: Collection[UUID]
    ) -> list[Approval]:
        """Lease what is due at `now`; `held` are the leases this process still works under."""
        claim = {
            "now": now,
            "held": list(held),
            "most": limit,
            "new_lease": uuid4(),
            "until": now + lease,
        }
        return await self._database.write(lambda connection: self._claim(connection, claim))

    def _claim(self, connection: Connection, claim: dict[str, Any]) -> list[Approval]:
        """Lease what is due; in place of a row that cannot be read, take the next."""
        claimed: list[Approval] = []
        for _ in range(CLAIMS_MAX):
            values = {
                **claim,
                "most": claim["most"] - len(claimed),
                "resting": self._unreadable.resting(),
            }
            rows = connection.execute(statements.CLAIM, values).all()
            found = self._approvals(rows)
            claimed += found
            if len(found) == len(rows):
                break
            values = {"ids": self._unreadable.resting(), "our_lease": claim["new_lease"]}
            connection.execute(statements.LEAVE_ALONE, values)
        return claimed

    def _approvals(self, rows: Iterable[Row[Any]]) -> list[Approval]:
        """Return the approvals of those rows that can be read."""
        return [Approval(**row._mapping) for row in rows if not self._unreadable.is_noted(row)]

    async def advance(self, before: Approval, after: Approval) -> bool:
        """Write what differs between the two, if state and lease still are as `before` has them."""
        values = {
            **_changes(before, after),
            "the_id": before.id,
            "from_state": before.state,
            "our_lease": before.lease,
        }

        def work(connection: Connection) -> bool:
            return connection.execute(statements.ADVANCE, values).rowcount == 1

        return await self._database.write(work)

    async def add_message(
        self, approval: Approval, *, channel: str, ts: str, now: datetime
    ) -> None:
        """Write where a message went whose approval was decided meanwhile; it is to be edited."""
        values = {
            "the_id": approval.id,
            "their_channel": channel,
            "their_ts": ts,
            "due_at": now,
            "settled_at": None,
        }
        await self._database.write(
            lambda connection: connection.execute(statements.ADD_MESSAGE, values).rowcount
        )

    async def advance_call(self, before: Call, after: Call) -> bool:
        """Write what differs of a call that waits; return False if it waits no longer."""

        def work(connection: Connection) -> bool:
            values = {"the_id": before.id, **call_changes(before, after)}
            if connection.execute(statements.WAITING_CALL, values).rowcount != 1:
                return False
            note_thread(connection, before, after)
            return True

        return await self._database.write(work)

    async def approve(
        self, approval: Approval, call: Call, caller: Caller, *, by: str, now: datetime
    ) -> Decision | None:
        """Let a call be dialed that is announced, as far as the rules do; return what they decide.

        What they refuse for good is not placed; at a limit it goes on waiting. None is for a call
        that waits no longer.
        """

        def work(connection: Connection) -> Decision | None:
            decision = self._gate.decide_dial(connection, call, caller, now, by=by)
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

        return await self._database.write(work, self._gate.locks(call.team))

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


def _changes(before: Approval, after: Approval) -> dict[str, Any]:
    return {
        item.name: getattr(after, item.name)
        for item in fields(Approval)
        if getattr(after, item.name) != getattr(before, item.name)
    }
