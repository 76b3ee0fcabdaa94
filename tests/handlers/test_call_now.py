"""**Call now** at a closed hour: the call moves to the next opening, and that is said."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.calls.states import State
from bot.core.policy.decision import OutsideHours
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, GENERAL
from tests.handlers.test_buttons import texts_of
from tests.handlers.test_home import home_of
from tests.handlers.test_shortcuts import the_form
from tests.opening_hours import closed_until
from tests.world import NUMBER, PROMPT, World, shown

GOES_AT = "where this number is, so I'll call at"


@pytest.fixture
def opening(world: World) -> datetime:
    """Close the hours of this test, and return when they begin next."""
    world.changes["CALLING_HOURS"], begin = closed_until()
    return begin


async def scheduled_for_the_day_after(world: World, opening: datetime) -> Message:
    """Schedule a call for the opening after the next, and return its status message."""
    day_after = opening.astimezone(ZoneInfo("America/Los_Angeles")) + timedelta(days=1, minutes=10)
    view = await world.open_form()
    at = int(day_after.timestamp())
    await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})
    status = await world.until_posted()
    await world.until_saved(lambda call: call.state is State.ANNOUNCED)
    return status


async def until_moved(world: World, opening: datetime) -> None:
    call = await world.until_saved(lambda call: call.reason)
    assert call.dial_at == call.due_at == opening
    assert isinstance(call.reason and call.reason.policy_fact, OutsideHours)
    assert world.callcow.requests == []


async def test_the_status_message_names_the_opening_and_nothing_else_is_said(
    world: World, opening: datetime
) -> None:
    async with world.bot():
        status = await scheduled_for_the_day_after(world, opening)

        await world.slack.press(status, "dial_now", ADA)

        await until_moved(world, opening)
        await world.until_shows(status, "I'll call at")
        assert f"<!date^{int(opening.timestamp())}^" in shown(status)
        assert "Scheduled" in shown(status)
        assert world.slack.ephemerals == []


async def test_a_second_press_on_the_status_message_which_shows_nothing_new_is_answered(
    world: World, opening: datetime
) -> None:
    async with world.bot():
        status = await scheduled_for_the_day_after(world, opening)
        await world.slack.press(status, "dial_now", ADA)
        await until_moved(world, opening)

        await world.slack.press(status, "dial_now", ADA)

        [told] = world.slack.ephemerals
        assert GOES_AT in told.text
        await until_moved(world, opening)


async def test_from_the_home_tab_the_opening_is_named_over_it_and_the_tab_shows_it(
    world: World, opening: datetime
) -> None:
    async with world.bot():
        await scheduled_for_the_day_after(world, opening)
        await world.slack.until(lambda: "🗓️" in home_of(world))

        await world.slack.press_in_home(ADA, "dial_now:0")

        said = texts_of(the_form(world))
        assert GOES_AT in said
        assert f"<!date^{int(opening.timestamp())}^" in said
        await until_moved(world, opening)
        moment = f"'timestamp': {int(opening.timestamp())}"
        await world.slack.until(lambda: moment in str(world.slack.home(ADA)))
        assert world.slack.ephemerals == []


async def test_from_the_list_the_opening_is_named_in_private(
    world: World, opening: datetime
) -> None:
    async with world.bot():
        await scheduled_for_the_day_after(world, opening)
        await world.slack.command(ADA, GENERAL, "list")
        [listed] = world.slack.ephemerals

        await world.slack.press(listed, "dial_now:0", ADA)

        said = world.slack.ephemerals[-1].text
        assert GOES_AT in said
        assert f"<!date^{int(opening.timestamp())}^" in said
        assert "Calling now" not in said
        await until_moved(world, opening)
