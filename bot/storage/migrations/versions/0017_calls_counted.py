"""How often a number and a workspace are called is counted without looking at every call."""

from bot.storage.migrations.indexes import create_index

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes; nothing else belongs here, since they are made outside of a transaction."""
    sent = "dialing_since IS NOT NULL"
    create_index("calls_sent_to_number", "calls", ["team", "recipient", "dialing_since"], sent)
    create_index("calls_sent_of_team", "calls", ["team", "dialing_since"], sent)
    create_index(
        "calls_left_of_number", "calls", ["team", "recipient", "dial_at"], "due_at IS NOT NULL"
    )
