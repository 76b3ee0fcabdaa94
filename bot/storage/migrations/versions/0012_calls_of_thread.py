"""A call is found by the thread that its replies are in, without looking at every call."""

from bot.storage.migrations.indexes import create_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes; nothing else belongs here, since they are made outside of a transaction."""
    create_index("calls_of_thread", "calls", ["thread_ts"], "thread_ts IS NOT NULL")
    create_index("calls_of_message", "calls", ["message_ts"], "message_ts IS NOT NULL")
