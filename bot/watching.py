"""What is told to those who run the bot: the gauges that are read when asked, and the status."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Protocol

import structlog

from bot import logs
from bot.clock import utc_now
from bot.core.calls.states import State
from bot.core.errors import StoreError
from bot.metrics import Gauges, own_version
from bot.storage.callcow_keys import CallCowKeys
from bot.storage.calls.store import Backlog, Store
from bot.storage.clock_difference import ClockDifference
from bot.worker.dispatcher import Dispatcher

_log = structlog.get_logger(__name__)


class Troubled(Protocol):
    """A part that knows what is wrong with it."""

    @property
    def trouble(self) -> str | None:
        """What is wrong, or None."""
        ...


class HasUnreadableRows(Protocol):
    """A store that leaves alone what it cannot read."""

    @property
    def unreadable_rows(self) -> int:
        """How many times a row was met that this version cannot read."""
        ...


class Watching:
    """Asks every part how it is, one by one, whatever the others answer."""

    def __init__(
        self,
        store: Store,
        stores: Collection[HasUnreadableRows],
        dispatcher: Dispatcher,
        keys: CallCowKeys,
        clock: ClockDifference,
        gauges: Gauges,
        parts: Mapping[str, Troubled | None],
        others: Mapping[str, Callable[[], Awaitable[dict[str, Any]]]],
    ) -> None:
        self._store = store
        self._stores = stores
        self._dispatcher = dispatcher
        self._keys = keys
        self._clock = clock
        self._gauges = gauges
        self._parts = parts
        self._others = others

    async def status(self) -> dict[str, dict[str, Any]]:
        """Return what is told of each part, and whether it is `ok`."""
        told: dict[str, dict[str, Any]] = {
            "version": {"ringback": own_version()},
            "database": await self._database(),
            "dispatcher": {"ok": await self._dispatcher.works()},
        }
        told["clock"] = {"ok": self._clock.is_allowed, "ahead by seconds": self._clock.seconds}
        for name, part in self._parts.items():
            if part is not None:
                told[name] = {"ok": part.trouble is None, "trouble": part.trouble}
        for name, status in self._others.items():
            told[name] = await status()
        told["calls"] = {
            one.state: {"left": one.left, "due": one.due} for one in await self._backlog()
        }
        return told

    async def refresh(self) -> None:
        """Bring the gauges up to date; those that the database must tell are left out without."""
        gauges, now = self._gauges, utc_now()
        gauges.clock_difference.set(self._clock.seconds)
        gauges.permits.clear()
        for rate in self._keys.rates():
            gauges.permits.labels(rate.key).set(rate.left())
        gauges.dropped_log_lines.set(logs.dropped_lines())
        gauges.unreadable_rows.set(sum(store.unreadable_rows for store in self._stores))
        gauges.due.clear()
        gauges.oldest_due.clear()
        waiting = 0
        for one in await self._backlog():
            gauges.due.labels(one.state).set(one.due)
            late = max(0.0, (now - one.oldest_due_at).total_seconds())
            gauges.oldest_due.labels(one.state).set(late)
            waiting += one.left if one.state == State.WAITING.value else 0
        gauges.waiting.set(waiting)
        for phase, count in self._store.failures.items():
            gauges.database_failures.labels(phase).set(count)

    async def _database(self) -> dict[str, Any]:
        return {"ok": await self._store.works(), "failures": dict(self._store.failures)}

    async def _backlog(self) -> list[Backlog]:
        try:
            return await self._store.backlog()
        except StoreError as error:
            _log.debug("backlog not read", error=str(error))
            return []
