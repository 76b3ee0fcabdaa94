"""The CallCow stand-in's rate, and what a poll finds, over real HTTP."""

import json

from bot.demo.callcow.server import CallCowSimulator
from tests.demo.callers import Caller, Clock, Receiver, running


async def test_dials_and_polls_share_one_rate_and_429_says_when_to_come_back() -> None:
    clock = Clock()
    async with running(requests_per_minute=2, clock=clock) as (callcow, caller):
        call_id = await caller.dial()
        clock.now += 10
        await caller.poll(call_id)

        refused = await caller.call()

        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "50"
        assert len(callcow.dials) == 1


async def test_the_rate_lets_requests_pass_again_after_a_minute() -> None:
    clock = Clock()
    async with running(requests_per_minute=1, clock=clock) as (_, caller):
        await caller.call()
        clock.now += 60

        answer = await caller.call()

        assert answer.status_code == 200


async def test_a_call_under_way_is_in_progress(callcow: CallCowSimulator, caller: Caller) -> None:
    call_id = await caller.dial()

    answer = await caller.poll(call_id)

    assert answer.status_code == 200
    assert answer.json() == {
        "call_id": call_id,
        "workflow_id": callcow.dials[0].workflow_id,
        "call_status": "in_progress",
        "provider_status": "ringing",
    }


async def test_a_poll_of_an_ended_call_finds_what_the_callback_said(
    callcow: CallCowSimulator, caller: Caller, receiver: Receiver
) -> None:
    call_id = await caller.dial(callback_url=receiver.url)
    await callcow.finish(call_id)

    answer = await caller.poll(call_id)

    assert answer.json() == json.loads(receiver.received[0][1])


async def test_a_poll_of_an_unknown_call_is_answered_with_404(caller: Caller) -> None:
    answer = await caller.poll("abc-123")

    assert answer.status_code == 404
    assert answer.json() == {"success": False, "error": "Call not found"}


async def test_a_poll_with_a_wrong_key_is_refused_with_401(caller: Caller) -> None:
    call_id = await caller.dial()

    answer = await caller.http.get(f"/calls/{call_id}", headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401
