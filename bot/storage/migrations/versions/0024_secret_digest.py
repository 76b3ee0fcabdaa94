"""Beside a callback secret stands its digest: a callback is known without the secret's key."""

import sqlalchemy as sa

from bot.storage.migrations.gently import add_column

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    add_column("calls", sa.Column("secret_digest", sa.Text()))
