"""Calling hours that are closed while a test runs, where its number is."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.clock import utc_now

# Where the tests' number is: San Francisco.
_ZONE: Final = ZoneInfo("America/Los_Angeles")


def closed_until() -> tuple[str, datetime]:
    """Return calling hours, as they are set, that are closed now, and when they begin (UTC).

    They begin in one or two hours, or at midnight.
    """
    now = utc_now().astimezone(_ZONE)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    opens = now.hour + 2 if now.hour < 21 else 0
    opening = midnight.replace(hour=opens) if opens else midnight + timedelta(days=1)
    return f"{opens}:00-{opens + 1}:00", opening.astimezone(UTC)
