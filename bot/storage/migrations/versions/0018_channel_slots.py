"""When the next message may be posted in a channel, shared by all replicas."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "channel_slots",
        sa.Column("channel", sa.Text(), primary_key=True),
        sa.Column("free_at", sa.Float(53), nullable=False),
    )
