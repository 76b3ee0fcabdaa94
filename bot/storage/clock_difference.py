"""How far our clock is from the database's: replicas are taken to agree within seconds."""

import time
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, func, select, text

from bot.clock import CLOCK
from bot.core.errors import StoreError
from bot.storage.engine.database import Database

ALLOWED_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 15.0
_LOG_SECONDS: Final = 60.0
_NOW: Final = select(func.extract("epoch", text("clock_timestamp()")))

_log = structlog.get_logger(__name__)


class ClockDifference:
    """Compares the clocks now and then; SQLite has none of its own.

    By a clock that is wrong, nothing is dialed, and the time of day is taken from the database: a
    lease of another replica's would seem to have run out, and what is left for later would be
    due at a wrong time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked_at = -_LOOK_SECONDS
        self._logged_at = -_LOG_SECONDS
        # How many seconds ours is ahead.
        self.seconds = 0.0

    @property
    def is_allowed(self) -> bool:
        """Whether this replica may dial by its clock."""
        return abs(self.seconds) <= ALLOWED_SECONDS

    async def is_right(self) -> bool:
        """Return whether this replica may dial, looking again if the last look is old."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            try:
                self.seconds = await self._database.read(_difference)
            except StoreError as error:
                _log.info("clock not compared", error=str(error))
            else:
                self._looked_at = now
                CLOCK.wrong_by = timedelta(seconds=0 if self.is_allowed else self.seconds)
        if not self.is_allowed and now - self._logged_at >= _LOG_SECONDS:
            self._logged_at = now
            _log.error("clock differs from the database's: nothing is dialed", seconds=self.seconds)
        return self.is_allowed


def _difference(connection: Connection) -> float:
    if connection.dialect.name == "sqlite":
        return 0.0
    before = time.time()
    theirs = float(connection.execute(_NOW).scalar_one())
    return round((before + time.time()) / 2 - theirs, 1)
