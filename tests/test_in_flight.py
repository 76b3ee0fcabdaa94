"""InFlightRequests first: what is due waits for those who wait for an answer, but not for long."""

import asyncio

import pytest

from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from bot.in_flight import InFlightRequests
from tests.world import COMMAND, World


async def test_nobody_at_a_handler_is_no_reason_to_wait() -> None:
    await asyncio.wait_for(InFlightRequests().quiet(3600), timeout=10)


async def test_the_wait_ends_when_the_last_is_answered() -> None:
    in_flight = InFlightRequests()
    with in_flight.answering():
        with in_flight.answering():
            waiting = asyncio.create_task(in_flight.quiet(3600))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not waiting.done()

    await asyncio.wait_for(waiting, timeout=10)


async def test_the_wait_ends_though_the_handlers_never_rest() -> None:
    in_flight = InFlightRequests()
    with in_flight.answering():
        await asyncio.wait_for(in_flight.quiet(0.01), timeout=10)


@pytest.mark.short_of_time
async def test_a_call_goes_on_while_somebody_waits_at_a_handler(world: World) -> None:
    world.slack.faults.add("views.open", Fault(hold=world.forever))
    async with world.bot():
        held = asyncio.create_task(world.slack.command(ADA, GENERAL))
        await world.slack.until(lambda: world.slack.requests_of("views.open"))

        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.until_dialed()
        await held
