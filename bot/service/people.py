"""Who asks for something: in which workspace, what holds there, and what is known of them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, tzinfo
from typing import Final

from bot.core.calls.call import Call
from bot.core.errors import MembershipUnknown, NoCallCowKey, SlackError, StoreError
from bot.core.links import Links
from bot.core.person import Person
from bot.core.policy.facts import Caller
from bot.core.workspace_settings import WorkspaceSettings
from bot.slack.workspace import Workspace
from bot.slack.workspaces import Workspaces
from bot.storage.workspace_settings import WorkspaceSettingsStore

# Somebody waits for a view, which Slack shows within 3 s.
_ASK_SECONDS: Final = 0.7


class People:
    """What is asked about people before anything is done for them.

    `caller_of` tells what is known of a team's person, `known_names` how its people are called;
    `ask_about` asks Slack for both.
    All of it raises `MembershipUnknown` while Slack does not tell which workspace it is.
    """

    def __init__(
        self,
        workspaces: Workspaces,
        settings: WorkspaceSettingsStore,
        *,
        caller_of: Callable[[str, str], Caller],
        known_names: Callable[[str], Mapping[str, str]],
        ask_about: Callable[[str, Iterable[str]], Awaitable[object]],
    ) -> None:
        self._workspaces = workspaces
        self._settings = settings
        self._known_names = known_names
        self._ask_about = ask_about
        self.caller_of = caller_of

    async def admit(self, person: Person) -> str:
        """Return what the calls of one of the workspace's own people are kept under.

        Raises `OtherTeam` for anybody else.
        """
        return await (await self._workspace_of(person)).admit(person)

    async def was_admitted(self, person: Person, who: str) -> bool:
        """Whether somebody is who was admitted, while Slack never said where the bot is installed.

        Where it has, somebody of another team may have the id of one of its own people.
        """
        return person.id == who and (await self._workspace_of(person)).key is None

    async def may_act_on(self, person: Person, call: Call) -> bool:
        """Whether somebody of a call's workspace is its requester or an admin."""
        if person.id == call.requester:
            return True
        return person.id in (await self._settings.of(call.team)).admins

    async def key_of(self, person: Person) -> str:
        """Return what the calls of the workspace are kept under that somebody did something in."""
        workspace = await self._workspace_of(person)
        return workspace.key or workspace.key_of(person.team, person.enterprise)

    def key_in(self, team: str, request_key: str) -> str:
        """Return what a request is known by; two workspaces may have messages of the same ids."""
        # A draft's id is of no other's, and what it becomes is known by it.
        is_drafts = request_key.startswith("draft:")
        return request_key if is_drafts else self._workspaces.key_in(team, request_key)

    async def settings_of(self, person: Person) -> WorkspaceSettings:
        """Return what holds in somebody's workspace, whoever they are; raises `StoreError`."""
        return await self._settings.of(await self.key_of(person))

    async def settings_to_call(self, person: Person) -> WorkspaceSettings:
        """Return the same where calls can be made; raise `NoCallCowKey` elsewhere."""
        return with_key(await self.settings_of(person))

    async def links_of(self, person: Person) -> Links:
        """Return how messages of a person's workspace are linked to."""
        return (await self._workspace_of(person)).links

    async def get_to_know(self, person: Person, others: Iterable[str]) -> None:
        """Ask Slack, as far as it answers soon, for where somebody is and how others are called."""
        with contextlib.suppress(TimeoutError, StoreError):
            async with asyncio.timeout(_ASK_SECONDS):
                await self._ask_about(await self.key_of(person), [person.id, *others])

    async def known_names_of(self, person: Person) -> Mapping[str, str]:
        """Return how people are called in a person's workspace, as far as that is known."""
        return self._known_names(await self.key_of(person))

    async def zone_of(self, person: Person) -> tzinfo:
        """Return where somebody reads the time: UTC until Slack has said it."""
        caller = self.caller_of(await self.key_of(person), person.id)
        return caller.zone or UTC

    async def _workspace_of(self, person: Person) -> Workspace:
        try:
            return await self._workspaces.of_person(person)
        except SlackError as error:
            raise MembershipUnknown(error.code) from None


def with_key(settings: WorkspaceSettings) -> WorkspaceSettings:
    """Return the settings of a workspace that can make calls; raise `NoCallCowKey` elsewhere."""
    if settings.callcow_key is None:
        raise NoCallCowKey(settings.admins)
    return settings
