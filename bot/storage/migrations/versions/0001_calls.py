"""The table of calls."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of calls and the index of what is due."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("request_key", sa.Text(), nullable=False, unique=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("enterprise", sa.Text()),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("response_url", sa.Text()),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("callback_secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dial_at", time, nullable=False),
        sa.Column("due_at", time),
        sa.Column("requested_at", time, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Uuid()),
        sa.Column("lease_until", time),
        sa.Column("posted_in", sa.Text()),
        sa.Column("place_error", sa.Text()),
        sa.Column("message_ts", sa.Text()),
        sa.Column("shown", sa.Text()),
        sa.Column("dialing_since", time),
        sa.Column("last_dial_at", time),
        sa.Column("workflow_id", sa.Text()),
        sa.Column("provider_call_id", sa.Text()),
        sa.Column("ending", sa.Text()),
        sa.Column("result", sa.JSON()),
        sa.Column("error", sa.Text()),
        sa.Column("result_ts", sa.Text()),
        sa.Column("announced_at", time),
        sa.Column("placed_at", time),
        sa.Column("ended_at", time),
        sa.Column("reported_at", time),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "calls_due", "calls", ["due_at", "state"], postgresql_where=due, sqlite_where=due
    )
