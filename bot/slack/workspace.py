"""The workspace that the bot is installed in, as Slack's `auth.test` tells it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import structlog

from bot.blocks.links import Links
from bot.core.errors import OtherTeam, SlackError
from bot.slack.api import SlackApi

# Somebody waits at a door for this, and Slack for the acknowledgement.
_ASK_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Installation:
    """Whose the bot is: a team, or all teams of an enterprise if it was installed for them."""

    team: str | None
    enterprise: str | None
    org_wide: bool
    url: str | None

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Self:
        """Return what an answer of `auth.test` says."""
        team, enterprise, url = (answer.get(name) for name in ("team_id", "enterprise_id", "url"))
        return cls(
            team=team if isinstance(team, str) else None,
            enterprise=enterprise if isinstance(enterprise, str) else None,
            org_wide=answer.get("is_enterprise_install") is True,
            url=url if isinstance(url, str) else None,
        )

    def has(self, team: str, enterprise: str | None) -> bool:
        """Whether a person of that team is one of the bot's own people."""
        if self.org_wide:
            return enterprise is not None and enterprise == self.enterprise
        return team == self.team


class Workspace:
    """Knows the installation from the start, or as soon as Slack answers."""

    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack
        self._installation: Installation | None = None

    @property
    def links(self) -> Links:
        """What makes addresses of messages."""
        return Links(self._installation.url if self._installation else None)

    def learn(self, answer: Mapping[str, Any]) -> None:
        """Take what `auth.test` answered."""
        self._installation = Installation.read(answer)

    async def check(self, team: str, enterprise: str | None) -> None:
        """Raise `OtherTeam` for a person of another team: in a shared channel there are some.

        While Slack does not say whose the bot is, that is not known of anybody: who can send
        something signed by Slack at all is taken for one of its people.
        """
        if self._installation is None:
            try:
                async with asyncio.timeout(_ASK_SECONDS):
                    answer = await self._slack.ask("auth.test", self._slack.client.auth_test())
            except (SlackError, TimeoutError) as error:
                _log.warning("team not checked", error=type(error).__name__)
                return
            self.learn(answer)
        if self._installation is not None and not self._installation.has(team, enterprise):
            raise OtherTeam("a person of another team")
