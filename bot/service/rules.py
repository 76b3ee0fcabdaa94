"""What people may change of whom is called, and of what is kept: blocking, pausing, forgetting."""

from collections.abc import Callable
from typing import Final

import structlog

from bot.clock import utc_now
from bot.core.errors import NotAdmin
from bot.core.forget import Forgotten, ToForget
from bot.core.person import Person
from bot.core.phone import masked
from bot.service.calls import CallService
from bot.storage.forget import Forgetting
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from bot.storage.workspace_settings import WorkspaceSettingsStore

# Of the 3 s that Slack waits.
_FORGET_SECONDS: Final = 1.5

_log = structlog.get_logger(__name__)


class RulesService:
    """Each act is told in the audit and raises what `People.admit` raises, and `StoreError`.

    Anybody may keep a number from being called; everything else is for the admins alone, and
    raises `NotAdmin` for others. Each returns whether that has changed anything. `wake` tells that
    work is due, `erased` that what was erased has to go from the database's log as well.
    """

    def __init__(
        self,
        service: CallService,
        do_not_call: DoNotCallList,
        pauses: Pauses,
        forgetting: Forgetting,
        settings: WorkspaceSettingsStore,
        *,
        wake: Callable[[], None],
        erased: Callable[[], None],
    ) -> None:
        self._service = service
        self._do_not_call = do_not_call
        self._pauses = pauses
        self._forgetting = forgetting
        self._settings = settings
        self._wake = wake
        self._erased = erased

    async def region_of(self, person: Person) -> str:
        """Return whose numbers somebody types without a country code."""
        return (await self._service.people.settings_of(person)).region

    async def block(self, number: str, person: Person) -> bool:
        """Let the number, in E.164, never be called again; what is left to dial is not either."""
        team = await self._service.people.admit(person)
        added = await self._do_not_call.add(team, number, person.id, utc_now())
        _log.info("number blocked", recipient=masked(number), is_new=added)
        return added

    async def unblock(self, number: str, person: Person) -> bool:
        """Let the number be called again."""
        team = await self._admin_of(person)
        removed = await self._do_not_call.remove(team, number, person.id, utc_now())
        _log.info("number unblocked", recipient=masked(number), was_blocked=removed)
        return removed

    async def pause(self, person: Person) -> bool:
        """Let nothing be dialed until calls are resumed."""
        team = await self._admin_of(person)
        paused = await self._pauses.pause(team, person.id, utc_now())
        _log.warning("calls paused", team=team)
        return paused

    async def resume(self, person: Person) -> bool:
        """Let calls go on, those that waited at once."""
        team = await self._admin_of(person)
        resumed = await self._pauses.resume(team, person.id, utc_now())
        _log.warning("calls resumed", team=team)
        self._wake()
        return resumed

    async def forget(self, whom: ToForget, person: Person) -> Forgotten:
        """Erase what is kept of somebody's calls in the workspace; return how much it was.

        Slack waits for the answer: what there was no time for is left to be asked for again.
        """
        team = await self._admin_of(person)
        gone = await self._forgetting.forget(
            whom, team=team, by=person.id, now=utc_now(), seconds=_FORGET_SECONDS
        )
        _log.warning("forgotten", team=team, calls=gone.calls, questions=gone.questions)
        self._erased()
        # What was not over is told in its thread.
        self._wake()
        return gone

    async def _admin_of(self, person: Person) -> str:
        team = await self._service.people.admit(person)
        if person.id not in (await self._settings.of(team)).admins:
            raise NotAdmin("an act of admins alone")
        return team
