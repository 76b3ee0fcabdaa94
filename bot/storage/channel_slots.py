"""Slack's one message a second for a channel, kept by all replicas through the database.

Each second is taken in a short transaction of its own, by the database's clock, and never returned.
"""

from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.column_types import readable
from bot.storage.engine.database import Database
from bot.storage.rate_table import clock_of
from bot.storage.tables import channel_slots

# A little more than Slack's second, as requests take different times to arrive.
SLOT_SECONDS: Final = 1.1
_ADD: Final = {
    name: insert(channel_slots).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
READ: Final = (
    select(channel_slots.c.free_at)
    .where(channel_slots.c.channel == bindparam("the_channel"))
    .with_for_update()
)
WRITE: Final = update(channel_slots).where(channel_slots.c.channel == bindparam("the_channel"))


class ChannelSlots:
    """Nothing waits here: who gets no slot is told when to come again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, team: str, channel: str) -> float:
        """Take a slot and return 0, or the seconds until the next is free; raises `StoreError`.

        `team` is what the workspace's calls are kept under: another may have a channel of that id.
        """

        def work(connection: Connection) -> float:
            name = f"{team}:{channel}"
            key = {"the_channel": name}
            row = connection.execute(READ, key).one_or_none()
            if row is None:
                first: dict[str, Any] = {"channel": name, "free_at": 0.0}
                connection.execute(_ADD[connection.dialect.name], first)
                row = connection.execute(READ, key).one()
            now = clock_of(connection)
            # Never longer than one slot: a clock may have been set back.
            wait = readable(row.free_at, 0.0) - now
            if 0 < wait <= SLOT_SECONDS:
                return wait
            connection.execute(WRITE, {**key, "free_at": now + SLOT_SECONDS})
            return 0.0

        return await self._database.write_alone(work)
