"""What Slack last said of where the bot is installed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "installations",
        sa.Column("team", sa.Text(), primary_key=True),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text()),
        sa.Column("enterprise_id", sa.Text()),
        sa.Column("org_wide", sa.Boolean(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("bot_user", sa.Text()),
        sa.Column("bot_id", sa.Text()),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
    )
