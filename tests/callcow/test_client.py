"""The call-prompt client: what goes out, and what each answer proves."""

import asyncio
import gzip
import json
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.callcow.client import CallCow, CallPrompt, Placed, id_in
from bot.core.errors import (
    CallCowError,
    CallRefused,
    KeyRefused,
    MaybeDialed,
    NotDialed,
    NoTerminalStatus,
)
from bot.core.json_object import parse_object
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.world import COMMAND, NUMBER, PROMPT, World, free_port, shown

SAMPLES = Path(__file__).parents[1] / "samples"
SEED = json.loads((SAMPLES / "callcow_request.json").read_text(encoding="utf-8"))
KEY = "ck_live_simulator"
SECRET = SecretStr(KEY)


@pytest.fixture
async def simulator() -> AsyncIterator[CallCowSimulator]:
    """Return a running CallCow."""
    async with CallCowSimulator(api_key=KEY) as running:
        yield running


@asynccontextmanager
async def client(base_url: str, *, seconds: float = 5) -> AsyncIterator[CallCow]:
    """Return the client under test."""
    async with CallCow(
        base_url=base_url,
        status_path="/calls/{call_id}",
        timeout=seconds,
    ) as made:
        yield made


def a_prompt(**changes: Any) -> CallPrompt:
    """Return a request without a callback."""
    values = {"prompt": PROMPT, "recipient_phone": NUMBER, "idempotency_key": "key-1", **changes}
    return CallPrompt(**values)


async def placed(simulator: CallCowSimulator, *faults: Fault, key: str = KEY) -> Placed:
    """Place a call while CallCow fails in those ways."""
    simulator.faults.add("call-prompt", *faults)
    async with client(simulator.base_url, seconds=1) as callcow:
        return await callcow.place(a_prompt(), SecretStr(key))


async def refusal(simulator: CallCowSimulator, fault: Fault) -> CallCowError:
    """Return what is raised for an answer."""
    with pytest.raises(CallCowError) as caught:
        await placed(simulator, fault)
    return caught.value


@asynccontextmanager
async def answering(answer: Callable[[asyncio.StreamWriter], Any]) -> AsyncIterator[str]:
    """Run a server that answers every request with raw bytes; the value is its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await answer(writer)
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port := free_port())
    async with server:
        yield f"http://127.0.0.1:{port}"


def raw(head: str, body: bytes = b"") -> Callable[[asyncio.StreamWriter], Any]:
    """Return an answer of exactly those bytes."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)

    return answer


async def test_the_documented_request_goes_out_to_the_letter(simulator: CallCowSimulator) -> None:
    async with client(simulator.base_url) as callcow:
        await callcow.place(CallPrompt(**SEED), SECRET)

    request = simulator.requests[0]
    assert (request.method, request.path) == ("POST", "/api/call-prompt")
    assert request.json() == SEED
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Content-Type"] == "application/json"


async def test_what_has_no_value_is_left_out(simulator: CallCowSimulator) -> None:
    await placed(simulator)

    assert sorted(simulator.requests[0].json()) == ["idempotency_key", "prompt", "recipient_phone"]


def test_there_is_no_sixth_field() -> None:
    with pytest.raises(ValidationError):
        a_prompt(recipient_name="Josh")


async def test_both_ids_come_back(simulator: CallCowSimulator) -> None:
    answer = await placed(simulator)

    dial = simulator.dials[0]
    assert answer == Placed(workflow_id=dial.workflow_id, call_id=dial.call_id)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "[]",
        '{"success": true}',
        '{"success": true, "workflow_id": 5, "call_id": null}',
        '{"success": true, "workflow_id": {}, "call_id": ""}',
        '{"success": "false", "call_id": ["x"]}',
    ],
)
async def test_a_success_that_cannot_be_read_is_placed_with_ids_unknown(
    simulator: CallCowSimulator, body: str
) -> None:
    answer = await placed(simulator, Fault(when="after", status=200, body=body))

    assert answer == Placed(workflow_id=None, call_id=None)


@pytest.mark.parametrize(
    "answer",
    [
        raw("HTTP/1.1 200 OK\nContent-Length: 500", b'{"success": tr'),
        raw("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 4", b"nope"),
        raw("HTTP/1.1 201 Created\nTransfer-Encoding: chunked", b"zz\r\n"),
        raw("HTTP/1.1 200 OK\nContent-Length: 6000000", b" " * 6_000_000),
    ],
    ids=["cut off", "broken gzip", "broken chunks", "6 MB"],
)
async def test_a_success_whose_body_breaks_off_is_placed_with_ids_unknown(
    answer: Callable[[asyncio.StreamWriter], Any],
) -> None:
    async with answering(answer) as url, client(url) as callcow:
        assert await callcow.place(a_prompt(), SECRET) == Placed(workflow_id=None, call_id=None)


async def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(b'{"success": true, "call_id": "c1"}')
    head = f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(body)}"
    async with answering(raw(head, body)) as url, client(url) as callcow:
        assert (await callcow.place(a_prompt(), SECRET)).call_id == "c1"


async def test_a_connection_that_was_never_made_dialed_nobody() -> None:
    async with client(f"http://127.0.0.1:{free_port()}") as callcow:
        with pytest.raises(NotDialed) as caught:
            await callcow.place(a_prompt(), SECRET)

    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("retry_after", "at_least", "at_most"),
    [
        ("7", 7, 7),
        ("999999", 3600, 3600),
        (timedelta(minutes=9), 60, 540),
        (timedelta(hours=-1), 5, 5),
        ("soon", 5, 5),
        (None, 5, 5),
    ],
    ids=["seconds", "far too long", "a date", "a past date", "no number", "none"],
)
async def test_too_many_requests_dialed_nobody_and_names_a_time(
    simulator: CallCowSimulator, retry_after: str | timedelta | None, at_least: int, at_most: int
) -> None:
    if isinstance(retry_after, timedelta):
        retry_after = format_datetime(datetime.now(UTC) + retry_after)
    headers = {} if retry_after is None else {"Retry-After": retry_after}

    error = await refusal(simulator, Fault(status=429, headers=headers))

    assert isinstance(error, NotDialed)
    assert error.retry_after is not None
    assert at_least <= error.retry_after <= at_most


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault(status=status) for status in (301, 302, 308, 408, 409, 425, 500, 502, 503, 504)),
        *(Fault(when="after", status=status) for status in (408, 500, 503)),
        Fault(drop=True),
        Fault(when="after", drop=True),
    ],
    ids=lambda fault: f"{fault.when} {fault.status or 'drop'}",
)
async def test_nobody_knows_whether_it_was_dialed(
    simulator: CallCowSimulator, fault: Fault
) -> None:
    assert isinstance(await refusal(simulator, fault), MaybeDialed)


async def test_an_answer_that_never_comes_proves_nothing(simulator: CallCowSimulator) -> None:
    released = asyncio.Event()

    error = await refusal(simulator, Fault(when="after", hold=released))

    released.set()
    assert isinstance(error, MaybeDialed)
    assert len(simulator.dials) == 1


async def test_an_answer_that_drips_in_is_given_up() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with answering(drip) as url, client(url, seconds=0.5) as callcow:
        with pytest.raises(MaybeDialed):
            await callcow.place(a_prompt(), SECRET)


async def test_a_success_whose_body_drips_in_is_placed_with_ids_unknown() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with answering(drip) as url, client(url, seconds=0.5) as callcow:
        assert await callcow.place(a_prompt(), SECRET) == Placed(workflow_id=None, call_id=None)


@pytest.mark.parametrize("header", [b"\xe9", "bientôt".encode(), b"\x80\xff"])
async def test_a_time_in_odd_characters_is_none(header: bytes) -> None:
    body = b'{"success": true, "call_id": "c1"}'
    head = b"HTTP/1.1 200 OK\r\nRetry-After: " + header

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head + b"\r\n\r\n" + body)

    async with answering(answer) as url, client(url) as callcow:
        assert (await callcow.place(a_prompt(), SECRET)).call_id == "c1"


async def test_a_refused_key_is_told_apart(simulator: CallCowSimulator) -> None:
    with pytest.raises(KeyRefused):
        await placed(simulator, key="ck_live_wrong")


async def test_a_refused_key_carries_callcows_message(simulator: CallCowSimulator) -> None:
    error = await refusal(simulator, Fault(status=401, body='{"message": "Key revoked."}'))

    assert type(error) is KeyRefused
    assert str(error) == "Key revoked."


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (400, '{"message": "No number is connected."}', "No number is connected."),
        (404, '{"error": " Gone. "}', "Gone."),
        (422, '{"error": {"message": "Bad number."}}', "Bad number."),
        (403, "<html>inner workings</html>", "HTTP 403 Forbidden"),
        (400, '{"detail": "inner workings"}', "HTTP 400 Bad Request"),
        (400, '{"message": 5, "error": ["x"]}', "HTTP 400 Bad Request"),
        (200, '{"success": false, "message": "Out of credit."}', "Out of credit."),
        (200, '{"success": false, "error": "Out of credit."}', "Out of credit."),
        (200, '{"success": false, "error": {"message": "Out of credit."}}', "Out of credit."),
        (200, '{"success": false, "error": {"code": 5}}', "HTTP 200 OK"),
        (201, '{"success": false}', "HTTP 201 Created"),
    ],
)
async def test_a_refusal_carries_callcows_own_message_or_the_status_line(
    simulator: CallCowSimulator, status: int, body: str, message: str
) -> None:
    error = await refusal(simulator, Fault(status=status, body=body))

    assert type(error) is CallRefused
    assert str(error) == message


async def test_a_very_long_message_is_cut(simulator: CallCowSimulator) -> None:
    body = json.dumps({"message": "x" * 100_000})

    assert len(str(await refusal(simulator, Fault(status=400, body=body)))) == 500


@both_databases
async def test_a_refusal_in_characters_that_no_database_takes_is_told_in_the_thread(
    world: World,
) -> None:
    body = '{"message": "No\\u0000 number\\ud800 is connected."}'
    world.callcow.faults.add("call-prompt", Fault(status=400, body=body))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()

        assert "No number is connected." in shown(await world.until_replied(status))


async def test_the_poll_returns_what_callcow_says_now(simulator: CallCowSimulator) -> None:
    await placed(simulator)
    dial = simulator.dials[0]
    async with client(simulator.base_url) as callcow:
        before = await callcow.poll(dial.call_id, SECRET)
        final = simulator.end(dial.call_id)
        after = await callcow.poll(dial.call_id, SECRET)

    assert before["call_status"] == "in_progress"
    assert after == final


async def test_the_id_in_a_polls_address_is_quoted(simulator: CallCowSimulator) -> None:
    async with client(simulator.base_url) as callcow:
        with pytest.raises(NoTerminalStatus):
            await callcow.poll("../call-prompt?x=#", SECRET)

    assert simulator.requests[0].path.startswith("/api/calls/")


@pytest.mark.parametrize(
    "fault",
    [Fault(status=404), Fault(status=500), Fault(status=302), Fault(drop=True)],
    ids=["404", "500", "302", "drop"],
)
async def test_a_poll_that_fails_is_no_result(simulator: CallCowSimulator, fault: Fault) -> None:
    await placed(simulator)
    simulator.faults.add("calls", fault)
    async with client(simulator.base_url) as callcow:
        with pytest.raises(NoTerminalStatus):
            await callcow.poll(simulator.dials[0].call_id, SECRET)


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"call_status": '])
async def test_a_poll_whose_answer_cannot_be_read_is_no_result(
    simulator: CallCowSimulator, body: str
) -> None:
    await placed(simulator)
    simulator.faults.add("calls", Fault(status=200, body=body))
    async with client(simulator.base_url) as callcow:
        with pytest.raises(NoTerminalStatus):
            await callcow.poll(simulator.dials[0].call_id, SECRET)


async def test_a_poll_that_is_never_answered_is_no_result(simulator: CallCowSimulator) -> None:
    await placed(simulator)
    released = asyncio.Event()
    simulator.faults.add("calls", Fault(hold=released))

    async with client(simulator.base_url, seconds=0.5) as callcow:
        with pytest.raises(NoTerminalStatus):
            await callcow.poll(simulator.dials[0].call_id, SECRET)

    released.set()


async def test_a_poll_too_many_names_a_time(simulator: CallCowSimulator) -> None:
    await placed(simulator)
    simulator.faults.add("calls", Fault(status=429, headers={"Retry-After": "7"}))
    async with client(simulator.base_url) as callcow:
        with pytest.raises(NoTerminalStatus) as caught:
            await callcow.poll(simulator.dials[0].call_id, SECRET)

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("call_id", ["..", ".", "../call-prompt", "a/../..", "?x", "#x", "%2e%2e"])
async def test_no_id_leads_a_poll_to_another_address(
    simulator: CallCowSimulator, call_id: str
) -> None:
    async with client(simulator.base_url) as callcow:
        with pytest.raises(NoTerminalStatus):
            await callcow.poll(call_id, SECRET)

    asked = [request.path for request in simulator.requests]
    assert all(path.startswith("/api/calls/") and path.count("/") == 3 for path in asked), asked


async def test_the_key_shows_in_no_traceback(simulator: CallCowSimulator) -> None:
    faults = [Fault(drop=True), Fault(status=401), Fault(status=400), Fault(status=429)]
    errors = [await refusal(simulator, fault) for fault in faults]
    async with client(f"http://127.0.0.1:{free_port()}") as callcow:
        with pytest.raises(NotDialed) as caught:
            await callcow.place(a_prompt(), SECRET)

    for error in [*errors, caught.value]:
        assert KEY not in "".join(traceback.format_exception(error))


async def test_the_key_shows_nowhere(simulator: CallCowSimulator) -> None:
    async with client(simulator.base_url) as callcow:
        assert KEY not in repr(callcow)
        assert KEY not in repr(vars(callcow))
    error = await refusal(simulator, Fault(status=500))
    assert KEY not in f"{error!r} {error.__cause__!r}"


def test_a_callback_secret_shows_in_no_repr() -> None:
    prompt = a_prompt(callback_secret="hush-hush")

    assert "hush-hush" not in repr(prompt)
    assert prompt.body()["callback_secret"] == "hush-hush"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


@given(value=st.dictionaries(st.text(), JSON, max_size=5))
def test_every_json_object_is_read_as_it_is(value: dict[str, Any]) -> None:
    assert parse_object(json.dumps(value)) == value


@given(text=st.text() | JSON.map(json.dumps))
def test_anything_else_raises_one_error(text: str) -> None:
    try:
        assert isinstance(parse_object(text), dict)
    except ValueError:
        assert not text.startswith('{"')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1e999}', {"a": "1e999"}),
        ('{"a": ' + "9" * 5000 + "}", {"a": "9" * 5000}),
        ('{"a": "\\u0000\\ud800"}', {"a": "\u0000\ud800"}),
        ("{" + '"a": {' * 98 + "}" * 99, None),
    ],
    ids=["an infinity", "a long number", "odd characters", "nested"],
)
def test_odd_values_are_kept(text: str, value: dict[str, Any] | None) -> None:
    read = parse_object(text)

    assert value is None or read == value
    assert json.loads(json.dumps(read)) == read


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', '{"a": -Infinity}', "[" * 100_000, '{"a":' * 500 + "1" + "}" * 500]
)
def test_what_could_not_be_written_again_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|deep|Expecting|recursion"):
        parse_object(text)


@pytest.mark.parametrize("value", [None, 5, "", {}, ["x"], "x" * 256, "ü", True, "a\0b"])
def test_an_id_of_an_odd_kind_is_none(value: object) -> None:
    assert id_in({"call_id": value}, "call_id") is None


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_an_address_that_redirects_is_named(simulator: CallCowSimulator, status: int) -> None:
    error = await refusal(
        simulator, Fault(status=status, headers={"Location": "https://x.example"})
    )

    assert isinstance(error, MaybeDialed)
    assert str(error) == f"CALLCOW_BASE_URL redirects ({status}): set it to where it leads"
