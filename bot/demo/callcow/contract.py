"""CallCow's call-prompt contract: which orders it accepts and what it reports of a call."""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

Outcome = Literal["completed", "no_answer", "busy", "failed", "canceled", "voicemail"]

# The API reference's table of terminal statuses: call_status, provider_status.
STATUSES: Final[Mapping[Outcome, tuple[str, str]]] = {
    "completed": ("success", "completed"),
    "no_answer": ("not_picked_up", "no-answer"),
    "busy": ("not_picked_up", "busy"),
    "failed": ("not_picked_up", "failed"),
    "canceled": ("not_picked_up", "canceled"),
    "voicemail": ("voicemail", "completed"),
}

_Filled = Annotated[str, StringConstraints(pattern=r"\S")]
# The secret becomes part of a header, so it can hold nothing but visible ASCII.
_Token = Annotated[str, StringConstraints(pattern=r"^[!-~]+$")]
_Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{1,14}$")]


class Refused(Exception):
    """A request that CallCow answers with an error; no error body is documented for it."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body = {"success": False, "error": message}


class Order(BaseModel):
    """The body of a call-prompt request: five fields and, to surface mistakes, no other."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    prompt: _Filled
    recipient_phone: _Number
    callback_url: _Filled | None = None
    callback_secret: _Token | None = None
    idempotency_key: _Filled | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, fields: Any) -> Any:
        # The contract lets a field be left out; it never says that one may be null.
        if isinstance(fields, dict) and (
            nulls := [name for name in fields if fields[name] is None]
        ):
            raise ValueError(f"null is not a value of {', '.join(nulls)}")
        return fields


def read_order(body: bytes, *, allow_http_loopback: bool) -> Order:
    """Return the order that a request's body holds, or raise `Refused` with 400."""
    try:
        order = Order.model_validate_json(body)
    except ValidationError as error:
        faults = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
        message = "; ".join(f"{field or 'body'}: {text}" for field, text in faults)
        raise Refused(400, message) from error
    if order.callback_url is not None:
        _check_callback_url(order.callback_url, allow_http_loopback)
    return order


def payload(
    call_id: str, workflow_id: str, dialed_at: float, outcome: Outcome, summary: str
) -> dict[str, Any]:
    """Return the nine fields that CallCow reports of an ended call, without any messages yet."""
    call_status, provider_status = STATUSES[outcome]
    created_at = datetime.fromtimestamp(dialed_at, UTC).isoformat(timespec="milliseconds")
    return {
        "call_id": call_id,
        "workflow_id": workflow_id,
        "call_status": call_status,
        "provider_status": provider_status,
        "call_summary": summary,
        "messages": [],
        "context": None,
        "form_fills": [],
        "created_at": created_at.replace("+00:00", "Z"),
    }


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, as a name or as an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_callback_url(url: str, allow_http_loopback: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused(400, f"callback_url: {error}") from error
    if not host or parts.scheme not in {"http", "https"} or any(map(str.isspace, url)):
        raise Refused(400, "callback_url: not a URL")
    if allow_http_loopback and is_loopback(host):
        return
    if parts.scheme != "https":
        raise Refused(400, "callback_url: must be https")
    if _is_private(host):
        raise Refused(400, "callback_url: must not point to a private or reserved address")


def _is_private(host: str) -> bool:
    # Names are not resolved: the stand-in asks nobody outside this machine.
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return is_loopback(host)
