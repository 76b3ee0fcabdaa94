"""What is asked for at a closed hour is asked back: may its call go at the next opening?"""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.core.calls.states import Progress
from bot.core.draft import DraftKind, DraftState
from bot.demo.faults import Fault
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE
from tests.conftest import both_databases
from tests.opening_hours import closed_until
from tests.world import NUMBER, PROMPT, World, shown

AT = f"<@{BOT_USER}>"
REQUEST = f"{AT} {NUMBER}, {PROMPT}"


@pytest.fixture
def opening(world: World) -> datetime:
    """Close the hours of this test, and return when they begin next."""
    world.changes["CALLING_HOURS"], begin = closed_until()
    return begin


async def asked_back(world: World, text: str = REQUEST) -> Message:
    """Return what a message is answered."""
    said = await world.slack.say(ADA, GENERAL, text)
    return await world.until_replied(said.message)


def labels(message: Message) -> list[str]:
    """Return what stands on the buttons of a message."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row]


@both_databases
async def test_call_then_places_the_call_at_the_opening(world: World, opening: datetime) -> None:
    async with world.bot():
        reply = await asked_back(world)
        assert "where this number is. Call at" in reply.text
        assert labels(reply) == ["Call then", "Edit", "Cancel"]

        await world.slack.press(reply, "draft_call", ADA)

        call = await world.until_saved(lambda call: call.thread_ts)
        assert (call.dial_at, call.progress) == (opening, Progress.SCHEDULED)
        await world.until_shows(reply, "Call to +1 415-555-2671")
        assert labels(reply) == []
        assert world.callcow.requests == []


async def test_two_presses_place_one_call(world: World, opening: datetime) -> None:
    async with world.bot():
        reply = await asked_back(world)

        await world.slack.press(reply, "draft_call", ADA)
        await world.slack.press(reply, "draft_call", ADA)

        assert [call.dial_at for call in await world.saved_calls()] == [opening]


@pytest.mark.usefixtures("opening")
async def test_cancel_lets_it_become_no_call(world: World) -> None:
    async with world.bot():
        reply = await asked_back(world)
        as_it_was = replace(reply)

        await world.slack.press(reply, "draft_cancel", ADA)
        await world.until_shows(reply, "Canceled. No call was made.")
        await world.slack.press(as_it_was, "draft_call", ADA)

        assert world.slack.ephemerals[-1].text.startswith("You canceled this.")
        assert labels(reply) == []
        assert await world.saved_calls() == []
        [draft] = await world.saved_drafts()
        assert draft.state is DraftState.CANCELED


@pytest.mark.usefixtures("opening")
@pytest.mark.parametrize("action", ["draft_call", "draft_cancel", "draft_edit"])
async def test_nobody_else_decides_it(world: World, action: str) -> None:
    async with world.bot():
        reply = await asked_back(world)

        await world.slack.press(reply, action, GRACE)

        [told] = world.slack.ephemerals
        assert told.user == GRACE
        assert await world.saved_calls() == []
        [draft] = await world.saved_drafts()
        assert draft.state is DraftState.OPEN


async def test_edit_opens_the_form_with_the_opening_chosen(world: World, opening: datetime) -> None:
    async with world.bot():
        reply = await asked_back(world)

        await world.slack.press(reply, "draft_edit", ADA)

        [view] = world.slack.open_views.values()
        chosen = element(view.payload["blocks"], "when")
        assert chosen["initial_date_time"] == opening.timestamp()
        await world.slack.submit(view, {"prompt": "Ask whether they open on Sunday."})
        call = await world.until_saved(lambda call: call.thread_ts)
        assert (call.prompt, call.dial_at) == ("Ask whether they open on Sunday.", opening)


@pytest.mark.usefixtures("opening")
async def test_a_form_of_what_was_canceled_says_so(world: World) -> None:
    async with world.bot():
        reply = await asked_back(world)
        await world.slack.press(reply, "draft_edit", ADA)
        [view] = world.slack.open_views.values()
        await world.slack.press(reply, "draft_cancel", ADA)

        await world.slack.submit(view)

        assert view.errors["prompt"].startswith("You canceled this.")
        assert await world.saved_calls() == []


async def test_a_question_that_was_answered_at_a_closed_hour_is_asked_about_the_hour(
    world: World, opening: datetime
) -> None:
    async with world.bot():
        question = await asked_back(world, f"{AT} please ask {NUMBER} if they are open")
        assert labels(question) == ["Call", "Edit"]

        await world.slack.press(question, "draft_call", ADA)
        await world.until_shows(question, "My latest reply replaces this one.")
        [root] = [message for message in world.slack.messages(GENERAL) if message.replies]
        reply = await world.until_replied(root, count=2)
        assert labels(reply) == ["Call then", "Edit", "Cancel"]
        await world.slack.press(reply, "draft_call", ADA)

        call = await world.until_saved(lambda call: call.thread_ts)
        assert (call.dial_at, call.recipient) == (opening, "+14155552671")


@pytest.mark.usefixtures("opening")
async def test_an_edit_takes_the_place_of_the_question(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, REQUEST)
        reply = await world.until_replied(said.message)

        await world.slack.edit(said.message, f"{REQUEST} And ask for a table outside.")

        await world.until_shows(reply, "My latest reply replaces this one.")
        kinds = [(draft.kind, draft.is_undecided) for draft in await world.saved_drafts()]
        assert (DraftKind.CALL_THEN, False) in kinds
        assert await world.saved_calls() == []


async def test_the_command_opens_the_form_with_the_opening_chosen(
    world: World, opening: datetime
) -> None:
    async with world.bot():
        view = await world.open_form(f"{NUMBER}, {PROMPT}")

        blocks = view.payload["blocks"]
        assert element(blocks, "when")["initial_date_time"] == opening.timestamp()
        told = [block["elements"][0]["text"] for block in blocks if block["type"] == "context"]
        assert "where this number is. It can be called from" in "\n".join(told)
        assert world.slack.ephemerals == []
        await world.slack.submit(view)
        status = await world.until_posted()
        call = await world.saved()
        assert (call.prompt, call.dial_at) == (PROMPT, opening)
        assert "Scheduled" in shown(status)


@pytest.mark.usefixtures("opening")
async def test_where_no_form_can_be_opened_the_command_says_when_it_may_be(world: World) -> None:
    world.slack.faults.add("views.open", Fault(status=500), Fault(status=500), Fault(status=500))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, f"{NUMBER}, {PROMPT}")

        [told] = world.slack.ephemerals
        assert "where this number is. It can be called from" in told.text
        assert await world.saved_calls() == []


def element(blocks: list[dict[str, Any]], block_id: str) -> dict[str, Any]:
    """Return the element of that block."""
    [found] = [block["element"] for block in blocks if block.get("block_id") == block_id]
    made: dict[str, Any] = found
    return made
