"""What a visitor changes about the demo: what time it is, and which rules hold."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import CLOCK, utc_now
from bot.demo.changes import Changes
from bot.demo.rules import OFF, RULES

Restart = Callable[[Mapping[str, Any]], Awaitable[None]]


class Conditions:
    """Used while the demo runs; `restart` has the bot start again with other settings.

    The clock is the whole process's: the bot, Slack and CallCow agree what time it is.
    """

    def __init__(self, restart: Restart) -> None:
        self._restart = restart
        self.changes = Changes()
        self.rules: frozenset[str] = frozenset()

    @property
    def ahead(self) -> timedelta:
        """How far the demo's clock is ahead of the machine's."""
        return CLOCK.ahead

    def move(self, by: timedelta) -> None:
        """Let that much time pass."""
        CLOCK.ahead += by
        self.changes.notify()

    def go_to(self, hour: int, zone: str) -> None:
        """Let time pass until the clock strikes that hour in the zone."""
        now = utc_now().astimezone(ZoneInfo(zone))
        then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        if then <= now:
            then += timedelta(days=1)
        self.move(then.astimezone(UTC) - now.astimezone(UTC))

    def set_right(self) -> None:
        """Have the machine's time again."""
        self.move(-CLOCK.ahead)

    async def set_rules(self, names: Collection[str]) -> None:
        """Let those rules hold and no other; raises `LookupError` for one that there is not."""
        settings = dict(OFF)
        for name in names:
            settings |= RULES[name].settings
        await self._restart(settings)
        self.rules = frozenset(names)
        self.changes.notify()


def seconds_now() -> float:
    """Return the demo's time as Slack and CallCow count it: in seconds since 1970."""
    return utc_now().timestamp()
