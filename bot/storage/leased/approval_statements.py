"""The SQL statements of the store of approvals, each built once."""

from typing import Final

from sqlalchemy import Integer, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.approval import ApprovalState
from bot.core.calls.states import State
from bot.storage.column_types import Utc
from bot.storage.leased.lease_statements import LeaseStatements
from bot.storage.tables import approvals, calls, undialed

# One at most for each series; another attempt that needs one asks for it again.
_SQLITE: Final = sqlite.insert(approvals)
_POSTGRESQL: Final = postgresql.insert(approvals)
INSERT: Final = {
    "sqlite": _SQLITE.on_conflict_do_update(index_elements=["id"], set_=dict(_SQLITE.excluded)),
    "postgresql": _POSTGRESQL.on_conflict_do_update(
        index_elements=["id"], set_=dict(_POSTGRESQL.excluded)
    ),
}
LEASE: Final = LeaseStatements(approvals)
APPROVED_BY: Final = select(approvals.c.decided_by).where(
    approvals.c.id == bindparam("the_id"), approvals.c.state == ApprovalState.APPROVED
)
_OPEN: Final = update(approvals).where(approvals.c.state == ApprovalState.OPEN)
# Whoever decides takes the lease away from a step that is under way.
DECIDE: Final = _OPEN.where(approvals.c.id == bindparam("the_id"))
# Its message is to be brought up to date: the call may have ended.
LOOK_AT: Final = _OPEN.where(
    approvals.c.call_id.in_(bindparam("calls", expanding=True)),
).values(due_at=bindparam("now", type_=Utc()), lease=None, lease_until=None)
# A call that waits for an approval: nobody leases it, since nothing of it is due.
WAITING_CALL: Final = update(calls).where(
    calls.c.id == bindparam("the_id"),
    undialed,
    calls.c.due_at.is_(None),
    calls.c.dialing_since.is_(None),
    calls.c.ending.is_(None),
)
ANNOUNCED_WAITING_CALL: Final = WAITING_CALL.where(calls.c.state == State.ANNOUNCED)
_WAITING_CALLS_OF: Final = (
    select(calls)
    .join(approvals, approvals.c.call_id == calls.c.id)
    .where(
        approvals.c.requester == bindparam("the_requester"),
        approvals.c.team == bindparam("the_team"),
        approvals.c.state == ApprovalState.OPEN,
        calls.c.due_at.is_(None),
        calls.c.ending.is_(None),
    )
)
WAITING_CALLS_OF: Final = _WAITING_CALLS_OF.order_by(approvals.c.created_at.desc()).limit(
    bindparam("most", type_=Integer)
)
COUNT_WAITING_CALLS_OF: Final = _WAITING_CALLS_OF.with_only_columns(func.count())
DELETE_OF: Final = delete(approvals).where(
    approvals.c.call_id.in_(bindparam("calls", expanding=True))
)
