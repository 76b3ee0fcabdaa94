"""Several customers of the CallCow stand-in, over real HTTP: whose is what."""

from bot.demo.callcow.server import CallCowSimulator
from tests.demo.callers import Caller, running


def another(callcow: CallCowSimulator) -> Caller:
    """Return a caller with a key of their own."""
    return Caller(callcow, callcow.add_customer())


async def test_the_same_idempotency_key_of_two_customers_dials_twice(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    other = another(callcow)
    async with other.http:
        first = await caller.call(idempotency_key="a")
        second = await other.call(idempotency_key="a")

    assert first.json()["call_id"] != second.json()["call_id"]
    own, others = callcow.dials
    assert (own.customer, others.customer) == (None, other.key)


async def test_a_customer_polls_no_call_of_another(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()
    other = another(callcow)
    async with other.http:
        assert (await other.poll(call_id)).status_code == 404
    assert (await caller.poll(call_id)).status_code == 200


async def test_each_customer_has_a_rate_of_their_own() -> None:
    async with running(requests_per_minute=1) as (callcow, caller):
        await caller.call()
        other = another(callcow)
        async with other.http:
            statuses = [(await one.call()).status_code for one in (caller, other)]

    assert statuses == [429, 200]


async def test_a_replaced_key_still_polls_what_was_dialed_with_the_one_before(
    callcow: CallCowSimulator, caller: Caller
) -> None:
    call_id = await caller.dial()
    callcow.api_key = "ck_live_new"
    renewed = Caller(callcow, "ck_live_new")
    async with renewed.http:
        assert (await renewed.poll(call_id)).status_code == 200
    assert (await caller.poll(call_id)).status_code == 401
