"""What went between Slack, the bot and CallCow, in order, with nothing secret in it. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.slack.server import LocalSlack

# A page shows no more than the latest of these.
_LATEST: Final = 200
_HIDDEN: Final = "••••••"
_SECRETS: Final = {
    "access_token",
    "callback_secret",
    "client_secret",
    "code",
    "response_url",
    "token",
    "trigger_id",
}
_SECRET: Final = re.compile(r"(/response/|ck_live_|xoxb-)[\w.-]+")


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer; `status` is None while there is none, or if none came."""

    id: str
    at: float
    source: str
    target: str
    what: str
    request: Any
    status: str | None
    answer: Any


class Traffic:
    """The latest exchanges as a page shows them.

    All that was said is read at each change, for each page: what is over is written once.
    """

    def __init__(self, slack: LocalSlack, callcow: CallCowSimulator) -> None:
        self._slack = slack
        self._callcow = callcow
        self._over: dict[str, str] = {}

    def items(self) -> dict[str, str]:
        """Return each as JSON under its key, in the order of their requests."""
        items, over = dict[str, str](), dict[str, str]()
        for one in self._latest():
            written = self._over.get(one.id) or _written(one)
            items[f"exchange:{one.id}"] = written
            if one.status is not None:
                over[one.id] = written
        self._over = over
        return items

    def _latest(self) -> list[Exchange]:
        slack, callcow = self._slack, self._callcow
        found = [
            *_from_slack(slack),
            *_to_slack(slack),
            *_to_callcow(callcow),
            *_from_callcow(callcow),
        ]
        return sorted(found, key=lambda exchange: exchange.at)[-_LATEST:]


def _written(exchange: Exchange) -> str:
    public = replace(exchange, request=_public(exchange.request), answer=_public(exchange.answer))
    return json.dumps(vars(public), ensure_ascii=False)


def _from_slack(slack: LocalSlack) -> Iterator[Exchange]:
    for number, sent in enumerate(slack.sent):
        kind = sent.payload.get("type", "slash_command")
        event = sent.payload.get("event")
        reply = sent.reply
        yield Exchange(
            id=f"sent-{number}",
            at=sent.at,
            source="Slack",
            target="bot",
            what=f"{kind}: {event['type']}" if isinstance(event, Mapping) else str(kind),
            request=sent.payload,
            status=None if reply is None else reply.problem or f"{reply.status}",
            answer=None if reply is None else reply.json,
        )


def _to_slack(slack: LocalSlack) -> Iterator[Exchange]:
    for number, request in enumerate(slack.requests):
        answer = request.answer
        ok = answer is not None and (answer.get("ok") or answer.get("error"))
        yield Exchange(
            id=f"api-{number}",
            at=request.at,
            source="bot",
            target="Slack",
            what=request.method,
            request=request.arguments,
            status=None if answer is None else "ok" if ok is True else str(ok),
            answer=answer,
        )
    for number, answered in enumerate(slack.answered):
        yield Exchange(
            id=f"response-{number}",
            at=answered.at,
            source="bot",
            target="Slack",
            what="response_url",
            request=answered.answer,
            status=answered.problem or "ok",
            answer=None,
        )


def _to_callcow(callcow: CallCowSimulator) -> Iterator[Exchange]:
    for number, request in enumerate(callcow.requests):
        yield Exchange(
            id=f"callcow-{number}",
            at=request.received_at,
            source="bot",
            target="CallCow",
            what=f"{request.method} {request.path}",
            request=request.body,
            status=None if request.status is None else f"{request.status}",
            answer=request.answer,
        )


def _from_callcow(callcow: CallCowSimulator) -> Iterator[Exchange]:
    for dial in callcow.dials:
        for number, delivery in enumerate(dial.deliveries):
            yield Exchange(
                id=f"callback-{dial.call_id}-{number}",
                at=delivery.delivered_at,
                source="CallCow",
                target="bot",
                what="callback",
                request=delivery.body,
                status=f"{delivery.status or delivery.error}",
                answer=None,
            )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


def _public(value: Any) -> Any:
    """Return `value` without what would let a reader act as somebody else; bytes are JSON."""
    if isinstance(value, bytes):
        return _public(_json(value))
    if isinstance(value, Mapping):
        return {
            name: _HIDDEN if name in _SECRETS and item else _public(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_public(item) for item in value]
    return _SECRET.sub(rf"\1{_HIDDEN}", value) if isinstance(value, str) else value
