"""What a stranger sends: raw requests, and one valid payload of each type to spoil."""

import asyncio
import contextlib
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.demo.changes import Changes
from bot.demo.slack.payloads import event_callback
from bot.demo.slack.workspace import ADA, APP, GENERAL, TEAM, Workspace
from tests.world import COMMAND, NUMBER, PROMPT

NOWHERE: Final = "http://127.0.0.1:9/response"
_ANSWER_SECONDS: Final = 10.0
_MISSING: Final = object()
_ODD: Final[tuple[Any, ...]] = (None, 5, "\0\ud800<!channel>", [], {"id": [5]})
_PERSON: Final = {"id": ADA, "team_id": TEAM}
_INTERACTION: Final = {
    "team": {"id": TEAM},
    "user": _PERSON,
    "trigger_id": "1.2.abc",
    "api_app_id": APP,
    "token": "verification",
}
_MESSAGE: Final = {"type": "message", "ts": "100.1", "text": "Call them", "user": ADA}
_VIEW: Final = {
    "id": "V1",
    "type": "modal",
    "callback_id": "place_call",
    "private_metadata": json.dumps({"channel": GENERAL}),
    "state": {
        "values": {
            "number": {"number": {"type": "plain_text_input", "value": NUMBER}},
            "prompt": {"prompt": {"type": "plain_text_input", "value": PROMPT}},
        }
    },
}
_PLACE: Final = {"channel": {"id": GENERAL}, "response_url": NOWHERE}

Payload = dict[str, Any]

COMMAND_PAYLOAD: Final[Payload] = {
    "command": "/call",
    "text": COMMAND,
    "team_id": TEAM,
    "channel_id": GENERAL,
    "user_id": ADA,
    "trigger_id": "1.2.abc",
    "response_url": NOWHERE,
}
# One of each type that Slack sends to an app's address, as it would come to this app.
INTERACTIONS: Final[dict[str, Payload]] = {
    "view_submission": {"type": "view_submission", **_INTERACTION, "view": _VIEW},
    "view_closed": {"type": "view_closed", **_INTERACTION, "view": _VIEW, "is_cleared": False},
    "block_actions": {
        "type": "block_actions",
        **_INTERACTION,
        **_PLACE,
        "message": _MESSAGE,
        "container": {"type": "message", "message_ts": "100.1", "channel_id": GENERAL},
        "actions": [{"type": "button", "action_id": "cancel", "block_id": "b", "value": "1"}],
    },
    "block_suggestion": {
        "type": "block_suggestion",
        **_INTERACTION,
        "view": _VIEW,
        "action_id": "place",
        "block_id": "place",
        "value": "gen",
    },
    "shortcut": {"type": "shortcut", **_INTERACTION, "callback_id": "call", "action_ts": "1.2"},
    "message_action": {
        "type": "message_action",
        **_INTERACTION,
        **_PLACE,
        "callback_id": "call",
        "message": _MESSAGE,
        "message_ts": "100.1",
        "action_ts": "1.2",
    },
}
EVENTS: Final[dict[str, Payload]] = {
    "app_mention": event_callback(
        Workspace(lambda: 1_700_000_000.0, 3, Changes()),
        {"type": "app_mention", "channel": GENERAL, **_MESSAGE},
        "Ev1",
    ),
    "url_verification": {"type": "url_verification", "token": "verification", "challenge": "c"},
    "app_rate_limited": {"type": "app_rate_limited", "team_id": TEAM, "api_app_id": APP},
}


@dataclass(frozen=True)
class Answer:
    """What came back: a status of None says that nothing did, or nothing that is HTTP."""

    status: int | None
    text: str


async def send(port: int, *parts: bytes, ends: bool = False) -> Answer:
    """Send bytes as they are and return the answer; with `ends`, send no more after them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        # A server that has refused a request need not read the rest of it.
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
            if ends:
                writer.write_eof()
        async with asyncio.timeout(_ANSWER_SECONDS):
            return _answer(await _read(reader))
    finally:
        writer.close()


def request(start: bytes, *headers: bytes, body: bytes = b"", length: bool = True) -> bytes:
    """Return a request that asks for the connection to be closed after it."""
    lines = [start, b"Host: ringback", b"Connection: close", *headers]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def bodies(start: bytes, *headers: bytes) -> Iterator[tuple[str, bytes]]:
    """Return requests whose body is not what their headers say, by name."""
    for length in (b"abc", b"-1", b"+2", b"2, 2", b"9" * 30, b"0x2", b"1e3", b""):
        named = f"Content-Length: {length.decode()}"
        yield (
            named,
            request(start, *headers, b"Content-Length: " + length, body=b"{}", length=False),
        )
    chunked = b"Transfer-Encoding: chunked"
    yield "two lengths", request(start, *headers, b"Content-Length: 3", body=b"{}")
    yield "a length and chunks", request(start, *headers, chunked, body=b"2\r\n{}\r\n0\r\n\r\n")
    for name, chunks in {
        "no chunk size": b"zz\r\n{}\r\n0\r\n\r\n",
        "a broken second chunk": b"1\r\n{\r\nzz\r\n",
        "a negative chunk size": b"-1\r\n{}\r\n0\r\n\r\n",
        "a huge chunk size": b"f" * 30 + b"\r\n{}\r\n0\r\n\r\n",
    }.items():
        yield name, request(start, *headers, chunked, body=chunks, length=False)
    yield (
        "chunked twice",
        request(start, *headers, chunked, chunked, body=b"0\r\n\r\n", length=False),
    )
    for coding in (b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"nonsense"):
        encoding = b"Content-Encoding: " + coding
        yield f"not {coding.decode()}", request(start, *headers, encoding, body=b"not compressed")
    yield "an expectation", request(start, *headers, b"Expect: magic", body=b"{}")


def headers(start: bytes, *given: bytes) -> Iterator[tuple[str, bytes]]:
    """Return requests with a header that no sender of good will sends, by name."""
    for name, header in {
        "a long value": b"X-Long: " + b"a" * 100_000,
        "a long name": b"X" * 100_000 + b": a",
        "a folded line": b"X-A: b\r\n c",
        "a bare CR": b"X-A: b\rX-B: c",
        "a bare LF": b"X-A: b\nX-B: c",
        "a NUL": b"X-A: b\0c",
        "no colon": b"nocolon",
        "a space before the colon": b"X-A : b",
        "an empty name": b": b",
        "a second host": b"Host: [::1",
        "odd bytes": b"X-A: \xff\xfe",
        "odd cookies": b"Cookie: \xff=;;\xfe",
        "an odd content type": b"Content-Type: ;;\xff; charset=\xfe",
        "an unknown charset": b"Content-Type: application/json; charset=none",
        "an upgrade": b"Upgrade: websocket",
        "another signature": b"X-Slack-Signature: v0=\xff",
        "another timestamp": b"X-Slack-Request-Timestamp: \xff",
        "another secret": b"Authorization: Bearer \xff",
    }.items():
        yield name, request(start, header, *given, body=b"{")
    many = [b"X-%d: a" % number for number in range(1000)]
    yield "many headers", request(start, *given, *many, body=b"{")


def starts(path: bytes) -> Iterator[tuple[str, bytes]]:
    """Return requests whose first line is wrong, by name."""
    for line in (
        b"POST " + path + b" HTTP/9.9",
        b"POST " + path,
        b"post " + path + b" HTTP/1.1",
        b"P\xffST " + path + b" HTTP/1.1",
        b"POST " + path + b"\xff HTTP/1.1",
        b"POST " + path + b" a HTTP/1.1",
        b"POST " + path + b"a" * 9000 + b" HTTP/1.1",
        b"POST http://[::1" + path + b" HTTP/1.1",
        b"POST http://x:99999" + path + b" HTTP/1.1",
        b"POST * HTTP/1.1",
        b"POST callcow HTTP/1.1",
        b"POST  HTTP/1.1",
        b"CONNECT elsewhere:443 HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"\x16\x03\x01\x00\xf5" + bytes(100),
        bytes(range(256)),
    ):
        yield repr(line[:60]), request(line, body=b"{}")


def paths(call_id: str) -> tuple[str, ...]:
    """Return paths that look like the address of that call and are not."""
    base = "/callcow/callback"
    return (
        f"{base}/{call_id.upper()}",
        f"{base}/{{{call_id}}}",
        f"{base}/{call_id.replace('-', '')}",
        f"{base}/urn:uuid:{call_id}",
        f"{base}/{call_id}/",
        f"{base}/{call_id}%00",
        f"{base}/{call_id}%20",
        f"{base}/%20{call_id}",
        f"{base}/{call_id}/..",
        f"{base}/{call_id}%2f..",
        f"{base}/x/../{call_id}",
        f"{base}/x%2f..%2f{call_id}",
        f"{base}/..;/{call_id}",
        f"{base}/%252e%252e/{call_id}",
        f"{base}//{call_id}",
        f"{base}/{call_id},{call_id}",
        f"{base}/*",
        f"{base}/%zz",
        f"{base}/%ff%fe",
        f"{base}/%",
        f"{base}/../../etc/passwd",
        f"{base}/{'a' * 7000}",
        f"{base}/{'/' * 4000}",
        f"{base}/{'%00' * 1000}",
    )


def spoilt(payload: Payload) -> Iterator[Payload]:
    """Return the payload once for each part of it that is missing or of an odd type."""
    for path in _paths_in(payload):
        yield _replaced(payload, path, _MISSING)
        for value in _ODD:
            yield _replaced(payload, path, value)


def _paths_in(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from _paths_in(value, (*path, key))


def _replaced(payload: Payload, path: tuple[Any, ...], value: Any) -> Payload:
    copied = copy.deepcopy(payload)
    part: Any = copied
    for key in path[:-1]:
        part = part[key]
    if value is _MISSING:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return copied


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(1_000_000)
    except ConnectionError:
        return b""


def _answer(data: bytes) -> Answer:
    text = data.decode(errors="replace")
    line = text.split("\r\n", 1)[0].split(" ")
    is_http = len(line) > 1 and line[0].startswith("HTTP/") and line[1].isdecimal()
    return Answer(int(line[1]) if is_http else None, text)
