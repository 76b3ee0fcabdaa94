"""What admins may ask for: to see a workspace's settings, and to change them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from pydantic import SecretStr

from bot.callcow.client import CallCow
from bot.clock import utc_now
from bot.core.errors import MembershipUnknown, NotSettingsAdmin, RingbackError, SettingsChanged
from bot.core.person import Person
from bot.core.settings_form import CALLCOW_KEY, Entered, changes_of, read_entered
from bot.core.workspace_settings import KeptSettings, OwnSettings, WorkspaceSettings
from bot.service.calls import CallService
from bot.slack.home_tabs import Home
from bot.slack.names import Names
from bot.storage.workspace_settings import WorkspaceSettingsStore

# Somebody waits for this, and Slack for the acknowledgement.
_ASK_SECONDS: Final = 1.0
# So much of a key is shown: enough to tell it from another.
_ENDING: Final = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Change:
    """What an admin is about to set: all that is to hold, and a key if one was entered.

    `removes_key` says that the key goes which there is, and none takes its place.
    """

    team: str
    by: str
    before: KeptSettings
    own: OwnSettings
    callcow_key: SecretStr | None
    removes_key: bool = False


class SettingsService:
    """The rules for settings. `wake` tells this process that work may be due.

    Each raises what `People.admit` raises, `NotSettingsAdmin` for whoever is no admin,
    `MembershipUnknown` while Slack does not say who is, and `StoreError`.
    """

    def __init__(
        self,
        service: CallService,
        settings: WorkspaceSettingsStore,
        names: Names,
        callcow: CallCow,
        home: Home,
        *,
        wake: Callable[[], None],
    ) -> None:
        self._service = service
        self._settings = settings
        self._names = names
        self._callcow = callcow
        self._home = home
        self._wake = wake

    @property
    def operator(self) -> WorkspaceSettings:
        """What holds where a workspace has set nothing, and the bounds of what it can set."""
        return self._settings.operator

    @property
    def takes_key(self) -> bool:
        """Whether a CallCow key can be kept."""
        return self._settings.keeps_keys

    async def kept(self, person: Person) -> KeptSettings:
        """Return what a workspace has set, for one of its admins."""
        return await self._settings.kept(await self._team_of_admin(person))

    async def may_change(self, person: Person) -> bool:
        """Return whether somebody is an admin, as far as can be said now."""
        try:
            await self._team_of_admin(person)
        except RingbackError:
            return False
        return True

    async def read(self, entered: Entered, person: Person, *, after: int) -> Change:
        """Return what an admin wants to set in place of version `after`.

        Raises `InvalidOwnSettings`, and `SettingsChanged` if another version holds by now.
        """
        team = await self._team_of_admin(person)
        before = await self._settings.kept(team)
        if before.version != after:
            raise SettingsChanged("another version")
        own = read_entered(entered, before.own, self.operator)
        key = entered.callcow_key if self.takes_key else None
        if key == self.operator.callcow_key and before.callcow_key is None:
            # It is what calls go out with anyway.
            key = None
        removes_key = entered.removes_key and entered.callcow_key is None and before.has_key
        return Change(team, person.id, before, own, key, removes_key)

    async def save(self, change: Change) -> None:
        """Save what is to be set, once CallCow has taken the key, if one was entered.

        Raises `KeyRefused`, `KeyNotTried` and `SettingsChanged`.
        """
        changes = changes_of(change.before.own, change.own)
        if change.callcow_key is not None:
            await self._callcow.try_key(change.callcow_key)
            changes.append(f"{CALLCOW_KEY}: changed")
        if change.removes_key:
            changes.append(f"{CALLCOW_KEY}: removed")
        if not changes:
            return
        saved = await self._settings.save(
            change.team,
            change.own,
            callcow_key=change.callcow_key,
            removes_key=change.removes_key,
            after=change.before.version,
            changes=changes,
            by=change.by,
            now=utc_now(),
        )
        if not saved:
            raise SettingsChanged("another version")
        names = sorted(each.partition(":")[0] for each in changes)
        _log.warning("settings changed", team=change.team, user=change.by, settings=names)
        self._home.show_soon(change.by, change.team)
        self._wake()

    async def _team_of_admin(self, person: Person) -> str:
        team = await self._service.people.admit(person)
        if person.id in (await self._settings.of(team)).admins:
            return team
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                is_admin = await self._names.is_admin(team, person.id)
        except TimeoutError:
            is_admin = None
        if is_admin is None:
            raise MembershipUnknown("users.info")
        if not is_admin:
            raise NotSettingsAdmin("no admin")
        return team


def ending_of(kept: KeptSettings) -> str:
    """Return the last characters of the key that a workspace has entered, empty for none."""
    return "" if kept.callcow_key is None else kept.callcow_key.get_secret_value()[-_ENDING:]
