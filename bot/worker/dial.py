"""The step that calls a phone, at most once: the rules of *Dialing* in .github/ARCHITECTURE.md.

First the policy, then the rate's permit, then one write that rechecks state, age and policy and
notes when it is sent, then the request. What that proves decides what may follow it.
"""

import random
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from bot.callcow.client import CallCow, CallPrompt
from bot.callcow.repeat import is_repeatable, too_old_to_repeat
from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import NO_KEY, REDIRECTED, UNINSTALLED, Reason
from bot.core.calls.states import EndReason
from bot.core.errors import (
    CallRefused,
    KeyRefused,
    MaybeDialed,
    NotDialed,
    NotInstalled,
    Redirected,
    SlackUnavailable,
    TokenRefused,
)
from bot.core.phone import masked
from bot.core.policy.decision import Allowed, AtAnotherTime, AwaitingApproval, Held, Refused
from bot.core.policy.kept import rule_of
from bot.core.policy.policy import Policy
from bot.core.prompt import with_house_rules
from bot.metrics import Metrics
from bot.slack.home_tabs import Home
from bot.slack.names import Names
from bot.slack.workspaces import Workspaces
from bot.storage.callcow_keys import CallCowKey, CallCowKeys
from bot.storage.calls.store import Store
from bot.storage.engine.group_commit import WRITE_SECONDS
from bot.storage.policy.dial import DialPolicy
from bot.storage.workspace_settings import WorkspaceSettingsStore
from bot.worker.commit import TransitionWriter
from bot.worker.status import Status
from bot.worker.timing import Timing
from bot.worker.wait import Wait

# How often the policy is asked about a call that waits; `/call resume` lets it go on at once.
_ASK_AGAIN: Final = timedelta(minutes=5)
# While Slack refuses a workspace's token its calls wait, until they are too late.
_TOKEN_SECONDS: Final = 30.0

_log = structlog.get_logger(__name__)


class Dial:
    """Asks CallCow to place a call, and settles what its answer means."""

    def __init__(
        self,
        commit: TransitionWriter,
        store: Store,
        policy: DialPolicy,
        workspaces: Workspaces,
        names: Names,
        status: Status,
        home: Home,
        wait: Wait,
        callcow: CallCow,
        settings: WorkspaceSettingsStore,
        keys: CallCowKeys,
        metrics: Metrics,
        timing: Timing,
        callback_url: str | None,
    ) -> None:
        self._commit = commit
        self._store = store
        self._policy = policy
        self._workspaces = workspaces
        self._names = names
        self._status = status
        self._home = home
        self._wait = wait
        self._callcow = callcow
        self._settings = settings
        self._keys = keys
        self._metrics = metrics
        self._timing = timing
        self._callback_url = callback_url

    async def run(self, call: Call) -> None:
        """Dial, if the policy lets it be and there is a permit; raises `StoreError`."""
        if not await self._is_installed(call):
            return
        settings = await self._settings.of(call.team)
        known = await self._keys.of(call.team)
        # While Slack is asked who they are, nobody whose turn is later takes the permit.
        with nullcontext() if known is None else known.rate.promised() as promise:
            if not await self._is_allowed(call, settings.policy):
                return
            if (key := await self._key(call)) is None:
                return
            if (wait := await key.rate.acquire_dial(promise)) > 0:
                await self._commit.release(call, after=wait)
                return
        sent = await self._start(call, settings.policy, key)
        if sent is None:
            await self._commit.release(call, after=0.0)
            return
        try:
            placed = await self._callcow.place(self._prompt(call, settings.house_rules), key.secret)
        except NotDialed as error:
            await self._not_dialed(call, sent, error, key)
        except MaybeDialed as error:
            await self._maybe_dialed(sent, error)
        except CallRefused as error:
            await self._refused(call, sent, error, key)
        else:
            _log.info("call placed", call=str(call.id), recipient=masked(call.recipient))
            self._count("placed")
            key.rate.taken()
            await self._wait.begin(sent, placed)

    async def _is_installed(self, call: Call) -> bool:
        """Let the call end, or wait if it may be placed, where the bot was removed."""
        try:
            await self._workspaces.of(call.team)
        except NotInstalled:
            if call.may_have_been_dialed():
                await self._wait.begin(call)
            else:
                await self._commit.end(call, EndReason.NOT_PLACED, UNINSTALLED)
            return False
        except SlackUnavailable:
            # The database is away, without which nothing is dialed either.
            await self._commit.release(call, after=1.0)
            return False
        return True

    async def _key(self, call: Call) -> CallCowKey | None:
        """Return the key to dial with; without one the call ends, or waits if it may be placed."""
        key = await self._keys.of(call.team)
        if not call.may_have_been_dialed():
            if key is None:
                await self._commit.end(call, EndReason.NOT_PLACED, NO_KEY)
            return key
        if key is not None and key.has_dialed(call):
            return key
        # Under another key CallCow need not know what it has placed already.
        await self._wait.begin(call)
        return None

    async def _is_allowed(self, call: Call, policy: Policy) -> bool:
        """Ask the policy, and let the call wait or end if it says no."""
        try:
            caller = await self._names.caller(call.team, call.requester)
        except TokenRefused:
            # The bot may have been removed, and nobody could be told how the call went.
            await self._commit.release(call, after=_TOKEN_SECONDS)
            return False
        now = utc_now()
        decision = await self._policy.decide(call, caller, policy, now)
        if isinstance(decision, Allowed):
            return True
        rule = rule_of(decision.fact)
        _log.info("dial not allowed", call=str(call.id), rule=rule)
        if call.may_have_been_dialed():
            # It may have been placed already; it is not sent again.
            await self._wait.begin(call)
            return False
        reason = Reason.by_policy(decision.fact)
        match decision:
            case Refused():
                if await self._commit.end(call, EndReason.NOT_PLACED, reason):
                    self._metrics.refused.labels(rule).inc()
            case AtAnotherTime():
                await self._put_off(call, call.moved(reason, dial_at=decision.opens_at))
            case Held(AwaitingApproval()):
                await self._put_off(call, call.to_approve(reason))
            case Held():
                again = now + _ASK_AGAIN * random.uniform(0.8, 1)  # noqa: S311
                await self._put_off(call, call.on_hold(reason, now=now, due_at=again))
        return False

    async def _put_off(self, call: Call, later: Call) -> None:
        if await self._commit.save(call, later):
            self._home.show_soon(later.requester, later.team)
            await self._status.show(later)

    async def _start(self, call: Call, policy: Policy, key: CallCowKey) -> Call | None:
        """Return the call as it is about to be sent, or None if it may not be."""
        now = utc_now()
        caller = self._names.known_caller(call.team, call.requester)
        sent = call.sent(
            now=now,
            # The request goes out once this is written, and a write takes a while.
            due_at=now + timedelta(seconds=WRITE_SECONDS) + self._timing.dial_retry_after,
            lease_until=now + self._timing.lease,
            dialed_with=key.mark,
        )
        is_started = await self._store.start_dial(
            call,
            now=now,
            after=sent,
            too_old=too_old_to_repeat(now),
            is_allowed=self._policy.condition(call, caller, policy, now),
            locks=self._policy.locks(call, policy),
        )
        return sent if is_started else None

    def _prompt(self, call: Call, house_rules: str) -> CallPrompt:
        url = self._callback_url
        return CallPrompt(
            prompt=with_house_rules(call.prompt, house_rules),
            recipient_phone=call.recipient,
            callback_url=f"{url}/callcow/callback/{call.id}" if url else None,
            callback_secret=call.callback_secret if url else None,
            idempotency_key=str(call.id),
        )

    async def _not_dialed(self, call: Call, sent: Call, error: NotDialed, key: CallCowKey) -> None:
        if error.retry_after is not None:
            await key.rate.pause(error.retry_after)
        if call.may_have_been_dialed():
            # This attempt is proved to have dialed nobody; an earlier one is not.
            await self._maybe_dialed(sent, error)
            return
        self._count("not_dialed")
        _log.warning("not dialed yet", call=str(call.id), error=str(error))
        # Once it is too late to send the call, that is told at once, however long CallCow is busy.
        left = (call.dial_at + call.send_within - utc_now()).total_seconds()
        again = sent.not_dialed() if error.retry_after is None else sent.not_dialed().held_up()
        if await self._commit.retry(sent, again, min(error.retry_after or 0.0, max(left, 0.0))):
            await self._status.show(again)

    async def _maybe_dialed(self, sent: Call, error: NotDialed | MaybeDialed) -> None:
        self._count("maybe_dialed")
        _log.warning("dial not confirmed", call=str(sent.id), error=str(error))
        asked = timedelta(seconds=error.retry_after or 0.0)
        due_at = utc_now() + max(self._timing.dial_retry_after, asked)
        is_redirected = isinstance(error, Redirected)
        noted = replace(sent, reason=REDIRECTED if is_redirected else sent.reason)
        if not is_repeatable(sent.dialing_since, due_at):
            await self._wait.begin(noted)
        elif await self._commit.save(sent, noted.released(due_at=due_at)):
            await self._status.show(noted)

    async def _refused(self, call: Call, sent: Call, error: CallRefused, key: CallCowKey) -> None:
        self._count("refused")
        log = _log.error if isinstance(error, KeyRefused) else _log.warning
        log("call refused", call=str(call.id), error=type(error).__name__)
        if call.may_have_been_dialed():
            await self._wait.begin(sent)
        else:
            reason = Reason.refused(str(error), status=error.status)
            if isinstance(error, KeyRefused):
                reason = Reason.key_refused(
                    str(error), status=error.status, is_own=not key.is_operators
                )
            await self._commit.end(sent, EndReason.NOT_PLACED, reason)

    def _count(self, answer: str) -> None:
        self._metrics.callcow.labels("dial", answer).inc()
