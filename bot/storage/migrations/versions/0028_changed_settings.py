"""Whom changed settings name is found without looking at everything else that was done."""

from bot.storage.migrations.indexes import create_index

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; nothing else belongs here, since it is made outside of a transaction."""
    create_index("audit_of_settings", "audit", ["team"], "act = 'settings_changed'")
