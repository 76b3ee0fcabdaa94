"""What the attempts of one request share: a series for each, also for calls from before."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.gently import add_column, outside_of_transaction

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_calls = sa.table(
    "calls",
    *(sa.column(name) for name in ("team", "channel", "thread_ts", "posted_in", "message_ts")),
    *(sa.column(name) for name in ("state", "result_ts", "if_unanswered", "due_at", "dial_at")),
    *(sa.column(name, sa.Uuid()) for name in ("id", "previous", "series_id", "lease")),
    sa.column("retry_plan", sa.JSON()),
    sa.column("lease_until", sa.DateTime(timezone=True)),
)
_series = sa.table(
    "series",
    *(sa.column(name) for name in ("team", "channel", "thread_ts", "posted_in", "message_ts")),
    *(sa.column(name) for name in ("result_ts", "version")),
    sa.column("id", sa.Uuid()),
    sa.column("retry_plan", sa.JSON()),
)
_PLANS = {
    "once_more": {"attempts": 2, "distance": 900.0},
    "three_in_all": {"attempts": 3, "distance": 3600.0},
}
_ONE = {"attempts": 1, "distance": 0.0}


def upgrade() -> None:
    """Make the table and a series for each chain of attempts; what is left is carried on.

    A call without further attempts needs none: it is read as a series of one.
    """
    add_column("calls", sa.Column("series_id", sa.Uuid()))
    add_column("calls", sa.Column("retry_plan", sa.JSON()))
    if not sa.inspect(op.get_bind()).has_table("series"):
        _create_series()
    # The table is free again by now: of what is carried on, each statement locks its rows alone.
    with outside_of_transaction():
        connection = op.get_bind()
        # Of what is over, the plan is read where it stood.
        for name, plan in _PLANS.items():
            is_left = sa.and_(_calls.c.due_at.is_not(None), _calls.c.if_unanswered == name)
            connection.execute(_calls.update().where(is_left).values(retry_plan=plan))
        _link_attempts(connection)
        _announce_attempts(connection)
        _add_series(connection)
        _share_the_last_message(connection)


def _create_series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("posted_in", sa.Text()),
        sa.Column("message_ts", sa.Text()),
        sa.Column("result_ts", sa.Text()),
        sa.Column("retry_plan", sa.JSON(), nullable=False),
        sa.Column("shown", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _add_series(connection: sa.Connection) -> None:
    """Add the series of each first attempt that others follow."""
    shared = ["id", "team", "channel", "thread_ts", "posted_in", "message_ts", "result_ts"]
    its_plan = sa.func.coalesce(_calls.c.retry_plan, sa.literal(_ONE, sa.JSON()))
    followed = sa.select(_calls.c.series_id).where(_calls.c.series_id.is_not(None))
    there = sa.select(_series.c.id)
    first = sa.select(*(_calls.c[name] for name in shared), its_plan, sa.literal(0)).where(
        _calls.c.series_id.is_(None), _calls.c.id.in_(followed), _calls.c.id.not_in(there)
    )
    connection.execute(_series.insert().from_select([*shared, "retry_plan", "version"], first))


def _link_attempts(connection: sa.Connection) -> None:
    """Let each further attempt belong to the series of the first."""
    rows = connection.execute(
        sa.select(_calls.c.id, _calls.c.previous).where(_calls.c.previous.is_not(None))
    )
    previous = {row.id: row.previous for row in rows}
    named = sa.select(_calls.c.previous).where(_calls.c.previous.is_not(None))
    known = set(connection.execute(sa.select(_calls.c.id).where(_calls.c.id.in_(named))).scalars())
    for call_id in previous:
        root = call_id
        for _ in previous:
            if previous.get(root) not in known:
                break
            root = previous[root]
        if root != call_id:
            connection.execute(_calls.update().where(_calls.c.id == call_id).values(series_id=root))


def _announce_attempts(connection: sa.Connection) -> None:
    """Let further attempts that have no message yet go below the one before."""
    before = _calls.alias("before")
    waiting = (
        sa.select(_calls.c.id, before.c.posted_in, before.c.message_ts, _calls.c.dial_at)
        .join(before, before.c.id == _calls.c.previous)
        .where(
            _calls.c.due_at.is_not(None),
            _calls.c.state == "requested",
            before.c.message_ts.is_not(None),
        )
    )
    for row in connection.execute(waiting).all():
        connection.execute(
            _calls.update()
            .where(_calls.c.id == row.id)
            .values(
                state="announced",
                posted_in=row.posted_in,
                message_ts=row.message_ts,
                due_at=row.dial_at,
                lease=None,
                lease_until=None,
            )
        )


def _share_the_last_message(connection: sa.Connection) -> None:
    """Let a series go on with the message of its last attempt, which has the buttons."""
    later = (
        sa.select(_calls.c.series_id, _calls.c.posted_in, _calls.c.message_ts)
        .where(_calls.c.series_id.is_not(None), _calls.c.message_ts.is_not(None))
        .order_by(_calls.c.dial_at)
    )
    for row in connection.execute(later).all():
        connection.execute(
            _series.update()
            .where(_series.c.id == row.series_id)
            .values(posted_in=row.posted_in, message_ts=row.message_ts)
        )
