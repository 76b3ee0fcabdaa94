"""What people are called, by `users.info`; it is asked rarely, and never holds up a call."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import structlog

from bot.core.errors import SlackError
from bot.core.people_named import name_in, people_in, with_names
from bot.slack.api import SlackApi

_ASK_SECONDS: Final = 3.0
_REMEMBER_SECONDS: Final = 3600.0
_REMEMBERED_MAX: Final = 10_000

_log = structlog.get_logger(__name__)


class Names:
    """Knows the names of people for an hour."""

    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack
        self._known: dict[str, tuple[str, float]] = {}

    async def put_into(self, prompt: str) -> str:
        """Return a prompt with the names of the people in it; nobody's id is left."""
        people = people_in(prompt)
        if not people:
            return prompt
        names = await asyncio.gather(*map(self._name_of, people))
        return with_names(
            prompt, {one: name for one, name in zip(people, names, strict=True) if name}
        )

    async def _name_of(self, person: str) -> str | None:
        name, until = self._known.get(person, ("", 0.0))
        if until > time.monotonic():
            return name
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                request = self._slack.client.users_info(user=person)
                answer = await self._slack.ask("users.info", request)
        except (SlackError, TimeoutError) as error:
            _log.warning("person not named", error=str(error) or "time-out")
            return None
        profile = answer.get("user")
        found = name_in(profile) if isinstance(profile, Mapping) else None
        if found is not None:
            self._remember(person, found)
        return found

    def _remember(self, person: str, name: str) -> None:
        self._known.pop(person, None)
        while len(self._known) >= _REMEMBERED_MAX:
            del self._known[next(iter(self._known))]
        self._known[person] = (name, time.monotonic() + _REMEMBER_SECONDS)
