"""What a workspace has not dialed yet is found without looking at every call."""

from bot.storage.migrations.indexes import create_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; nothing else belongs here, since it is made outside of a transaction."""
    create_index("calls_undialed_of_team", "calls", ["team"], "state IN ('requested', 'announced')")
