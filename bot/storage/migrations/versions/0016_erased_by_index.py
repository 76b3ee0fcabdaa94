"""What is to be erased is found by its age, without looking at every call."""

from bot.storage.migrations.indexes import create_index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes; nothing else belongs here, since they are made outside of a transaction."""
    is_erasable = "state = 'reported' AND erased_at IS NULL"
    create_index("calls_to_erase", "calls", ["ended_at"], is_erasable)
    create_index("calls_with_secret", "calls", ["ended_at"], "callback_secret <> ''")
    has_response_url = "response_url IS NOT NULL"
    create_index("calls_with_response_url", "calls", ["requested_at"], has_response_url)
