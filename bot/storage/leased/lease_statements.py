"""The SQL statements by which the rows of a table are leased to a lane of the worker."""

from typing import Any, Final

from sqlalchemy import Integer, Select, Table, Update, and_, bindparam, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate


class LeaseStatements:
    """Those of one table, each built once."""

    def __init__(self, table: Table) -> None:
        this = table.c.id == bindparam("the_id")
        ours = table.c.lease == bindparam("our_lease")
        is_free = or_(
            table.c.lease.is_(None),
            and_(
                table.c.lease_until <= bindparam("now"),
                table.c.lease.not_in(bindparam("held", expanding=True)),
            ),
        )
        due = (
            select(table.c.id)
            .where(
                table.c.due_at <= bindparam("now"),
                table.c.id.not_in(bindparam("resting", expanding=True)),
                is_free,
            )
            .order_by(table.c.due_at)
            .limit(bindparam("most", type_=Integer))
            .with_for_update(skip_locked=True)
            .cte(f"due_{table.name}")
        )
        self.get: Final[Select[Any]] = select(table).where(this)
        self.claim: Final[ReturningUpdate[Any]] = (
            update(table)
            .where(table.c.id.in_(select(due.c.id)))
            .values(lease=bindparam("new_lease"), lease_until=bindparam("until"))
            .returning(*table.c)
        )
        # For rows that cannot be read: only the lease that has just been taken is given back.
        self.leave_alone: Final[Update] = (
            update(table)
            .where(ours, table.c.id.in_(bindparam("ids", expanding=True)))
            .values(lease=None, lease_until=None)
        )
        self.advance: Final[Update] = update(table).where(
            this, table.c.state == bindparam("from_state"), ours
        )
        self.add_message: Final[Update] = (
            update(table)
            .where(this)
            .values(
                posted_in=func.coalesce(table.c.posted_in, bindparam("their_channel")),
                message_ts=func.coalesce(table.c.message_ts, bindparam("their_ts")),
            )
        )
