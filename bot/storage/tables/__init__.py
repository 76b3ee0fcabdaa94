"""The tables, on SQLite or PostgreSQL: some follow the fields of `Call`, `Draft`, `Approval`."""

from bot.storage.tables.call_tables import (
    calls,
    digest_of,
    has_no_result,
    has_number,
    has_secret,
    is_erasable,
    number_columns,
    secret_columns,
    series,
    undialed,
)
from bot.storage.tables.columns import metadata
from bot.storage.tables.leased import approvals, drafts, is_open
from bot.storage.tables.policy import audit, do_not_call, is_of_settings, pauses
from bot.storage.tables.shared import channel_slots, encryption, rates, schema_compatibility
from bot.storage.tables.workspaces import (
    has_own_key,
    has_retention,
    installations,
    oauth_states,
    workspace_settings,
)

__all__ = [
    "approvals",
    "audit",
    "calls",
    "channel_slots",
    "digest_of",
    "do_not_call",
    "drafts",
    "encryption",
    "has_no_result",
    "has_number",
    "has_own_key",
    "has_retention",
    "has_secret",
    "installations",
    "is_erasable",
    "is_of_settings",
    "is_open",
    "metadata",
    "number_columns",
    "oauth_states",
    "pauses",
    "rates",
    "schema_compatibility",
    "secret_columns",
    "series",
    "undialed",
    "workspace_settings",
]
