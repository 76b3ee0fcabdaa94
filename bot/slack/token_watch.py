"""Whether Slack accepts the bot's token: asked at the start, and from time to time."""

import asyncio
import contextlib
from typing import Final, Self

import structlog

from bot.background import BackgroundWork
from bot.core.errors import SlackError, SlackUnavailable
from bot.manifest import PURPOSES, scopes
from bot.metrics import Metrics
from bot.slack.own_workspace import OwnWorkspace

# How long a start waits for Slack's word on the token.
_START_SECONDS: Final = 3.0
_FIRST_RETRY_SECONDS: Final = 1.0
_LAST_RETRY_SECONDS: Final = 60.0
_SECONDS_BETWEEN: Final = 300.0

_log = structlog.get_logger(__name__)


class TokenWatch:
    """Used as `async with`: while it is open it asks again, and soon where the answer was no.

    So it does when Slack has refused the token to somebody else.
    Neither a refused token nor Slack's being away keeps anything else from going on: what CallCow
    has to report is taken all the same.
    """

    def __init__(self, workspace: OwnWorkspace, metrics: Metrics) -> None:
        self._workspace = workspace
        self._metrics = metrics
        self._trouble: str | None = "not asked yet"
        self._missing: frozenset[str] = frozenset()
        self._retry = _FIRST_RETRY_SECONDS
        self._refused = asyncio.Event()
        workspace.slack.on_refused = self._note_refusal
        self._work = BackgroundWork(self._ask_again, name="token watch")

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._ask()
        except TimeoutError:
            self._trouble = "time-out"
            _log.warning("slack cannot be reached", error=self._trouble)
        self._work.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._work.end()

    @property
    def trouble(self) -> str | None:
        """What Slack said of the token the last time, or None if it accepted it."""
        return self._trouble

    def _note_refusal(self, _: str) -> None:
        if self._trouble is None:
            self._refused.set()

    async def _ask_again(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_BETWEEN if self._trouble is None else self._retry):
                await self._refused.wait()
        self._retry = min(self._retry * 2, _LAST_RETRY_SECONDS)
        await self._ask()
        self._refused.clear()
        if self._trouble is None:
            self._retry = _FIRST_RETRY_SECONDS

    async def _ask(self) -> None:
        try:
            slack = self._workspace.slack
            told = await slack.ask("auth.test", slack.client.auth_test())
        except SlackUnavailable as error:
            # It says nothing of the token: that is as it was.
            self._trouble = error.code
            _log.warning("slack cannot be reached", error=error.code)
        except SlackError as error:
            self._trouble = error.code
            self._metrics.token_valid.set(0)
            _log.error(
                "SLACK_BOT_TOKEN: Slack rejects it; copy it again from Slack", error=error.code
            )
        else:
            if self._trouble not in (None, "not asked yet"):
                _log.info("slack accepts the token again")
            self._trouble = None
            self._metrics.token_valid.set(1)
            await self._workspace.learn(told)
            self._name_missing_scopes()

    def _name_missing_scopes(self) -> None:
        granted = self._workspace.slack.granted
        missing = scopes() - granted if granted is not None else frozenset()
        if missing != self._missing:
            self._missing = missing
            for scope in sorted(missing):
                _log.warning("scope missing, reinstall the app", scope=scope, lost=PURPOSES[scope])
