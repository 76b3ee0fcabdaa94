"""What the doors may ask for: request a call, record a result."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from bot.call import Call, CallRequest, check_prompt
from bot.callcow import id_in
from bot.clock import utc_now
from bot.errors import (
    InvalidNumber,
    InvalidPrompt,
    InvalidRequest,
    OtherTeam,
    Unauthorized,
    UnknownCall,
)
from bot.metrics import Metrics
from bot.phone import masked, parse
from bot.result import Result
from bot.store import Store

_log = structlog.get_logger(__name__)


class CallService:
    """The rules for what comes in. `wake` tells this process's dispatcher that work is due."""

    def __init__(
        self, store: Store, metrics: Metrics, *, region: str, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._wake = wake
        self.region = region

    async def request(self, request: CallRequest) -> None:
        """Save the call that `request` asks for; a repeated request changes nothing.

        Its recipient is what the person typed. Raises `InvalidRequest` for a number or a prompt
        that cannot be used, with nothing saved, and `StoreError` if it could not be saved.
        """
        recipient, prompt = check(request.recipient, request.prompt, self.region)
        call = Call.new(replace(request, recipient=recipient, prompt=prompt), utc_now())
        if not await self._store.add(call):
            _log.info("request repeated", request_key=request.request_key)
            return
        self._metrics.requested.inc()
        _log.info("call requested", call=str(call.id), recipient=masked(recipient))
        self._wake()

    async def authorize(self, call_id: str, secret: str) -> Call:
        """Return the call of that id; raise `Unauthorized` unless `secret` is its own.

        An id that is unknown, or none, takes the same comparison and raises the same.
        """
        call = await self._store.get(parsed) if (parsed := _uuid(call_id)) else None
        known = call.callback_secret.get_secret_value() if call else secrets.token_urlsafe(32)
        if not hmac.compare_digest(known.encode(), secret.encode(errors="replace")) or call is None:
            raise Unauthorized("no such call, or another secret")
        return call

    async def call_of(self, call_id: str, team: str) -> Call:
        """Return the call of that id for a person of `team`.

        Raises `UnknownCall` if there is none, `OtherTeam` if it belongs to another team, and
        `Unreadable`.
        """
        call = await self._store.get(parsed) if (parsed := _uuid(call_id)) else None
        if call is None:
            raise UnknownCall("no such call")
        if call.team != team:
            raise OtherTeam("a call of another team")
        return call

    async def record_result(self, call: Call, payload: Mapping[str, Any]) -> bool:
        """Record what CallCow sent for `call`; return False if it already had its result.

        The secret decides whose result it is: an id that differs from the known one is kept in
        the payload beside it. Raises `StoreError`.
        """
        provider_call_id = id_in(payload, "call_id")
        if provider_call_id and call.provider_call_id not in (None, provider_call_id):
            _log.warning("callback names another call", call=str(call.id), theirs=provider_call_id)
        recorded = await self._store.record_result(
            call.id,
            payload,
            workflow_id=id_in(payload, "workflow_id"),
            provider_call_id=provider_call_id,
            now=utc_now(),
        )
        if recorded:
            outcome = Result.read(payload).outcome.name
            self._metrics.ended.labels(outcome).inc()
            _log.info("result received", call=str(call.id), outcome=outcome)
            self._wake()
        return recorded


def check(number: str, prompt: str, region: str) -> tuple[str, str]:
    """Return the number in E.164 and the prompt; raise `InvalidRequest` with what is wrong."""
    problems: dict[str, str] = {}
    try:
        number = parse(number, region)
    except InvalidNumber as error:
        problems["number"] = str(error)
    try:
        prompt = check_prompt(prompt)
    except InvalidPrompt as error:
        problems["prompt"] = str(error)
    if problems:
        raise InvalidRequest(problems)
    return number, prompt


def _uuid(text: str) -> UUID | None:
    try:
        parsed = UUID(text)
    except ValueError:
        return None
    # Only the form that the address was given in: not braces, not without hyphens.
    return parsed if str(parsed) == text else None
