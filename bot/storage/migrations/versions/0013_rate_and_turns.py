"""CallCow's rate, shared by all replicas, and the turn in which calls are dialed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, which knows a key by its digest, and the column."""
    op.create_table(
        "callcow_rates",
        sa.Column("key_digest", sa.Text(), primary_key=True),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.Float(53), nullable=False),
    )
    op.add_column("calls", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
