"""What the policy rests on: the numbers not to be called, the pauses, and the audit."""

from typing import Final

from sqlalchemy import (
    Column,
    Table,
    Text,
    literal_column,
)

from bot.storage.column_types import (
    AnyText,
    Identifier,
    NumberContent,
    NumberKey,
    Utc,
)
from bot.storage.tables.columns import index, metadata

# The numbers that asked not to be called, by workspace.
do_not_call = Table(
    "do_not_call",
    metadata,
    Column("team", Text, primary_key=True),
    Column("number", NumberKey, primary_key=True),
    Column("added_by", AnyText, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("sealed_number", NumberContent),
)
index("do_not_call_added_by", do_not_call.c.added_by)
# The workspaces in which nothing is dialed now.
pauses = Table(
    "pauses",
    metadata,
    Column("team", Text, primary_key=True),
    Column("paused_by", AnyText, nullable=False),
    Column("paused_at", Utc, nullable=False),
)
# What was done, by whom; only ever added to, until it is old.
audit = Table(
    "audit",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("team", AnyText, nullable=False),
    Column("person", AnyText),
    Column("act", AnyText, nullable=False),
    Column("call", Identifier),
    Column("rule", AnyText),
)
index("audit_at", audit.c.at)
index("audit_of_team", audit.c.team, audit.c.at)
is_of_settings: Final = audit.c.act == literal_column("'settings_changed'")
index("audit_of_settings", audit.c.team, only=is_of_settings)
index("audit_of_person", audit.c.person, only=audit.c.person.is_not(None))
