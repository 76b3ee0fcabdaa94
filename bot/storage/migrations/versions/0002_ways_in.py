"""What a call needs for being scheduled, tried again, canceled, and listed for its requester."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, with what calls from before mean by them, and the indexes."""
    op.add_column(
        "calls", sa.Column("if_unanswered", sa.Text(), nullable=False, server_default="nothing")
    )
    op.add_column(
        "calls", sa.Column("try_number", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("calls", sa.Column("previous", sa.Uuid()))
    op.add_column("calls", sa.Column("canceled_by", sa.Text()))
    op.add_column("calls", sa.Column("result_in", sa.Text()))
    op.create_index("calls_of_requester", "calls", ["requester", "requested_at"])
    left = sa.text("due_at IS NOT NULL")
    op.create_index(
        "calls_left_of_requester", "calls", ["requester", "dial_at"],
        postgresql_where=left, sqlite_where=left,
    )  # fmt: skip
    follows = sa.text("previous IS NOT NULL")
    op.create_index(
        "calls_after", "calls", ["previous"], postgresql_where=follows, sqlite_where=follows
    )
