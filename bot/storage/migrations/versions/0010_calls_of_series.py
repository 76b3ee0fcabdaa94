"""The attempts after the first are found by their series."""

from bot.storage.migrations.indexes import create_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; nothing else belongs here, since it is made outside of a transaction."""
    create_index("calls_of_series", "calls", ["series_id"], "series_id IS NOT NULL")
