"""Whether somebody else approves a call: a row for each series that needs it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "approvals",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Uuid()),
        sa.Column("lease_until", _TIME),
        sa.Column("posted_in", sa.Text()),
        sa.Column("message_ts", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", _TIME),
        sa.Column("settled_at", _TIME),
    )
    _index("approvals_due", "due_at", only="due_at IS NOT NULL")
    _index("approvals_of_call", "call_id")
    _index("approvals_of_requester", "requester", "created_at")
    _index("approvals_decided_by", "decided_by", only="decided_by IS NOT NULL")
    _index("approvals_open_of_team", "team", only="state = 'open'")


def _index(name: str, *columns: str, only: str | None = None) -> None:
    condition = None if only is None else sa.text(only)
    op.create_index(
        name, "approvals", list(columns), postgresql_where=condition, sqlite_where=condition
    )
