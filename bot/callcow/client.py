"""The call-prompt contract and its client: what is sent to CallCow and what its answers mean."""

import asyncio
import functools
import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self
from urllib.parse import quote

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, SecretStr
from socksio.exceptions import SOCKSError

from bot.clock import utc_now
from bot.core.errors import (
    CallRefused,
    KeyNotTried,
    KeyRefused,
    MaybeDialed,
    NotDialed,
    NoTerminalStatus,
    PollUnanswered,
    Redirected,
)
from bot.core.json_object import parse_object
from bot.network import Network

# Past these a 4xx proves nothing: the request may have been taken, or may still be.
_AMBIGUOUS: Final = {408, 409, 425}
# A proxy that does not lead to CallCow has passed nothing on.
_NO_CONNECTION: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    SOCKSError,
)
# An answer longer than this is no answer of CallCow's.
_ANSWER_MAX: Final = 4 * 1024 * 1024
_MESSAGE_MAX: Final = 500
_RETRY_AFTER_MAX: Final = 3600.0
# How long a 429 without Retry-After slows this process down.
_BUSY_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


class CallPrompt(BaseModel):
    """The body of `POST /call-prompt`: the API reference's five fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: str
    recipient_phone: str
    callback_url: str | None = None
    callback_secret: SecretStr | None = None
    idempotency_key: str

    def body(self) -> dict[str, str]:
        """Return the JSON to send; a field without a value is left out."""
        body = self.model_dump(exclude_none=True)
        if self.callback_secret is not None:
            body["callback_secret"] = self.callback_secret.get_secret_value()
        return body


class Placed(BaseModel):
    """CallCow's answer to a call that it took; an id is None when it gave none that can be read."""

    model_config = ConfigDict(frozen=True)

    workflow_id: str | None = None
    call_id: str | None = None

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Self:
        """Return the ids in `answer`."""
        return cls(workflow_id=id_in(answer, "workflow_id"), call_id=id_in(answer, "call_id"))


@functools.cache
def _usual_trust() -> ssl.SSLContext:
    """Return what httpx trusts by itself; to load it takes a tenth of a second."""
    return httpx.create_ssl_context(trust_env=False)


class CallCow:
    """CallCow's API. Every request ends within `timeout` seconds."""

    def __init__(
        self,
        *,
        base_url: str,
        status_path: str,
        timeout: float,
        network: Network | None = None,
    ) -> None:
        self._base_url = base_url
        self._status_path = status_path
        self._timeout = timeout
        way = network or Network()
        # Each request makes its own connection: on one that was kept, a request lost to the other
        # side's closing it could not be told from one that was dialed.
        self._http = httpx.AsyncClient(
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=httpx.Timeout(timeout, connect=min(timeout / 2, 10.0)),
            follow_redirects=False,
            # The environment has been read by then, and not all that it says is meant for us.
            trust_env=False,
            proxy=way.proxy_for(base_url),
            verify=way.trust or _usual_trust(),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def place(self, prompt: CallPrompt, key: SecretStr) -> Placed:
        """Place a call and return its ids.

        Raises `NotDialed` if this request proves itself not dialed, `MaybeDialed` if nobody knows
        (`Redirected` among it),
        `KeyRefused` or `CallRefused` if CallCow said no.
        """
        try:
            response = await self._send("POST", "/call-prompt", key, prompt.body())
        except _NO_CONNECTION as error:
            raise NotDialed("CallCow could not be reached") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise MaybeDialed("CallCow did not answer") from error
        status, retry_after = response.status_code, _retry_after(response)
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise NotDialed("CallCow is busy", retry_after=retry_after or _BUSY_SECONDS)
        if httpx.codes.is_redirect(status):
            raise Redirected(f"CALLCOW_BASE_URL redirects ({status}): set it to where it leads")
        if status in _AMBIGUOUS or not (response.is_success or response.is_client_error):
            raise MaybeDialed(f"CallCow answered {status}", retry_after=retry_after)
        answer = _object_in(response)
        if status == httpx.codes.UNAUTHORIZED:
            raise KeyRefused(_message(answer, response), status=status)
        if response.is_client_error or answer.get("success") is False:
            raise CallRefused(_message(answer, response), status=status)
        return Placed.read(answer)

    async def poll(self, call_id: str, key: SecretStr) -> dict[str, Any]:
        """Return what CallCow says of a call now; raise `NoTerminalStatus` for nothing of use."""
        if not call_id.strip("."):
            # A path's dots cannot be quoted: such an id would lead to another address.
            raise NoTerminalStatus("CallCow's id cannot be asked for")
        path = self._status_path.replace("{call_id}", quote(call_id, safe=""))
        try:
            response = await self._send("GET", path, key)
        except (httpx.HTTPError, SOCKSError, TimeoutError) as error:
            raise PollUnanswered("CallCow did not answer") from error
        if not response.is_success:
            busy = response.status_code == httpx.codes.TOO_MANY_REQUESTS
            raise (PollUnanswered if busy or response.is_server_error else NoTerminalStatus)(
                f"CallCow answered {response.status_code}",
                retry_after=_retry_after(response) or (_BUSY_SECONDS if busy else None),
            )
        if not (answer := _object_in(response)):
            raise NoTerminalStatus("CallCow's answer cannot be read")
        return answer

    async def try_key(self, key: SecretStr) -> None:
        """Ask for the workflows, which shows whether CallCow takes the key.

        Raises `KeyRefused`, or `KeyNotTried` if it does not say.
        """
        try:
            response = await self._send("GET", "/workflows", key)
        except (httpx.HTTPError, SOCKSError, TimeoutError) as error:
            raise KeyNotTried("CallCow did not answer") from error
        status = response.status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise KeyRefused(_message(_object_in(response), response), status=status)
        # Another CallCow may not have this address.
        if not response.is_success and status != httpx.codes.NOT_FOUND:
            raise KeyNotTried(f"CallCow answered {status}", status=status)

    async def _send(
        self, method: str, path: str, key: SecretStr, body: dict[str, str] | None = None
    ) -> httpx.Response:
        """Return the answer; one whose body could not be read has an empty one."""
        response: httpx.Response | None = None
        content = bytearray()
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"}
        try:
            # httpx limits each wait, not the whole: an answer that drips in is cut off here.
            async with (
                asyncio.timeout(self._timeout),
                self._http.stream(
                    method, self._base_url + path, headers=headers, json=body
                ) as response,
            ):
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > _ANSWER_MAX:
                        break
        except (httpx.HTTPError, TimeoutError):
            if response is None:
                raise
            content.clear()
        kept = [(b"retry-after", response.headers.get("retry-after", "").encode())]
        return httpx.Response(response.status_code, headers=kept, content=bytes(content))


def id_in(payload: Mapping[str, Any], name: str) -> str | None:
    """Return the id of that name in `payload`, None for one that is missing or of an odd type."""
    value = payload.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        return None
    # Anything else could not be kept in every database, nor be sent back in an address.
    return value if value.isascii() and value.isprintable() else None


def _object_in(response: httpx.Response) -> dict[str, Any]:
    try:
        return parse_object(response.content.decode(errors="replace"))
    except ValueError:
        _log.warning("callcow answer unreadable", status=response.status_code)
        return {}


def _message(answer: Mapping[str, Any], response: httpx.Response) -> str:
    """Return CallCow's own words for a refusal, or its status line: never a body of any shape."""
    for name in ("message", "error"):
        value = answer.get(name)
        if isinstance(value, Mapping):
            value = value.get("message")
        if isinstance(value, str) and (words := _printable(value)):
            return words[:_MESSAGE_MAX]
    return f"HTTP {response.status_code} {response.reason_phrase}".strip()


def _printable(text: str) -> str:
    """Return `text` in one line, without characters that no database takes."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of a `Retry-After` header, which is a number or a date."""
    header = response.headers.get("retry-after", "")
    try:
        if header.strip().isdecimal():
            seconds = float(header)
        else:
            seconds = (parsedate_to_datetime(header) - utc_now()).total_seconds()
        return min(max(seconds, 0), _RETRY_AFTER_MAX)
    except (ValueError, TypeError):
        return None
