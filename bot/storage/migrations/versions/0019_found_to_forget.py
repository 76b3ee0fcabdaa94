"""What is kept of a number or a person is found without looking at every row, to forget it."""

from bot.storage.migrations.indexes import create_index

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes; nothing else belongs here, since they are made outside of a transaction."""
    create_index("calls_of_number", "calls", ["recipient"], "recipient <> ''")
    create_index("do_not_call_added_by", "do_not_call", ["added_by"])
