"""The dispatcher: it goes on, whatever happens when it looks for work."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import utc_now
from bot.core.calls.states import EndReason
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL, GRACE
from bot.storage import callcow_keys
from bot.storage.calls.store import Store
from bot.storage.clock_difference import ClockDifference
from tests.worker.test_dial_policy import a_due_call
from tests.world import COMMAND, NUMBER, World


async def test_a_look_that_fails_in_an_unforeseen_way_is_not_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, failures = Store.claim, [RuntimeError("unforeseen")]

    async def fail_once(*arguments: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return await claim(*arguments, **named)

    monkeypatch.setattr(Store, "claim", fail_once)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_dialed()
        assert failures == []


async def test_a_call_that_waits_for_slack_does_not_lose_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.changes["CALLCOW_RATE_PER_MINUTE"] = "1"
    first, second = (a_due_call("1.1", requester=who, recipient=number)
                     for who, number in ((ADA, NUMBER), (GRACE, "+14155552672")))  # fmt: skip
    await world.given(first, second)
    hold, looked = asyncio.Event(), asyncio.Event()
    world.slack.faults.add("users.info", Fault(hold=hold))
    claim, looks = Store.claim, [0]

    async def counted(*arguments: Any, **named: Any) -> Any:
        if world.slack.requests_of("users.info"):
            looks[0] += 1
        if looks[0] > 2:
            looked.set()
        return await claim(*arguments, **named)

    monkeypatch.setattr(Store, "claim", counted)
    async with world.bot():
        await looked.wait()
        hold.set()

        dial = await world.until_dialed()

        assert dial.recipient_phone == NUMBER


async def test_while_callcow_takes_nothing_for_long_no_call_is_kept_from_being_too_late(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callcow_keys, "SEND_WITHIN", timedelta())
    world.callcow.faults.add("call-prompt", Fault(status=429, headers={"Retry-After": "60"}))
    await world.given(a_due_call("1.1"))
    looked, claim, looks, kept = asyncio.Event(), Store.claim, [0], list[object]()

    async def counted(*arguments: Any, **named: Any) -> Any:
        looks[0] += bool(world.callcow.requests)
        if looks[0] > 3:
            looked.set()
        return await claim(*arguments, **named)

    async def keep(*_: object, **permits: object) -> None:
        kept.append(permits)

    monkeypatch.setattr(Store, "claim", counted)
    monkeypatch.setattr(Store, "wait_for_permits", keep)
    async with world.bot():
        await looked.wait()

    assert kept == []


async def test_where_nothing_may_be_dialed_it_is_told_what_can_never_be_dialed_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_wrong(_: object) -> bool:
        return False

    monkeypatch.setattr(ClockDifference, "is_right", is_wrong)
    now = utc_now()
    gone, may_be_an_attempt, may_be_repeated = (
        a_due_call(
            f"{minutes}.1",
            **dict.fromkeys(
                ("requested_at", "dial_at", "due_at"), now - timedelta(minutes=minutes)
            ),
            dialing_since=sent,
        )
        for minutes, sent in ((65, None), (59, None), (63, now - timedelta(minutes=3)))
    )
    await world.given(gone, may_be_an_attempt, may_be_repeated)
    async with world.bot():
        await world.slack.until(lambda: world.slack.requests_of("chat.postMessage"))
        await world.until_at_rest()

    ended = {call.id: call.ending for call in await world.saved_calls()}
    not_placed = EndReason.NOT_PLACED
    assert ended == {gone.id: not_placed, may_be_an_attempt.id: None, may_be_repeated.id: None}
    assert world.callcow.requests == []
