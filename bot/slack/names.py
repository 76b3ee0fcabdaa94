"""What people are called and whether they are guests, by `users.info`, which is asked rarely."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot.core.bounded import Bounded
from bot.core.errors import SlackError, TokenRefused
from bot.core.policy.facts import Caller
from bot.core.reading.people_named import name_in, people_in, with_names
from bot.slack.workspaces import Workspaces

_ASK_SECONDS: Final = 3.0
_REMEMBER_SECONDS: Final = 3600.0
_CALLER_SECONDS: Final = 300.0
_ASK_AGAIN_SECONDS: Final = 60.0
_REMEMBERED_MAX: Final = 10_000
# Said of people of a workspace from which its organization took the bot away.
_TAKEN_AWAY: Final = "team_access_not_granted"
# What the ids of organizations begin with.
_ORGANIZATION: Final = "E"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Known:
    """What Slack said of a person, and at which time of the monotonic clock."""

    name: str | None
    caller: Caller
    is_admin: bool | None
    at: float
    is_answered: bool
    refused: TokenRefused | None = None
    # What stood for the token that it was asked with.
    accepted: object = None

    def is_fresh(self, seconds: float) -> bool:
        most = seconds if self.is_answered else min(seconds, _ASK_AGAIN_SECONDS)
        return time.monotonic() - self.at < most


class Names:
    """Asks for a name again after an hour, for what else people are again before a dial.

    What it does without asking goes by what it knew last, however long ago.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        # By team and person: of each workspace Slack tells with its own token.
        self._known: Bounded[tuple[str, str], _Known] = Bounded(_REMEMBERED_MAX)

    async def put_into(self, team: str, prompt: str) -> str:
        """Return a team's prompt with the names of the people in it; no id is left, whose ever."""
        people = people_in(prompt)
        if not people:
            return prompt
        return with_names(prompt, await self.known_as(team, people))

    async def known_as(self, team: str, people: Iterable[str]) -> Mapping[str, str]:
        """Return the names of people by their ids, without those whom Slack does not name."""
        asked = list(dict.fromkeys(people))
        names = await asyncio.gather(*(self._name_of(team, one) for one in asked))
        return {one: name for one, name in zip(asked, names, strict=True) if name}

    def known_caller(self, team: str, person: str) -> Caller:
        """Return what is known of who asks for a call, without asking Slack."""
        known = self._known.get((team, person))
        return known.caller if known is not None else Caller(person)

    def known_names(self, team: str) -> Mapping[str, str]:
        """Return the names that a team has for people's ids, without asking Slack."""
        known = ((person, one.name) for (its, person), one in self._known.items() if its == team)
        return {person: name for person, name in known if name}

    async def caller(self, team: str, person: str) -> Caller:
        """Return the same as Slack says now, or a few minutes ago; unknown if it does not answer.

        What it said before stands while it does not answer, but is asked again once it has refused
        the token to anybody. Raises `TokenRefused`.
        """
        is_as_before = await self._is_accepted_as_before(team, person)
        known = await self._ask(team, person, _CALLER_SECONDS if is_as_before else 0.0)
        if known.refused is not None:
            raise known.refused
        return known.caller

    async def is_admin(self, team: str, person: str) -> bool | None:
        """Return whether Slack has somebody as an admin or owner; None if it does not answer.

        Where the bot is installed in an organization, that is the organization's.
        """
        return (await self._ask(team, person, _CALLER_SECONDS)).is_admin

    def known_admin(self, team: str, person: str) -> bool:
        """Return whether somebody is known to be one, without asking Slack."""
        known = self._known.get((team, person))
        return known is not None and known.is_admin is True

    async def _is_accepted_as_before(self, team: str, person: str) -> bool:
        known = self._known.get((team, person))
        try:
            accepted = (await self._workspaces.of(team)).slack.accepted
        except SlackError:
            return False
        return known is not None and known.accepted is accepted

    async def _name_of(self, team: str, person: str) -> str | None:
        return (await self._ask(team, person, _REMEMBER_SECONDS)).name

    async def _ask(self, team: str, person: str, seconds: float) -> _Known:
        known = self._known.get((team, person))
        if known is not None and known.is_fresh(seconds):
            return known
        profile: object = None
        accepted: object = None
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                slack = (await self._workspaces.of(team)).slack
                accepted = slack.accepted
                request = slack.client.users_info(user=person)
                profile = (await slack.ask("users.info", request)).get("user")
        except (SlackError, TimeoutError) as error:
            _log.warning("person not named", error=str(error) or "time-out")
            if isinstance(error, TokenRefused):
                # Not remembered: another token may be there a moment later.
                return replace(known or _nothing_of(person), refused=error)
            if isinstance(error, SlackError) and error.code == _TAKEN_AWAY:
                profile = {"deleted": True}
        if isinstance(profile, Mapping):
            caller, is_admin = _caller(person, profile), _is_admin(team, profile)
            now = time.monotonic()
            found = _Known(name_in(profile), caller, is_admin, now, True, accepted=accepted)
        elif known is not None:
            found = replace(known, at=time.monotonic(), is_answered=False, accepted=accepted)
        else:
            found = replace(_nothing_of(person), accepted=accepted)
        self._known[team, person] = found
        return found


def _nothing_of(person: str) -> _Known:
    return _Known(None, Caller(person), None, time.monotonic(), False)


def _is_admin(team: str, profile: Mapping[str, object]) -> bool:
    if profile.get("deleted") or profile.get("is_stranger") or profile.get("is_bot"):
        return False
    organization = profile.get("enterprise_user")
    if team.startswith(_ORGANIZATION):
        return isinstance(organization, Mapping) and _is_leading(organization)
    # In an organization, whoever leads another workspace of it does not lead this one.
    teams = organization.get("teams") if isinstance(organization, Mapping) else None
    is_in_it = profile.get("team_id") == team or (isinstance(teams, list) and team in teams)
    return is_in_it and _is_leading(profile)


def _is_leading(of: Mapping[str, object]) -> bool:
    return any(of.get(role) is True for role in ("is_admin", "is_owner"))


def _caller(person: str, profile: Mapping[str, object]) -> Caller:
    """Return what Slack's user object says: https://api.slack.com/types/user."""
    return Caller(
        person,
        is_guest=bool(profile.get("is_restricted") or profile.get("is_ultra_restricted")),
        is_deactivated=bool(profile.get("deleted")),
        zone=_zone(profile.get("tz")),
    )


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    # What Slack says may be newer than the machine's rules, and is no file of it.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
