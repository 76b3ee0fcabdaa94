"""The workspaces in which the bot was installed by OAuth, known without asking the database.

What another replica has changed is looked up when somebody wants to know, every two seconds at
most; until then what is known stands.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog
from pydantic import SecretStr

from bot.clock import utc_now
from bot.core.bounded import Bounded
from bot.core.errors import (
    NotInstalled,
    SlackError,
    SlackUnavailable,
    StoreError,
    TokenRefused,
    Unreadable,
)
from bot.core.person import Person
from bot.logs import Occasional
from bot.manifest import scopes
from bot.slack.api import SlackApi
from bot.slack.workspace import Workspace
from bot.storage.installation_store import InstallationStore, KeptInstallation

_LOOK_SECONDS: Final = 2.0
# Slack waits for the acknowledgement.
_ASK_SECONDS: Final = 1.0
# The machine's clock and Slack's, whose events tell the second alone.
_CLOCKS_DIFFER: Final = timedelta(seconds=10)
_SECOND: Final = timedelta(seconds=1)
# So many workspaces are known; one that comes to be asked for again is read again.
_KNOWN_MAX: Final = 20_000
# A token counts as refused for so long after Slack last refused it.
_REFUSED_SECONDS: Final = 600.0
_REFUSED_MAX: Final = 1000
_TOLD_MAX: Final = 10

_log = structlog.get_logger(__name__)


class InstalledWorkspaces:
    """Finds a workspace with the token that the database has for it; `connect` makes use of one."""

    def __init__(
        self,
        store: InstallationStore,
        connect: Callable[[SecretStr], SlackApi],
    ) -> None:
        self._store = store
        self._connect = connect
        self._known: Bounded[str, tuple[int, Workspace]] = Bounded(_KNOWN_MAX)
        # Where a workspace may be found under its organization: which it is.
        self._key_of: Bounded[tuple[str, ...], str] = Bounded(_KNOWN_MAX)
        self._seen = 0
        self._looked_at = -_LOOK_SECONDS
        # How often something was forgotten: what was being read meanwhile may be old.
        self._forgotten = 0
        self._needed = frozenset(scopes())
        self._refused: Bounded[str, float] = Bounded(_REFUSED_MAX)
        self._warnings = Occasional()
        self._asking: set[asyncio.Task[None]] = set()
        # Called when an installer is to be told something.
        self.on_notice: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Learn from which version on changes are looked for; raises `StoreError`."""
        self._seen = await self._store.last_version()
        self._looked_at = time.monotonic()

    async def find(self, teams: Sequence[str]) -> Workspace:
        """Return the first of several in which the bot is installed.

        Raises `NotInstalled`, and `StoreError` when the database fails.
        """
        await self._look()
        ids = tuple(teams)
        known = self._known.get(ids[0] if len(ids) == 1 else self._key_of.get(ids, ""))
        return known[1] if known is not None else await self._read(ids)

    async def of(self, team: str) -> Workspace:
        """Return the workspace whose calls are kept under `team`.

        Raises `NotInstalled`, and `SlackUnavailable` while the database is away.
        """
        try:
            return await self.find([team])
        except StoreError as error:
            raise SlackUnavailable(f"token_not_read ({type(error).__name__})") from None

    async def of_person(self, person: Person) -> Workspace:
        """Return the workspace that Slack told of what a person did; raises the same."""
        try:
            return await self.find(person.installed_in or (person.team,))
        except StoreError as error:
            raise SlackUnavailable(f"token_not_read ({type(error).__name__})") from None

    def key_in(self, team: str, request_key: str) -> str:
        """Return what a request is known by among those of all workspaces."""
        return f"{team}:{request_key}"

    async def removed(self, teams: Sequence[str], at: datetime) -> str | None:
        """Note that the bot was removed then; return what the workspace's calls are kept under.

        That is None where it is not installed, or was installed again since. Raises `StoreError`.
        """
        kept = await self._store.of(teams[0]) if teams else None
        if len(teams) > 1 and (kept is None or kept.is_gone):
            kept = await self._gone_of(kept, await self._store.of(teams[1]))
        if kept is None:
            return None
        not_after = at + _CLOCKS_DIFFER
        # By the clocks it may have been before the installation or after: Slack knows.
        is_unclear = at - _CLOCKS_DIFFER <= kept.installed_at <= not_after
        if kept.token and is_unclear:
            is_refused = await self._is_refused(kept.token)
            if not (kept.installed_at < at + _SECOND if is_refused is None else is_refused):
                return None
        is_removed = await self._store.remove(kept.key, not_after=not_after, now=utc_now())
        self.forget(kept.key)
        return kept.key if is_removed or kept.token is None else None

    async def _gone_of(
        self, alone: KeptInstallation | None, whole: KeptInstallation | None
    ) -> KeptInstallation | None:
        """Return which is gone: what a workspace had to itself before, or its organization's."""
        if whole is None:
            return alone
        if not whole.is_gone:
            # Nobody can ask with a token that cannot be read.
            is_refused = whole.token is not None and await self._is_refused(whole.token)
            return whole if is_refused or (whole.is_locked and alone is None) else alone
        # Slack tells again of a removal that was not saved to its end: of the last one.
        return whole if alone is None or whole.changed_at >= alone.changed_at else alone

    async def _is_refused(self, token: SecretStr) -> bool | None:
        """Return whether Slack refuses a token; None if it does not say."""
        slack = self._connect(token)
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                await slack.ask("auth.test", slack.client.auth_test())
        except TokenRefused:
            return True
        except (SlackError, TimeoutError):
            return None
        return False

    def forget(self, team: str) -> None:
        """Read a workspace again, which has changed."""
        self._forgotten += 1
        self._known.pop(team, None)
        self._key_of.clear()

    @property
    def refused(self) -> list[str]:
        """The workspaces whose tokens Slack has refused lately."""
        now = time.monotonic()
        return [team for team, at in self._refused.items() if now - at < _REFUSED_SECONDS]

    async def status(self) -> dict[str, Any]:
        """Return in how many the bot is installed, and which tokens Slack has refused lately.

        Nobody asks Slack for all of them: a refusal is met by whoever uses the token.
        """
        try:
            installed = await self._store.count()
        except StoreError:
            return {"ok": False, "installed": None}
        refused = self.refused
        return {"ok": True, "installed": installed, "refused": len(refused),
                "refused lately": refused[-_TOLD_MAX:]}  # fmt: skip

    async def _look(self) -> None:
        """Forget what has changed, if the last look is old; what is known stands if that fails."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        # Whoever asks meanwhile does not look as well.
        self._looked_at = now
        try:
            changed = await self._store.changed(self._seen)
        except StoreError as error:
            _log.info("installations not looked up", error=str(error))
            return
        for team, version in changed.items():
            known = self._known.get(team)
            if known is None or known[0] < version:
                self.forget(team)
            self._seen = max(self._seen, version)

    async def _read(self, ids: tuple[str, ...]) -> Workspace:
        forgotten = self._forgotten
        kept = await self._store.find(ids)
        if kept is None:
            raise NotInstalled
        if kept.token is None:
            if times := self._warnings.due(kept.key):
                _log.error("token of another key, left alone", team=kept.key, times=times)
            raise Unreadable("a token that is encrypted with another key")
        workspace = Workspace(self._connect(kept.token), kept.installation)
        workspace.slack.on_refused = partial(self._note_refused, kept.key)
        if self._forgotten == forgotten:
            self._known[kept.key] = (kept.version, workspace)
            self._key_of[ids] = kept.key
        self._ask_for_scopes(kept)
        return workspace

    def _note_refused(self, team: str, code: str) -> None:
        """Read the token again, another one may be there; the others' are as good as before."""
        self.forget(team)
        is_new = team not in self.refused
        self._refused[team] = time.monotonic()
        if is_new:
            _log.error("slack rejects a workspace's token", team=team, error=code)

    def _ask_for_scopes(self, kept: KeptInstallation) -> None:
        """Let the installer be told that the bot has come to need more than it was given."""
        if self._needed <= kept.scopes:
            return

        async def ask() -> None:
            try:
                await self._store.ask_for_scopes(kept, self._needed, utc_now())
                self.on_notice()
            except StoreError as error:
                _log.info("scopes not asked for yet", team=kept.key, error=str(error))

        task = asyncio.create_task(ask(), name=f"scopes of {kept.key}")
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
