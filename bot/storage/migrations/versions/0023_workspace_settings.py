"""What each workspace has set for itself, and with which CallCow key a call was dialed."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.gently import add_column

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "workspace_settings",
        sa.Column("team", sa.Text(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("own", sa.JSON(), nullable=False),
        sa.Column("callcow_key", sa.Text()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text()),
    )
    op.create_index("workspace_settings_version", "workspace_settings", ["version"])
    only = sa.text("callcow_key IS NOT NULL")
    op.create_index(
        "workspace_settings_with_key",
        "workspace_settings",
        ["team"],
        postgresql_where=only,
        sqlite_where=only,
    )
    add_column("calls", sa.Column("dialed_with", sa.Text()))
