"""What a workspace keeps no longer is found without looking at what the others keep."""

from bot.storage.migrations.indexes import create_index

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; nothing else belongs here, since it is made outside of a transaction."""
    create_index(
        "calls_to_erase_of_team",
        "calls",
        ["team", "ended_at"],
        "state = 'reported' AND erased_at IS NULL",
    )
