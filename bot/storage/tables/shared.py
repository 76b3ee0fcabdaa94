"""What all replicas share: how far the schema is, how it is encrypted, what is sent when."""

from sqlalchemy import (
    Column,
    Integer,
    Table,
    Text,
)

from bot.storage.column_types import (
    Flag,
    JsonObject,
    Timestamp,
)
from bot.storage.tables.columns import metadata

# One row: the oldest revision whose version can use the schema.
schema_compatibility = Table(
    "schema_compatibility", metadata, Column("compatible_from", Text, primary_key=True)
)

# One row, once there are keys: by what encrypted numbers are found, itself encrypted, and whether
# what is written is to be encrypted.
encryption = Table(
    "encryption",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("index_key", Text, nullable=False),
    Column("is_writing", Flag, nullable=False),
)

# A key's permits are taken in turn by all replicas that use it; the key itself is not kept.
rates = Table(
    "callcow_rates",
    metadata,
    Column("key_digest", Text, primary_key=True),
    Column("taken", JsonObject(), nullable=False),
    Column("paused_until", Timestamp, nullable=False),
)

# When the next message may be posted in a channel, which is known by its workspace's id before its
# own: `team:channel`.
channel_slots = Table(
    "channel_slots",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("free_at", Timestamp, nullable=False),
)
