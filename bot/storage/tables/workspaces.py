"""The workspaces: where the bot is installed, and what each has set for itself."""

from typing import Final

from sqlalchemy import (
    Column,
    Index,
    Table,
    Text,
)

from bot.storage.column_types import (
    AlwaysSealed,
    AnyText,
    Flag,
    JsonObject,
    Number,
    Utc,
)
from bot.storage.tables.columns import index, metadata

# What Slack last said of where the bot is installed, so that it is known while Slack is away.
installations = Table(
    "installations",
    metadata,
    Column("team", Text, primary_key=True),
    Column("token_digest", Text, nullable=False),
    Column("team_id", AnyText),
    Column("enterprise_id", AnyText),
    Column("org_wide", Flag, nullable=False),
    Column("url", AnyText),
    Column("bot_user", AnyText),
    Column("bot_id", AnyText),
    Column("learned_at", Utc, nullable=False),
    # For many workspaces alone: every change has a later version.
    Column("version", Number),
    Column("bot_token", AlwaysSealed),
    Column("scopes", AnyText),
    Column("installed_by", AnyText),
    Column("installed_at", Utc),
    Column("removed_at", Utc),
    # What the installer is still to be told, and when that is tried next.
    Column("notice", AnyText),
    Column("notice_at", Utc),
)
Index("installations_version", installations.c.version)
index(
    "installations_removed_at",
    installations.c.removed_at,
    only=installations.c.removed_at.is_not(None),
)
index(
    "installations_notice_at",
    installations.c.notice_at,
    only=installations.c.notice_at.is_not(None),
)

# Who has begun to install the bot, and comes back from Slack with what is found here once.
oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", Text, primary_key=True),
    Column("expires_at", Utc, nullable=False),
)
Index("oauth_states_expires_at", oauth_states.c.expires_at)

# What each workspace has set for itself. The version is of all rows: each change has a later one.
workspace_settings = Table(
    "workspace_settings",
    metadata,
    Column("team", Text, primary_key=True),
    Column("version", Number(), nullable=False),
    Column("own", JsonObject(), nullable=False),
    Column("callcow_key", AlwaysSealed()),
    # As in what it has set, which the database cannot look into.
    Column("retention_days", Number()),
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", AnyText),
)
index("workspace_settings_version", workspace_settings.c.version)
has_own_key: Final = workspace_settings.c.callcow_key.is_not(None)
has_retention: Final = workspace_settings.c.retention_days.is_not(None)
index("workspace_settings_with_retention", workspace_settings.c.team, only=has_retention)
index("workspace_settings_with_key", workspace_settings.c.team, only=has_own_key)
