"""What CallCow may tell: how a call came out."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from bot.callcow.client import id_in
from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.result import CallResult
from bot.core.calls.states import EndReason
from bot.core.errors import TransitionRefused, Unauthorized
from bot.core.ids import parse_id
from bot.metrics import Metrics
from bot.storage.calls.results import Results
from bot.storage.calls.store import Store

# Results of one call that come at once are told apart by so many looks at most.
_RECORDS_MAX: Final = 3

_log = structlog.get_logger(__name__)


class ResultService:
    """The rules for results. `wake` tells this process's dispatcher that work is due."""

    def __init__(
        self, store: Store, results: Results, metrics: Metrics, *, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._results = results
        self._metrics = metrics
        self._wake = wake

    async def authorize(self, call_id: str, secret: str) -> Call | UUID:
        """Return the call of that id; raise `Unauthorized` unless `secret` is its own.

        An id that is unknown, or none, takes the same comparison and raises the same. Of a call
        whose row this version cannot read, the id is returned: the secret decides.
        """
        parsed = parse_id(call_id)
        call = await self._store.get(parsed) if parsed else None
        own = call and call.callback_secret.get_secret_value()
        known = own or secrets.token_urlsafe(32)
        is_own = hmac.compare_digest(known.encode(), secret.encode(errors="replace"))
        if parsed is None or not (is_own or await self._results.is_secret_of(parsed, secret)):
            raise Unauthorized("no such call, or another secret")
        return call or parsed

    async def record(self, call: Call | UUID, payload: Mapping[str, Any]) -> bool:
        """Record what CallCow sent for `call`; return False if it already had its result.

        The secret decides whose result it is: an id that differs from the known one is kept in
        the payload beside it. Raises `StoreError`.
        """
        if isinstance(call, UUID):
            return await self._keep_result(call, payload)
        provider_call_id = id_in(payload, "call_id")
        if provider_call_id and call.provider_call_id not in (None, provider_call_id):
            _log.warning("callback names another call", call=str(call.id), theirs=provider_call_id)
        result, current = _measured(read_payload(payload), call, utc_now()), call
        for _ in range(_RECORDS_MAX):
            if await self._end_with(current, payload, result):
                return True
            # Another result may have come first, which this one may be better than.
            latest = await self._store.get(call.id)
            if latest is None or latest.ended_at == current.ended_at:
                return False
            current = latest
        return False

    async def _end_with(self, call: Call, payload: Mapping[str, Any], result: CallResult) -> bool:
        """End the call with a result; return False if it has another that stands."""
        now = utc_now()
        try:
            ended = call.ended(EndReason.RESULT, now=now, result=payload, normalized_result=result)
        except TransitionRefused:
            return False
        follows = after_end(ended)
        recorded = await self._results.record_result(
            call.id,
            payload,
            normalized=result,
            workflow_id=id_in(payload, "workflow_id"),
            provider_call_id=id_in(payload, "call_id"),
            now=now,
            then=follows.next_attempt,
            replaces=call,
            gives_up=follows.gives_up,
        )
        if recorded:
            self._metrics.count_end(follows.outcome)
            _log.info("result received", call=str(call.id), outcome=follows.outcome)
            self._wake()
        return recorded

    async def _keep_result(self, call_id: UUID, payload: Mapping[str, Any]) -> bool:
        """Do so for a call whose row cannot be read: a version that can goes on with it."""
        recorded = await self._results.record_result(
            call_id,
            payload,
            workflow_id=id_in(payload, "workflow_id"),
            provider_call_id=id_in(payload, "call_id"),
            now=utc_now(),
        ) or await self._results.keep_result(call_id, payload)
        _log.warning("result kept for an unreadable row", call=str(call_id), kept=recorded)
        return recorded


def _measured(result: CallResult, call: Call, now: datetime) -> CallResult:
    """Return the result with the call's duration: CallCow reports at once when it is over."""
    if result.duration is not None or call.last_dial_at is None:
        return result
    return replace(result, duration=max(0.0, (now - call.last_dial_at).total_seconds()))
