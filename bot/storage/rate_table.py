"""CallCow's rate, which belongs to its key: shared by all replicas through the database.

Each permit is taken in a short transaction of its own, by the database's clock, and never
returned: whether a request was sent that may have been is not known.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any, Final

import structlog
from pydantic import SecretStr
from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.errors import StoreError
from bot.core.rate import Window
from bot.storage.column_types import readable
from bot.storage.engine.database import Database
from bot.storage.tables import rates

_ADD: Final = {
    name: insert(rates).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
READ: Final = (
    select(rates.c.taken, rates.c.paused_until)
    .where(rates.c.key_digest == bindparam("the_key"))
    .with_for_update()
)
WRITE: Final = update(rates).where(rates.c.key_digest == bindparam("the_key"))
# Read after the row is locked: waiting for it takes time.
_NOW: Final = select(func.extract("epoch", text("clock_timestamp()")))

# Who is behind those to whom all that is left is promised asks again so soon.
_ASK_AGAIN_SECONDS: Final = 0.25

_log = structlog.get_logger(__name__)


def digest_of(key: SecretStr) -> str:
    """Return what a key is known by without being kept."""
    return hashlib.sha256(key.get_secret_value().encode()).hexdigest()


class SharedRate:
    """The permits of one key. Nothing waits here: who gets none is told when to come again."""

    def __init__(self, database: Database, key: SecretStr, per_minute: int) -> None:
        self._database = database
        self._key = digest_of(key)
        # As it was seen last, by the database's clock, which was so far ahead of our own.
        self._seen = Window(per_minute)
        self._ahead = time.time() - time.monotonic()
        # To whom this replica has promised a permit, the first first.
        self._promises: list[object] = []
        # Since when CallCow has taken nothing and said that it was too much.
        self._refused_since: float | None = None

    @property
    def key(self) -> str:
        """What names the key without showing it: the beginning of its digest."""
        return self._key[:8]

    def left(self) -> int:
        """Return how many requests may be sent at once, as far as this replica knows."""
        return self._seen.left(self._now())

    @property
    def refused_seconds(self) -> float:
        """For how long CallCow has taken no call of this replica's, for being too many."""
        return 0.0 if self._refused_since is None else time.monotonic() - self._refused_since

    def unpromised(self) -> int:
        """Return the same, less what is promised."""
        return max(self.left() - len(self._promises), 0)

    @contextmanager
    def promised(self) -> Iterator[object]:
        """Keep a permit, while the context is open, from who asks for one with a later promise.

        Whoever waits for something else first does not lose their turn meanwhile; it is kept from
        this replica's dials alone.
        """
        promise = object()
        self._promises.append(promise)
        try:
            yield promise
        finally:
            self._keep(promise)

    async def acquire_dial(self, promise: object = None) -> float:
        """Count a dial and return 0, or the seconds until one may go; raises `StoreError`."""
        is_known = promise in self._promises
        earlier = self._promises.index(promise) if is_known else len(self._promises)
        if earlier and self.left() <= earlier:
            return max(self._seen.wait(self._now(), keep=earlier), _ASK_AGAIN_SECONDS)
        wait = await self._acquire(keep=0)
        if wait == 0:
            self._keep(promise)
        return wait

    async def acquire_poll(self) -> float:
        """Do so for a poll: some permits are left to dials."""
        return await self._acquire(keep=self._seen.kept_for_dials)

    async def pause(self, seconds: float) -> None:
        """Let no replica send anything for `seconds`: CallCow said that it was too much."""
        if self._refused_since is None:
            self._refused_since = time.monotonic()
        self._seen = self._seen.pause(self._now() + seconds)
        try:
            await self._change(lambda window, now: window.pause(now + seconds))
        except StoreError as error:
            _log.warning("pause not shared", error=str(error))

    def taken(self) -> None:
        """Note that CallCow has taken a call."""
        self._refused_since = None

    def _keep(self, promise: object) -> None:
        if promise in self._promises:
            self._promises.remove(promise)

    async def _acquire(self, *, keep: int) -> float:
        # What was taken is never returned, so what this replica knows to be too early still is.
        if (wait := self._seen.wait(self._now(), keep=keep)) > 0:
            return wait
        waits = []

        def take(window: Window, now: float) -> Window:
            waits.append(window.wait(now, keep=keep))
            return window if waits[-1] > 0 else window.take(now)

        await self._change(take)
        return waits[-1]

    async def _change(self, change: Callable[[Window, float], Window]) -> None:
        def work(connection: Connection) -> tuple[Window, float]:
            row = connection.execute(READ, {"the_key": self._key}).one_or_none()
            if row is None:
                connection.execute(
                    _ADD[connection.dialect.name],
                    {"key_digest": self._key, "taken": {"permits": []}, "paused_until": 0.0},
                )
                row = connection.execute(READ, {"the_key": self._key}).one()
            now = clock_of(connection)
            window = Window.read(
                self._seen.per_minute, _permits(row.taken), readable(row.paused_until, 0.0)
            )
            after = change(window, now)
            if after != window:
                values: dict[str, Any] = {
                    "taken": {"permits": after.taken},
                    "paused_until": after.paused_until,
                }
                connection.execute(WRITE, {"the_key": self._key, **values})
            return after, now

        self._seen, now = await self._database.write_alone(work)
        self._ahead = now - time.monotonic()

    def _now(self) -> float:
        return time.monotonic() + self._ahead


def clock_of(connection: Connection) -> float:
    """Return the time by the database's clock, in seconds since 1970."""
    if connection.dialect.name == "sqlite":
        return time.time()
    return float(connection.execute(_NOW).scalar_one())


def _permits(taken: Any) -> list[list[float]]:
    """Return what was kept; of what cannot be read nothing counts, for a minute."""
    permits = taken.get("permits") if isinstance(taken, dict) else None
    return [each for each in permits if _is_permit(each)] if isinstance(permits, list) else []


def _is_permit(kept: object) -> bool:
    """Whether it is a time and how many were taken then."""
    if not isinstance(kept, list) or len(kept) != 2:
        return False
    return all(isinstance(each, int | float) and isfinite(each) for each in kept)
