"""The people of a chaos run: each wants one call, and asks until it is acknowledged."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from bot.demo.slack.contents import Person, View
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ARCHIVE, BOARD, GENERAL, SALES, TEAM

# Where calls are asked for: in the last two the bot may not post.
CROWD: Final = tuple(f"C0CROWD{number:02}" for number in range(40))
_PLACES: Final = (GENERAL, SALES, BOARD, ARCHIVE)
_IN_THE_CROWD: Final = 0.7
_FORMS: Final = 0.4
_SUBMITTED_TWICE: Final = 0.15


class Told(StrEnum):
    """What became of a request, as far as its person knows."""

    ACKNOWLEDGED = "acknowledged"
    NOT_SAVED = "not saved"
    UNKNOWN = "unknown"


@dataclass
class Request:
    """One call as it was asked for: a command typed once, or a form however often submitted.

    Each has a number of its own, by which every message and every dial tells whose it is.
    """

    number: str
    prompt: str
    told: Told = Told.UNKNOWN


class People:
    """Everybody who wants a call; all that they decide comes from `random`."""

    def __init__(self, slack: LocalSlack, random: Random, a_second: float) -> None:
        self.requests: list[Request] = []
        self._slack = slack
        self._random = random
        self._a_second = a_second

    async def ask(self, calls: int) -> None:
        """Let so many people ask, one after the other but not waiting for each other."""
        async with asyncio.TaskGroup() as asking:
            for count in range(calls):
                # Their pauses are what is simulated: nothing is waited for.
                await asyncio.sleep(self._random.expovariate(self._a_second))
                asking.create_task(self._ask(Random(self._random.random()), count))

    async def _ask(self, random: Random, count: int) -> None:
        person = Person(f"U0P{count:05d}", f"person-{count}", TEAM)
        self._slack.workspace.people[person.id] = person
        place = random.choice(CROWD if random.random() < _IN_THE_CROWD else _PLACES)
        if random.random() < _FORMS:
            await self._by_form(random, person.id, place)
        else:
            await self._by_command(random, person.id, place)

    async def _by_command(self, random: Random, user: str, place: str) -> None:
        """Type the command, and again if nothing or bad news came back: that is another request."""
        while True:
            request = self._request()
            reply = await self._slack.command(user, place, f"{request.number} {request.prompt}")
            request.told = _told(reply, reply.text)
            if request.told is Told.ACKNOWLEDGED:
                return
            await self._hesitate(random)

    async def _by_form(self, random: Random, user: str, place: str) -> None:
        """Submit a form, and the same one again if nothing or bad news came back."""
        view = await self._form(random, user, place)
        request = self._request()
        values = {"number": request.number, "prompt": request.prompt}
        while request.told is not Told.ACKNOWLEDGED:
            reply = await self._slack.submit(view, values)
            told = _told(reply, " ".join(view.errors.values()))
            # That this attempt was not saved says nothing of an earlier one.
            request.told = told if told is Told.ACKNOWLEDGED else Told.UNKNOWN
            await self._hesitate(random)
        if random.random() < _SUBMITTED_TWICE:
            await self._slack.submit(view, values)

    async def _form(self, random: Random, user: str, place: str) -> View:
        """Type the command until a form opens."""
        while True:
            await self._slack.command(user, place)
            opened = [view for view in self._slack.open_views.values() if view.user == user]
            if opened:
                return opened[-1]
            await self._hesitate(random)

    async def _hesitate(self, random: Random) -> None:
        await asyncio.sleep(random.uniform(0.2, 1.0))

    def _request(self) -> Request:
        number = f"+1415{2_000_000 + len(self.requests)}"
        request = Request(number, f"Book a table for {number}, two people")
        self.requests.append(request)
        return request


def _told(reply: Reply, words: str) -> Told:
    if not reply.acknowledged or "may have been saved" in words:
        return Told.UNKNOWN
    return Told.NOT_SAVED if words else Told.ACKNOWLEDGED
