"""A call knows the conversation that its form was opened in."""

import sqlalchemy as sa

from bot.storage.migrations.gently import add_column

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    add_column("calls", sa.Column("asked_in", sa.Text()))
