"""The rules on two replicas and one PostgreSQL: of two in the same instant, one counts."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

import pytest

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.slack.contents import Person
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, SALES, TEAM
from tests.builders import an_announced_call
from tests.world import COMMAND, NUMBER, Served, World

T = TypeVar("T")

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def sent_to(world: World, served: Served, act: Awaitable[T]) -> "asyncio.Task[T]":
    """Let a person's act go to one of the replicas; it is on its way when this returns."""
    world.slack.request_url = f"{served.url}/slack/events"
    before = len(world.slack.sent)
    task = asyncio.ensure_future(act)
    await world.slack.until(lambda: len(world.slack.sent) > before)
    return task


@on_postgresql
async def test_of_a_decision_at_each_replica_one_counts(world: World) -> None:
    linus = "U0LINUS"
    world.slack.workspace.people[linus] = Person(linus, "linus", TEAM)
    world.changes |= {"APPROVAL": "all", "APPROVERS": f"{GRACE},{linus}", "APPROVAL_CHANNEL": SALES}
    async with world.replicas() as (first, second):
        await world.slack.command(ADA, GENERAL, COMMAND)
        request = await world.until_posted(SALES)
        as_it_was = replace(request)

        approve = world.slack.press(as_it_was, "approve", GRACE)
        decline = world.slack.press(as_it_was, "decline", linus)
        await asyncio.gather(
            await sent_to(world, first, approve), await sent_to(world, second, decline)
        )

        await world.slack.until(lambda: world.slack.ephemerals)
        [told] = world.slack.ephemerals
        call = await world.until_saved(lambda call: call.placed_at or call.ending)
        is_approved = call.ending is None
        assert len(world.callcow.dials) == is_approved
        assert f"was already {'approved' if is_approved else 'declined'}" in told.text
        await world.until_shows(request, "Approved by" if is_approved else "Declined by")


@on_postgresql
async def test_the_last_call_of_a_person_is_accepted_by_one_replica(world: World) -> None:
    world.changes["CALLS_PER_PERSON_PER_HOUR"] = "1"
    async with world.replicas() as (first, second):
        one = world.slack.command(ADA, GENERAL, COMMAND)
        other = world.slack.command(ADA, GENERAL, "+1 415 555 2672, ask when they open on Sunday")
        await asyncio.gather(await sent_to(world, first, one), await sent_to(world, second, other))

        await world.until_placed()
        [told] = world.slack.ephemerals
        assert "You have asked for 1 call in the last hour" in told.text
        assert len(await world.saved_calls()) == 1
        assert len(world.callcow.dials) == 1


@on_postgresql
async def test_the_last_call_to_a_number_is_dialed_by_one_replica(world: World) -> None:
    world.changes["CALLS_PER_NUMBER_PER_DAY"] = "1"
    soon = utc_now() + timedelta(seconds=1)
    calls = [
        an_announced_call(
            id=uuid4(), request_key=f"command:{number}", team="T0RINGBACK", requester=person,
            recipient=NUMBER, channel=GENERAL, posted_in=GENERAL, dial_at=soon, due_at=soon,
            requested_at=soon,
        )
        for number, person in enumerate([ADA, GRACE] * 4)
    ]  # fmt: skip
    async with world.replicas():
        await world.given(*calls)

        await world.slack.until(lambda: len(world.slack.workspace.messages) == 7)
        await world.until_placed()
        ended = [call for call in await world.saved_calls() if call.state is not State.WAITING]
        assert {call.ending for call in ended} == {EndReason.NOT_PLACED}
        assert len(ended) == 7
        assert len(world.callcow.dials) == 1
