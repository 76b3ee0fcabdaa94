"""A workspace that the bot is installed in, and who its own people are, as Slack tells it."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

import structlog

from bot.core.bounded import Bounded
from bot.core.errors import MembershipUnknown, NoPerson, OtherTeam, SlackError
from bot.core.links import Links
from bot.core.membership import SLACKBOT, Installation, Standing
from bot.core.person import Person
from bot.slack.api import SlackApi

# Somebody waits for this, and Slack for the acknowledgement.
_ASK_SECONDS: Final = 1.0
# How long what Slack said of a person is relied on, and of how many.
_REMEMBER_SECONDS: Final = 3600.0
_REMEMBERED_MAX: Final = 10_000

_log = structlog.get_logger(__name__)


class Workspace:
    """What is asked of Slack for it goes out with its own token, by `slack`."""

    def __init__(self, slack: SlackApi, installation: Installation | None) -> None:
        self.slack = slack
        self.installation = installation
        # What is known of people by their teams and ids, and until when, in the order it was
        # learned in: people of two teams can have the same id.
        self._people: Bounded[tuple[str, str], tuple[Standing, float]] = Bounded(_REMEMBERED_MAX)

    @property
    def key(self) -> str | None:
        """What its calls are kept under, None while Slack never said where the bot is installed."""
        return self.installation.key if self.installation else None

    @property
    def links(self) -> Links:
        """What makes addresses of messages."""
        return Links(self.installation.url if self.installation else None)

    def key_of(self, team: str, enterprise: str | None = None) -> str:
        """Return what the calls of a team are kept under."""
        return self.installation.key_of(team, enterprise) if self.installation else team

    async def admit(self, person: Person) -> str:
        """Return what the calls of one of the workspace's own people are kept under.

        Raises `OtherTeam` for anybody else, of whom there are some in shared channels, and for
        bots (`NoPerson` for Slack's own and for this one); and `MembershipUnknown` while Slack does
        not say who is who.
        """
        installation = await self.known()
        if person.id in {SLACKBOT, installation.bot_user}:
            raise NoPerson("no person")
        standing = installation.standing(person)
        if standing is Standing.UNCLEAR:
            standing = self._remembered(person) or await self._look_up(person, installation)
        if standing is not Standing.OWN or installation.key is None:
            raise OtherTeam("a person of another team, or no person")
        return installation.key

    async def known(self) -> Installation:
        """Return where the bot is installed; raise `MembershipUnknown` while that is not known."""
        if self.installation is None:
            raise MembershipUnknown("not known where the bot is installed")
        return self.installation

    async def _look_up(self, person: Person, installation: Installation) -> Standing:
        """Ask Slack of whose people a person of another team is."""
        answer = await self.ask("users.info", user=person.id)
        profile = answer.get("user")
        if not isinstance(profile, Mapping):
            raise MembershipUnknown("no user in the answer of users.info")
        standing = installation.standing_by(profile, person.team)
        self._remember(person, standing)
        return standing

    async def ask(self, method: str, **arguments: str) -> Mapping[str, Any]:
        """Return Slack's answer, if it comes soon; raise `MembershipUnknown`."""
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                request = self.slack.client.api_call(method, params=arguments)
                return await self.slack.ask(method, request)
        except (SlackError, TimeoutError) as error:
            _log.warning("person not checked", method=method, error=str(error) or "time-out")
            raise MembershipUnknown(method) from None

    def _remembered(self, person: Person) -> Standing | None:
        standing, until = self._people.get((person.team, person.id), (None, 0.0))
        return standing if until > time.monotonic() else None

    def _remember(self, person: Person, standing: Standing) -> None:
        self._people[person.team, person.id] = (standing, time.monotonic() + _REMEMBER_SECONDS)
