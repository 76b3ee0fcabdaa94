"""What Slack says of an installation, as a row's values, and read from a row again."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.core.membership import Installation
from bot.storage.column_types import readable
from bot.storage.lenient import UNREADABLE


def as_values(installation: Installation, now: datetime) -> dict[str, Any]:
    """Return the values of the columns that say what Slack said of an installation, now."""
    return {
        "team": installation.key,
        "team_id": installation.team,
        "enterprise_id": installation.enterprise,
        "org_wide": installation.org_wide,
        "url": installation.url,
        "bot_user": installation.bot_user,
        "bot_id": installation.bot_id,
        "learned_at": now,
    }


def as_installation(row: Row[Any]) -> Installation:
    """Return what a row says of an installation; what cannot be read in it counts as not known."""
    return Installation(
        team=readable(row.team_id, None),
        enterprise=readable(row.enterprise_id, None),
        org_wide=row.org_wide is not UNREADABLE and row.org_wide,
        url=readable(row.url, None),
        bot_user=readable(row.bot_user, None),
        bot_id=readable(row.bot_id, None),
    )
