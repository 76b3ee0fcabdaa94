"""Approvals by somebody else, through real signed requests."""

from typing import Final

import pytest

from bot.core.call import EndReason, Progress, State
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, SALES, Message
from tests.world import COMMAND, NUMBER, World, shown

APPROVALS: Final = SALES


@pytest.fixture(autouse=True)
def needs_approval(world: World) -> None:
    """Let every call wait for an approval by Grace, or by Ada for those of others."""
    world.changes |= {"APPROVAL": "all", "APPROVERS": f"{ADA},{GRACE}"}
    world.changes["APPROVAL_CHANNEL"] = APPROVALS


async def asked(world: World) -> tuple[Message, Message]:
    """Let Ada ask for a call; return its status message and the message to the approvers."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    request = await world.until_posted(APPROVALS)
    return await world.until_posted(), request


async def test_a_call_waits_until_somebody_else_approves_it(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)
        call = await world.saved()
        assert (call.state, call.due_at, call.progress) == (
            State.ANNOUNCED,
            None,
            Progress.TO_APPROVE,
        )
        assert "Waiting for approval" in shown(status)

        reply = await world.slack.press(request, "approve", GRACE)

        assert reply.problem is None
        dial = await world.until_dialed()
        assert dial.recipient_phone == NUMBER
        await world.until_shows(request, "Approved by Grace")
        await world.until_shows(status, "Approved by Grace")
        assert "☎️ Calling" in shown(status)
        assert world.slack.ephemerals == []


async def test_a_call_that_is_declined_is_not_placed(world: World) -> None:
    async with world.bot():
        status, request = await asked(world)

        await world.slack.press(request, "decline", GRACE)

        result = await world.until_replied(status)
        assert "This call was declined, so no call was made." in shown(result)
        await world.until_shows(request, "Declined by Grace")
        await world.until_shows(status, "Declined by Grace")
        assert (await world.saved()).ending is EndReason.NOT_PLACED
        assert world.callcow.dials == []
