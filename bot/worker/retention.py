"""What is kept no longer goes, at the start and every few minutes, in portions: nobody waits."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Self

import structlog

from bot.background import BackgroundWork
from bot.clock import utc_now
from bot.core.errors import StoreError
from bot.in_flight import InFlightRequests
from bot.storage import audit, erasure
from bot.storage.audit import AuditLog
from bot.storage.erasure import Erasure
from bot.storage.installation_store import InstallationStore
from bot.storage.workspace_settings import WorkspaceSettingsStore

# Slack takes an answer at a `response_url` for so long.
_RESPONSE_URL_KEPT: Final = timedelta(minutes=30)
# A result that comes later than this after the last that was expected is nobody's any more.
_SECRET_KEPT: Final = timedelta(hours=24)
# Whoever adds the bot again within that time finds everything as it was.
_REMOVED_KEPT: Final = timedelta(days=30)
_LOOK_EVERY_SECONDS: Final = 300.0
# Between two portions others have their turn.
_PAUSE_SECONDS: Final = 0.02
_LONGEST_YIELD_SECONDS: Final = 0.5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Kept:
    """How long what is kept; None is for good."""

    calls: timedelta | None
    audit: timedelta | None
    result_timeout: timedelta


class Retention:
    """Used as `async with`: while it is open it works."""

    def __init__(
        self,
        calls: Erasure,
        acts: AuditLog,
        installations: InstallationStore,
        settings: WorkspaceSettingsStore,
        in_flight: InFlightRequests,
        kept: Kept,
    ) -> None:
        self._calls = calls
        self._acts = acts
        self._installations = installations
        self._settings = settings
        self._in_flight = in_flight
        self._kept = kept
        self._log_holds_content = False
        self._wanted = asyncio.Event()
        self._work = BackgroundWork(self._look_after_all, name="retention")

    async def __aenter__(self) -> Self:
        self._work.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._work.end()

    async def _look_after_all(self) -> None:
        # Also of what another process has erased.
        self._calls.forget_remembered()
        for what, look in (
            ("content of calls", self.erase_calls),
            ("response_urls", self.drop_response_urls),
            ("callback secrets", self.drop_callback_secrets),
            ("audit", self.delete_audit),
            ("workspaces without the bot", self.erase_removed),
        ):
            try:
                gone = await look()
            except StoreError as error:
                _log.warning("not erased yet", what=what, error=str(error))
            except Exception:  # noqa: BLE001
                # Whatever is odd about one, the others are looked after, and this one later.
                _log.exception("not erased", what=what)
            else:
                if gone:
                    _log.info("erased", what=what, rows=gone)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                await self._wanted.wait()
        self._wanted.clear()

    def truncate_log_soon(self) -> None:
        """Let SQLite's log go, which holds what somebody else has erased."""
        self._log_holds_content = True
        self._wanted.set()

    async def drop_response_urls(self) -> int:
        """Drop those that work no longer, and return how many; raises `StoreError`."""
        before = utc_now() - _RESPONSE_URL_KEPT
        return await self._in_portions(
            lambda: self._calls.drop_response_urls(requested_before=before), erasure.PORTION
        )

    async def drop_callback_secrets(self) -> int:
        """Do so with secrets for which no result is taken any more."""
        before = utc_now() - self._kept.result_timeout - _SECRET_KEPT
        return await self._in_portions(
            lambda: self._calls.drop_callback_secrets(ended_before=before), erasure.PORTION
        )

    async def erase_calls(self) -> int:
        """Erase the content of calls that are kept no longer, and let SQLite's log of it go."""
        erased = 0
        if self._kept.calls is not None:
            before = utc_now() - self._kept.calls
            erased = await self._in_portions(
                lambda: self._calls.erase_calls(ended_before=before, now=utc_now()),
                erasure.PORTION,
            )
        for team, days in (await self._settings.retentions()).items():
            erased += await self._in_portions(
                partial(self._erase_calls_of, team, timedelta(days=days)), erasure.PORTION
            )
        self._log_holds_content |= erased > 0
        if self._log_holds_content and await self._calls.truncate_log():
            self._log_holds_content = False
        return erased

    async def _erase_calls_of(self, team: str, kept: timedelta) -> int:
        now = utc_now()
        return await self._calls.erase_calls(ended_before=now - kept, now=now, team=team)

    async def delete_audit(self) -> int:
        """Delete what the audit keeps no longer."""
        if self._kept.audit is None:
            return 0
        before = utc_now() - self._kept.audit
        return await self._in_portions(lambda: self._acts.delete_before(before), audit.PORTION)

    async def erase_removed(self) -> int:
        """Erase the content of workspaces that the bot was removed from long ago."""
        teams = await self._installations.removed_before(utc_now() - _REMOVED_KEPT)
        gone = 0
        for team in teams:
            erase = partial(self._erase_calls_of, team, timedelta(0))
            if await self._in_portions(erase, erasure.PORTION):
                # The next look finds whether somebody else had one of them.
                continue
            # What people wrote is gone by then: it is kept for a day.
            await self._in_portions(partial(self._calls.erase_rules_of, team), erasure.PORTION)
            await self._settings.erase(team, utc_now())
            await self._installations.forget(team, utc_now())
            _log.info("workspace forgotten", team=team)
            gone += 1
        self._log_holds_content |= bool(teams)
        return gone

    async def _in_portions(self, portion: Callable[[], Awaitable[int]], most: int) -> int:
        """Take one portion after the other until one is not full; return how much it was."""
        taken = 0
        while True:
            await self._in_flight.quiet(_LONGEST_YIELD_SECONDS)
            taken += (count := await portion())
            if count < most:
                return taken
            await asyncio.sleep(_PAUSE_SECONDS)
