"""How many calls go before a new one is counted without looking at each of them."""

from bot.storage.migrations.indexes import create_index

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; nothing else belongs here, since it is made outside of a transaction."""
    create_index(
        "calls_to_dial",
        "calls",
        ["team", "requester", "dial_at"],
        "state IN ('requested', 'announced') AND dialing_since IS NULL AND due_at IS NOT NULL",
    )
