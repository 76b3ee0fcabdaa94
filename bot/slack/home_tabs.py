"""A person's home tab, published when it is opened and soon after a call of theirs has ended."""

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import UTC
from typing import Final, Self

import structlog

from bot.background import BackgroundWork
from bot.blocks.messages.message import Message
from bot.blocks.views.home import RECENT_STEP, home_tab, list_message
from bot.blocks.words.policy import Plain
from bot.blocks.words.reasons import people_named
from bot.core.bounded import Bounded
from bot.core.calls.call import Call
from bot.core.errors import SlackError, StoreError
from bot.core.person import Person
from bot.slack.call_overview import CallOverview
from bot.slack.names import Names
from bot.slack.workspaces import Workspaces
from bot.storage.calls.lists import CallLists
from bot.storage.workspace_settings import WorkspaceSettingsStore

# Of several changes within this time a person's tab is published once.
_APART_SECONDS: Final = 0.5
# Of so many people it is kept how many calls they asked to see.
_KEPT_MAX: Final = 1000
# Somebody looks at the tab and waits for it.
_ASK_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class Home:
    """Publishes home tabs; `command` is the slash command that they name.

    While it is open as `async with`, tabs that have changed are published one after the other. A
    failure holds nothing up: a tab is published again the next time it is opened.
    """

    def __init__(
        self,
        lists: CallLists,
        workspaces: Workspaces,
        settings: WorkspaceSettingsStore,
        names: Names,
        *,
        command: str,
    ) -> None:
        self._lists = lists
        self._workspaces = workspaces
        self._settings = settings
        self._names = names
        self._command = command
        # People by user and team, in the order in which something of theirs changed.
        self._changed: dict[tuple[str, str], None] = {}
        # Who asked for more calls keeps them while the tab is open; another replica does not know.
        self._most: Bounded[tuple[str, str], int] = Bounded(_KEPT_MAX)
        self._woken = asyncio.Event()
        self._work = BackgroundWork(self._publish_changed, name="home tabs")

    async def __aenter__(self) -> Self:
        self._work.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._work.end()

    def show_soon(self, person: str, team: str) -> None:
        """Have a person's tab published soon."""
        self._changed[person, team] = None
        self._woken.set()

    async def open(self, person: Person, most: int = RECENT_STEP) -> None:
        """Publish the tab of a person who looks at it now."""
        try:
            workspace = await self._workspaces.of_person(person)
        except (StoreError, SlackError) as error:
            _log.info("home tab not published", error=type(error).__name__)
            return
        key = (person.id, workspace.key_of(person.team, person.enterprise))
        self._most.pop(key, None)
        if most > RECENT_STEP:
            self._most[key] = most
        with contextlib.suppress(TimeoutError):
            # Whether they are an admin: otherwise it is as was known.
            async with asyncio.timeout(_ASK_SECONDS):
                await self._names.is_admin(key[1], person.id)
        await self.show(*key)

    async def show(self, person: str, team: str) -> None:
        """Publish a person's tab now, with as many recent calls as they last asked for."""
        most = self._most.get((person, team), RECENT_STEP)
        try:
            workspace = await self._workspaces.of(team)
            calls = await CallOverview.of(self._lists, person, team, most)
            links, older = workspace.links, calls.older
            settings = await self._settings.of(team)
            view = home_tab(
                calls.scheduled,
                calls.recent,
                links,
                self._command,
                form=await self._form(person, team, calls.recent),
                older=older,
                in_all=(calls.waiting_in_all, calls.scheduled_in_all),
                is_admin=person in settings.admins or self._names.known_admin(team, person),
                has_key=settings.callcow_key is not None,
            )
            request = workspace.slack.client.views_publish(user_id=person, view=view)
            await workspace.slack.ask("views.publish", request)
        except (StoreError, SlackError) as error:
            _log.info("home tab not published", error=type(error).__name__)

    async def listed(self, person: str, team: str) -> Message:
        """Return the same for a message that the person only sees.

        Raises `Unreadable` and `NotInstalled`.
        """
        calls = await CallOverview.of(self._lists, person, team)
        workspace = await self._workspaces.of(team)
        return list_message(
            calls.scheduled,
            calls.recent,
            workspace.links,
            await self._form(person, team, calls.recent),
            in_all=(calls.waiting_in_all, calls.scheduled_in_all),
        )

    async def _form(self, person: str, team: str, calls: Iterable[Call]) -> Plain:
        named = {each for call in calls for each in people_named(call.reason)}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ASK_SECONDS):
                await self._names.known_as(team, [person, *named])
        zone = self._names.known_caller(team, person).zone or UTC
        return Plain(zone=zone, names=self._names.known_names(team))

    async def _publish_changed(self) -> None:
        await self._woken.wait()
        await asyncio.sleep(_APART_SECONDS)
        self._woken.clear()
        people, self._changed = self._changed, {}
        for person, team in people:
            try:
                await self.show(person, team)
            # Whatever is odd about one tab, the others are published.
            except Exception:  # noqa: BLE001
                _log.exception("home tab failed", user=person, team=team)
