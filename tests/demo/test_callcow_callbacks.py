"""The callbacks of the CallCow stand-in keep the contract, over real HTTP."""

import asyncio
import json

import pytest

from bot.demo.callcow.contract import Outcome
from bot.demo.callcow.server import LEFT_OUT, CallCowSimulator
from bot.demo.faults import Fault
from tests.demo.callers import SAMPLES, Caller, Clock, Receiver, running


async def test_the_callback_has_the_nine_documented_fields(receiver: Receiver) -> None:
    async with running(clock=Clock()) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

        await callcow.finish(call_id, "no_answer")

        assert json.loads(receiver.received[0][1]) == {
            "call_id": call_id,
            "workflow_id": callcow.dials[0].workflow_id,
            "call_status": "not_picked_up",
            "provider_status": "no-answer",
            "call_summary": "No one answered.",
            "messages": [],
            "context": None,
            "form_fills": [],
            "created_at": "2026-03-30T12:00:00.000Z",
        }


async def test_the_documented_callback_can_be_delivered_to_the_letter(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    seed = json.loads((SAMPLES / "callcow_callback.json").read_text())
    call_id = await caller.dial(callback_url=receiver.url)

    await callcow.finish(call_id, **seed)

    assert json.loads(receiver.received[0][1]) == seed


@pytest.mark.parametrize(
    ("outcome", "call_status", "provider_status"),
    [
        ("completed", "success", "completed"),
        ("no_answer", "not_picked_up", "no-answer"),
        ("busy", "not_picked_up", "busy"),
        ("failed", "not_picked_up", "failed"),
        ("canceled", "not_picked_up", "canceled"),
        ("voicemail", "voicemail", "completed"),
    ],
)
async def test_an_outcome_has_the_statuses_of_the_documented_table(
    callcow: CallCowSimulator,
    caller: Caller,
    outcome: Outcome,
    call_status: str,
    provider_status: str,
) -> None:
    call_id = await caller.dial()

    final = callcow.end(call_id, outcome)

    assert (final["call_status"], final["provider_status"]) == (call_status, provider_status)


async def test_a_field_of_the_payload_can_be_changed_dropped_or_added(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()

    final = callcow.end(
        call_id, call_id=None, messages="odd", form_fills=LEFT_OUT, workflow_name="Booking"
    )

    assert final["call_id"] is None
    assert final["messages"] == "odd"
    assert "form_fills" not in final
    assert final["workflow_name"] == "Booking"


async def test_a_callback_carries_the_secret_as_bearer_token(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url, callback_secret="my-secret-token")

    await callcow.finish(call_id)

    headers, _ = receiver.received[0]
    assert headers["Authorization"] == "Bearer my-secret-token"
    assert headers["Content-Type"] == "application/json"


async def test_a_callback_without_a_secret_carries_no_authorization(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)

    await callcow.finish(call_id)

    assert "Authorization" not in receiver.received[0][0]


async def test_a_failed_callback_is_not_repeated_and_its_status_is_kept(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    receiver.status = 503
    call_id = await caller.dial(callback_url=receiver.url)

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert (delivery.status, delivery.error) == (503, None)
    assert callcow.dial(call_id).deliveries == [delivery]
    assert len(receiver.received) == 1


async def test_a_callback_does_not_follow_redirects(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    receiver.status = 307
    call_id = await caller.dial(callback_url=receiver.url)

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert delivery.status == 307
    assert len(receiver.received) == 1


async def test_a_callback_that_nobody_takes_names_its_error(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    async with Receiver() as gone:
        url = gone.url
    call_id = await caller.dial(callback_url=url)

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert (delivery.status, delivery.error) == (None, "ClientConnectorError")


async def test_a_callback_that_is_not_answered_in_time_is_given_up(receiver: Receiver) -> None:
    receiver.release.clear()
    async with running(callback_seconds=0.05) as (callcow, caller):
        call_id = await caller.dial(callback_url=receiver.url)

        delivery = await callcow.finish(call_id)

    receiver.release.set()
    assert delivery is not None
    assert (delivery.status, delivery.error) == (None, "TimeoutError")


async def test_a_callback_never_leaves_this_machine(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial(callback_url="https://agent.example.com/results")

    delivery = await callcow.finish(call_id)

    assert delivery is not None
    assert (delivery.status, delivery.error) == (None, "OutsideLoopback")


async def test_a_call_without_callback_url_ends_for_the_poll_alone(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()

    delivery = await callcow.finish(call_id, "busy")

    assert delivery is None
    assert (await caller.poll(call_id)).json()["provider_status"] == "busy"


async def test_a_call_that_ends_without_its_callback_is_found_by_the_poll(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)

    callcow.end(call_id)

    assert (await caller.poll(call_id)).json()["call_status"] == "success"
    assert receiver.received == []


async def test_any_body_with_any_headers_can_be_delivered_before_the_end(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url, callback_secret="my-secret-token")

    await callcow.deliver(call_id, b"{odd", {"Authorization": "Bearer wrong"})

    headers, body = receiver.received[0]
    assert body == b"{odd"
    assert headers["Authorization"] == "Bearer wrong"
    assert callcow.dial(call_id).final is None


async def test_a_raw_delivery_without_headers_is_authorized_as_usual(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    sample = (SAMPLES / "callcow_callback_webhook.json").read_bytes()
    call_id = await caller.dial(callback_url=receiver.url, callback_secret="my-secret-token")

    await callcow.deliver(call_id, sample)

    headers, body = receiver.received[0]
    assert body == sample
    assert headers["Authorization"] == "Bearer my-secret-token"


async def test_nothing_can_be_delivered_to_a_call_without_callback_url(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()

    with pytest.raises(ValueError, match="without a callback_url"):
        await callcow.deliver(call_id, b"{}")


async def test_an_ended_call_can_be_delivered_again(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)
    first = await callcow.finish(call_id)
    assert first is not None

    second = await callcow.deliver(call_id, first.body)

    assert callcow.dial(call_id).deliveries == [first, second]
    assert receiver.received[0][1] == receiver.received[1][1]


async def test_a_callback_can_come_before_the_answer(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    held = asyncio.Event()
    callcow.faults.add("call-prompt", Fault(when="after", hold=held))
    answer = asyncio.create_task(caller.call(callback_url=receiver.url))
    await callcow.until(lambda: callcow.dials)

    await callcow.finish(callcow.dials[0].call_id)

    assert len(receiver.received) == 1
    assert not answer.done()
    held.set()
    assert (await answer).status_code == 200
