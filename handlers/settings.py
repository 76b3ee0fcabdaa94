"""The settings of a workspace: the form, for admins, and what is entered in it.

A key is tried with CallCow before anything is saved. That may take longer than Slack waits for its
answer: the form says that it is being tried, and afterwards what came of it.
"""

import asyncio
import contextlib
import json
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any, Final, Self

import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import OPEN_SETTINGS
from bot.blocks.formatting.text import clean
from bot.blocks.views.notice import notice
from bot.blocks.views.settings import CALLBACK_ID, SAVED, checking_view, settings_form
from bot.blocks.words.settings_problems import problem_words
from bot.blocks.words.user_messages import NO_VIEW, not_done
from bot.core.errors import InvalidOwnSettings, KeyNotTried, KeyRefused, RingbackError
from bot.core.seal import Seal
from bot.core.settings_form import CALLCOW_KEY, REMOVE_KEY, Entered
from bot.core.workspace_settings import LIMITS, KeptSettings
from bot.service.settings import Change, SettingsService, ending_of
from handlers.buttons import listener
from handlers.payloads.forms import FilledView, Submission
from handlers.payloads.presses import Press
from handlers.views import sealed, try_send

_TEXTS: Final = ("region", "hours", "countries", "house_rules", "retention_days", *LIMITS)
_PEOPLE: Final = ("admins", "callers", "approvers")
_BOXES: Final = ("days", "refused_types", "allow_guests", "approval")
_CHANNEL: Final = "approval_channel"
# Which is in every form, and says what is wrong with no field in particular.
_FIRST: Final = "region"
_VERSION: Final = "version"
# Slack has taken the answer to the submission by then: what comes after it is not overwritten.
_APART_SECONDS: Final = 0.7

_log = structlog.get_logger(__name__)


class Checks:
    """What goes on after a submission was acknowledged; open as `async with`."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._running, return_exceptions=True)

    def start(self, check: Coroutine[None, None, None]) -> None:
        """Go on with it beside everything else."""
        task = asyncio.create_task(check, name="check of a key")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("check of a key failed", error=type(error).__name__)


def register(app: AsyncApp, settings: SettingsService, seal: Seal, checks: Checks) -> None:
    """Answer the button and the form on `app`."""
    form = _Form(settings, seal, checks)
    app.action(OPEN_SETTINGS)(listener(form.open))
    app.view(CALLBACK_ID)(form.submit)


class _Form:
    """The form: opened, submitted, and shown again with what came of a key."""

    def __init__(self, settings: SettingsService, seal: Seal, checks: Checks) -> None:
        self._settings = settings
        self._seal = seal
        self._checks = checks

    async def open(self, press: Press, client: AsyncWebClient) -> str:
        view = self._view(await self._settings.kept(press.person))
        shown = await try_send(client.views_open(trigger_id=press.trigger_id, view=view))
        return "" if shown else NO_VIEW

    async def submit(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        submission = Submission.model_validate(body)
        view = submission.view
        version = self._seal.open(view.private_metadata).get(_VERSION)
        after = version if isinstance(version, int) else -1
        try:
            change = await self._settings.read(_entered(view), submission.person, after=after)
            if change.callcow_key is None:
                await self._settings.save(change)
        except InvalidOwnSettings as error:
            await ack(response_action="errors", errors=self._errors(view, error))
        except RingbackError as error:
            await ack(response_action="errors", errors={_FIRST: not_done(error)})
        else:
            if change.callcow_key is None:
                await ack()
                return
            await ack(response_action="update", view=checking_view())
            self._checks.start(self._finish(change, view.id, client))

    def _errors(self, view: FilledView, error: InvalidOwnSettings) -> dict[str, str]:
        """Return what is wrong by the fields of the form, which need not have that of each."""
        found = {
            name: problem_words(name, problem, self._settings.operator)
            for name, problem in error.problems.items()
        }
        at_a_field = {name: words for name, words in found.items() if view.has(name)}
        return at_a_field or {_FIRST: " ".join(found.values())}

    async def _finish(self, change: Change, view_id: str, client: AsyncWebClient) -> None:
        try:
            _, view = await asyncio.gather(asyncio.sleep(_APART_SECONDS), self._outcome(change))
        except Exception:  # noqa: BLE001
            # Whatever nobody foresaw, the person is not left waiting.
            _log.exception("key not tried")
            view = notice(not_done(KeyNotTried("something went wrong")))
        await try_send(client.views_update(view_id=view_id, view=view))

    async def _outcome(self, change: Change) -> dict[str, Any]:
        """Save the change if CallCow takes its key; return the view that says what came of it."""
        try:
            await self._settings.save(change)
        except (KeyRefused, KeyNotTried) as error:
            entered = replace(change.before, own=change.own)
            return self._view(entered, {CALLCOW_KEY: not_done(error)})
        except RingbackError as error:
            return notice(not_done(error))
        return notice(SAVED)

    def _view(
        self, kept: KeptSettings, problems: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        form = settings_form(
            self._settings.operator,
            kept.own,
            key_ending=ending_of(kept),
            has_key=kept.has_key,
            takes_key=self._settings.takes_key,
            problems=problems,
            carried=json.dumps({_VERSION: kept.version}),
        )
        return sealed(form, self._seal)


def _entered(view: FilledView) -> Entered:
    key = clean(view.text(CALLCOW_KEY)).strip()
    return Entered(
        texts={name: clean(view.text(name)) for name in _TEXTS if view.has(name)},
        chosen={
            **{name: view.users(name) for name in _PEOPLE if view.has(name)},
            **{name: view.choices(name) for name in _BOXES if view.has(name)},
            **(
                {_CHANNEL: tuple(filter(None, [view.conversation(_CHANNEL)]))}
                if view.has(_CHANNEL)
                else {}
            ),
        },
        callcow_key=SecretStr(key) if key else None,
        removes_key=bool(view.choices(REMOVE_KEY)),
    )
