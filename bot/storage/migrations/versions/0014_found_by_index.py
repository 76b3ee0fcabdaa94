"""What was found by looking at every row: drafts of a message or person, calls without a result."""

from bot.storage.migrations.indexes import create_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes; nothing else belongs here, since they are made outside of a transaction."""
    create_index("calls_without_result", "calls", ["team", "dial_at"], "ending = 'no_result'")
    create_index(
        "drafts_by_key", "drafts", ["request_key"], operators={"request_key": "text_pattern_ops"}
    )
    create_index("drafts_by_conversation", "drafts", ["requester", "channel", "created_at"])
