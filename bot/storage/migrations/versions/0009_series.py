"""What the attempts of one request share: a series for each, also for calls from before."""

import sqlalchemy as sa
from alembic import op

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
_PLANS = {
    "once_more": {"attempts": 2, "distance": 900.0},
    "three_in_all": {"attempts": 3, "distance": 3600.0},
}
_ONE = {"attempts": 1, "distance": 0.0}


def upgrade() -> None:
    """Make the table and a series for each chain of calls; what is left to do is carried on."""
    series = op.create_table(
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
    op.add_column("calls", sa.Column("series_id", sa.Uuid()))
    op.add_column("calls", sa.Column("retry_plan", sa.JSON()))
    connection = op.get_bind()
    # Most calls have the plan that no plan means: their rows need not be written again.
    for name, plan in _PLANS.items():
        connection.execute(
            _calls.update().where(_calls.c.if_unanswered == name).values(retry_plan=plan)
        )
    _link_attempts(connection)
    _announce_attempts(connection)
    shared = ["id", "team", "channel", "thread_ts", "posted_in", "message_ts", "result_ts"]
    its_plan = sa.func.coalesce(_calls.c.retry_plan, sa.literal(_ONE, sa.JSON()))
    first = sa.select(*(_calls.c[name] for name in shared), its_plan, sa.literal(0)).where(
        _calls.c.series_id.is_(None)
    )
    connection.execute(series.insert().from_select([*shared, "retry_plan", "version"], first))
    _share_the_last_message(connection, series)


def _link_attempts(connection: sa.Connection) -> None:
    """Let each further attempt belong to the series of the first."""
    rows = connection.execute(
        sa.select(_calls.c.id, _calls.c.previous).where(_calls.c.previous.is_not(None))
    )
    previous = {row.id: row.previous for row in rows}
    known = set(connection.execute(sa.select(_calls.c.id)).scalars()) if previous else set()
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
        .where(_calls.c.state == "requested", before.c.message_ts.is_not(None))
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


def _share_the_last_message(connection: sa.Connection, series: sa.Table) -> None:
    """Let a series go on with the message of its last attempt, which has the buttons."""
    later = (
        sa.select(_calls.c.series_id, _calls.c.posted_in, _calls.c.message_ts)
        .where(_calls.c.series_id.is_not(None), _calls.c.message_ts.is_not(None))
        .order_by(_calls.c.dial_at)
    )
    for row in connection.execute(later).all():
        connection.execute(
            series.update()
            .where(series.c.id == row.series_id)
            .values(posted_in=row.posted_in, message_ts=row.message_ts)
        )
