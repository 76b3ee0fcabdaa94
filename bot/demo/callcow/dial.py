"""What the CallCow stand-in remembers: each request, each dialed call and each callback."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

StepKind = Literal["dialing", "ringing", "answered", "line", "ended"]

# The polled provider_status of a call under way is documented nowhere: these are the usual names.
_PROVIDER_STATUS: Final[Mapping[StepKind, str]] = {
    "dialing": "queued",
    "ringing": "ringing",
    "answered": "in-progress",
    "line": "in-progress",
}


@dataclass(kw_only=True)
class ReceivedRequest:
    """One request to the stand-in; `status` stays None until an answer can reach the caller.

    `answer` is the body of that answer.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    received_at: float
    status: int | None = None
    answer: bytes = b""

    def json(self) -> Any:
        """Return the body, which has to be JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One callback attempt: the status it was answered with, or the name of the error."""

    body: bytes
    delivered_at: float
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One moment of a call; `role` and `content` are set for a line of the conversation."""

    kind: StepKind
    at: float
    role: str | None = None
    content: str | None = None


@dataclass(kw_only=True)
class Dial:
    """One phone call, with the fields it was asked for; `final` is what it ended with.

    `customer` is whose it is, None for the first; `refusal` is why it was not dialed at all.
    """

    customer: str | None
    call_id: str
    workflow_id: str
    prompt: str
    recipient_phone: str
    callback_url: str | None
    callback_secret: str | None
    idempotency_key: str | None
    dialed_at: float
    steps: list[Moment] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    refusal: str | None = None
    final: dict[str, Any] | None = None

    @property
    def status(self) -> dict[str, Any]:
        """What a poll is told of the call now."""
        if self.final is not None:
            return self.final
        return {
            "call_id": self.call_id,
            "workflow_id": self.workflow_id,
            "call_status": "in_progress",
            "provider_status": _PROVIDER_STATUS[self.steps[-1].kind],
        }
