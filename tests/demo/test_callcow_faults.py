"""The CallCow stand-in fails as it is told to, and can be waited for."""

import asyncio
from typing import Any

import httpx
import pytest
from yarl import URL

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.faults import Fault
from tests.demo.callers import Caller, running


async def test_a_fault_before_the_call_dials_nobody(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    callcow.faults.add("call-prompt", Fault(status=503, headers={"X-Odd": "1"}, body="busy"))

    answer = await caller.call()

    assert (answer.status_code, answer.headers["X-Odd"], answer.text) == (503, "1", "busy")
    assert callcow.dials == []
    assert callcow.requests[0].status == 503


async def test_a_fault_after_the_call_spoils_only_the_answer(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    callcow.faults.add("call-prompt", Fault(when="after", status=502))

    answer = await caller.call()

    assert answer.status_code == 502
    assert len(callcow.dials) == 1


@pytest.mark.parametrize(("when", "dialed"), [("before", 0), ("after", 1)])
async def test_a_dropped_connection_is_no_error_of_the_server(
    callcow: CallCowSimulator,
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
    when: Any,
    dialed: int,
) -> None:
    callcow.faults.add("call-prompt", Fault(when=when, drop=True))

    with pytest.raises(httpx.RemoteProtocolError):
        await caller.call()

    assert len(callcow.dials) == dialed
    assert callcow.requests[0].status is None
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_caller_that_gives_up_is_no_error_of_the_server_and_the_call_goes_on(
    callcow: CallCowSimulator, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(hold=held))
    request = asyncio.create_task(caller.call())
    await callcow.until(lambda: callcow.requests)

    request.cancel()
    await asyncio.wait([request])
    held.set()

    await callcow.until(lambda: callcow.dials)
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_caller_that_goes_away_while_sending_is_no_error_of_the_server(
    callcow: CallCowSimulator, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", URL(callcow.base_url).port)
    writer.write(b"POST /api/call-prompt HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()

    writer.close()
    await writer.wait_closed()
    await caller.call()

    assert len(callcow.requests) == 1
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_a_poll_can_fail_too(callcow: CallCowSimulator, caller: Caller) -> None:
    call_id = await caller.dial()
    callcow.faults.add("calls", Fault(status=500))

    first = await caller.poll(call_id)
    second = await caller.poll(call_id)

    assert (first.status_code, second.status_code) == (500, 200)


async def test_a_held_request_does_not_hold_up_the_end_of_the_server() -> None:
    async with running() as (callcow, caller):
        callcow.faults.add("call-prompt", Fault(hold=asyncio.Event()))
        request = asyncio.create_task(caller.call())
        await callcow.until(lambda: callcow.requests)

        await callcow.stop()

        with pytest.raises(httpx.TransportError):
            await request


async def test_waiting_for_what_never_comes_says_what_was_awaited(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    await caller.call()

    with pytest.raises(TimeoutError) as failure:
        await callcow.until(lambda: len(callcow.dials) == 2, seconds=0.01)

    text = str(failure.value)
    assert text.startswith("not within 0.01 s: ")
    assert "lambda: len(callcow.dials) == 2" in text
    assert "requests: POST /api/call-prompt 200" in text
    assert "dials: +14155552671 ringing" in text


async def test_a_page_can_wait_for_the_next_change(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    seen = callcow.changes.count
    next_change = asyncio.create_task(callcow.changes.after(seen))

    await caller.call()

    assert await next_change > seen
