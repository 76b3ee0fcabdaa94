"""The home tab, through real signed requests."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from bot.clock import utc_now
from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL, GRACE
from tests.builders import an_ended_call, texts_in
from tests.handlers.test_buttons import a_saved_call, ended, scheduled
from tests.handlers.test_shortcuts import places_of, the_form
from tests.rendered import rendered
from tests.world import COMMAND, NUMBER, PROMPT, World, shown


def home_of(world: World, user: str = ADA) -> str:
    """Return all that a person's home tab says."""
    view = world.slack.home(user)
    return rendered(view.payload["blocks"]) if view else ""


async def test_with_nothing_yet_it_explains_the_ways_in_and_offers_one(world: World) -> None:
    async with world.bot():
        reply = await world.slack.open_home(ADA)

        assert reply.acknowledged
        assert "`/call` opens a form" in home_of(world)
        assert "*Call about this*" in home_of(world)


async def test_its_button_opens_the_form_whose_call_goes_to_a_direct_message(world: World) -> None:
    async with world.bot():
        await world.slack.open_home(ADA)

        reply = await world.slack.press_in_home(ADA, "place_call")

        assert reply.problem is None
        assert places_of(the_form(world))[0] == "Just me (direct message)"
        await world.slack.submit(the_form(world), {"number": NUMBER, "prompt": PROMPT})
        await world.until_posted(world.slack.workspace.direct_message(ADA).id)


async def test_it_shows_a_persons_calls_with_outcome_and_link_and_nobody_elses(
    world: World,
) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.callcow.finish((await world.until_dialed()).call_id)
        result = await world.until_replied(status)
        await world.until_saved(lambda call: call.state is State.REPORTED)

        await world.slack.open_home(ADA)
        await world.slack.open_home(GRACE)

        assert "✅ *Completed* · +1 415-555-2671 · <date " in home_of(world)
        assert f"/archives/{GENERAL}/p{result.ts.replace('.', '')}?thread_ts=" in home_of(world)
        assert "Completed" not in home_of(world, GRACE)


async def test_it_is_current_after_a_call_has_ended_without_being_opened_again(
    world: World,
) -> None:
    async with world.bot():
        await world.slack.open_home(ADA)
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()

        await world.callcow.finish(dial.call_id)

        await world.slack.until(lambda: "*Completed*" in home_of(world))


async def test_what_is_scheduled_is_canceled_there(world: World) -> None:
    async with world.bot():
        status = await scheduled(world)
        await world.slack.open_home(ADA)
        assert "🗓️ *+1 415-555-2671* · <date " in home_of(world)

        reply = await world.slack.press_in_home(ADA, "cancel_call:0")

        assert reply.problem is None
        await world.until_shows(status, "Canceled before dialing")
        await world.slack.until(lambda: "*Canceled before dialing*" in home_of(world))
        assert "🗓️" not in home_of(world)


async def test_each_of_several_scheduled_calls_is_canceled_by_its_own_button(world: World) -> None:
    async with world.bot():
        for ahead, prompt in ((7200, "The later of the two"), (3600, "The earlier of the two")):
            view = await world.open_form()
            at = int(utc_now().timestamp()) + ahead
            await world.slack.submit(view, {"number": NUMBER, "prompt": prompt, "when": at})
        await world.slack.open_home(ADA)

        await world.slack.press_in_home(ADA, "cancel_call:1")

        await world.slack.until(lambda: "*Canceled before dialing*" in home_of(world))
        endings = {call.prompt: call.ending for call in await world.saved_calls()}
        assert endings == {
            "The later of the two": EndReason.CANCELED,
            "The earlier of the two": None,
        }


async def test_a_cancel_that_is_too_late_is_said_over_the_tab(world: World) -> None:
    async with world.bot():
        await scheduled(world)
        await world.slack.open_home(ADA)
        home = world.slack.home(ADA)
        assert home is not None
        as_it_was = replace(home)
        await world.slack.press(world.slack.messages(GENERAL)[0], "dial_now", ADA)
        await world.until_saved(lambda call: call.state is State.WAITING)

        await world.slack.press_in_view(as_it_was, "cancel_call:0")

        assert "This call was made <!date^" in texts_in(the_form(world).payload["blocks"])


async def test_what_is_scheduled_is_called_now_from_there_and_the_tab_says_so(
    world: World,
) -> None:
    async with world.bot():
        await scheduled(world)
        await world.slack.until(lambda: "🗓️" in home_of(world))

        await world.slack.press_in_home(ADA, "dial_now:0")

        await world.until_dialed()
        await world.slack.until(lambda: "☎️ *Calling*" in home_of(world))
        assert world.slack.ephemerals == []


async def test_its_menu_opens_what_is_chosen_of_a_call(world: World) -> None:
    async with world.bot():
        await ended(world, call_summary="Booked.", messages=[{"role": "user", "content": "Yes?"}])
        await world.slack.open_home(ADA)
        call = await world.saved()

        for name, words in (("transcript", "Yes?"), ("details", "Booked."), ("call_again", PROMPT)):
            await world.slack.press_in_home(ADA, "more:0", f"{name}:{call.id}")

            assert words in str([view.payload for view in world.slack.open_views.values()][-1])


async def fifteen_ended(world: World) -> None:
    """Save calls of Ada's of which the first that was asked for is the last to end."""
    start = utc_now() - timedelta(days=1)
    for number in range(15):
        at = start + timedelta(hours=20 if number == 0 else 0, minutes=number)
        call = an_ended_call(
            id=UUID(int=number + 1), request_key=f"key:{number}", team="T0RINGBACK", requester=ADA,
            state=State.REPORTED, due_at=None, requested_at=start + timedelta(minutes=number),
            ended_at=at, result={"call_status": "success", "provider_status": "completed",
                                 "call_summary": f"Number {number}."},
        )  # fmt: skip
        await world.given(call)


async def test_after_ten_calls_more_are_shown_on_request_by_end_newest_first(
    world: World,
) -> None:
    await fifteen_ended(world)
    async with world.bot():
        await world.slack.open_home(ADA)
        said = re.findall(r"Number (\d+)\.", home_of(world))
        assert said == ["0", *map(str, range(14, 5, -1))]

        await world.slack.press_in_home(ADA, "show_more")

        await world.slack.until(lambda: "Number 1." in home_of(world))
        assert "Show more" not in home_of(world)


async def test_who_asked_for_more_keeps_them_until_the_tab_is_opened_again(world: World) -> None:
    await fifteen_ended(world)
    async with world.bot():
        await world.slack.open_home(ADA)
        await world.slack.press_in_home(ADA, "show_more")
        await world.slack.until(lambda: "Number 1." in home_of(world))

        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.slack.until(lambda: "*Calling*" in home_of(world))
        assert "Number 1." in home_of(world)
        await world.slack.open_home(ADA)
        assert "Number 1." not in home_of(world)


@pytest.mark.short_of_time
async def test_where_no_view_can_be_shown_it_is_said_in_a_direct_message(world: World) -> None:
    async with world.bot():
        await world.slack.open_home(ADA)
        world.slack.faults.add("views.open", Fault(hold=world.forever))

        reply = await world.slack.press_in_home(ADA, "place_call")

        assert reply.acknowledged
        direct = world.slack.workspace.direct_message(ADA)
        assert "I couldn't show that" in shown(await world.until_posted(direct.id))


async def test_a_person_of_another_team_sees_no_calls_and_gets_no_form(world: World) -> None:
    eve = world.slack.join_from_another_team()
    await world.given(a_saved_call())
    async with world.bot():
        await world.slack.open_home(eve)
        assert PROMPT not in home_of(world, eve)

        reply = await world.slack.press_in_home(eve, "place_call")

        assert reply.problem is None
        assert "Only members of the workspace" in texts_in(the_form(world).payload["blocks"])


async def test_the_messages_tab_publishes_nothing(world: World) -> None:
    async with world.bot():
        reply = await world.slack.open_home(ADA, tab="messages")

        assert reply.acknowledged
        assert world.slack.home(ADA) is None


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(drop=True)], ids=["500", "dropped"])
async def test_a_tab_that_cannot_be_published_is_acknowledged_and_comes_with_the_next_opening(
    world: World, fault: Fault
) -> None:
    world.slack.faults.add("views.publish", fault)
    async with world.bot():
        assert (await world.slack.open_home(ADA)).acknowledged
        assert world.slack.home(ADA) is None

        await world.slack.open_home(ADA)

        assert world.slack.home(ADA) is not None


async def test_a_tab_that_slack_never_takes_holds_no_report_up(world: World) -> None:
    world.slack.faults.add("views.publish", *[Fault(hold=world.forever)] * 4)
    async with world.bot():
        for number in range(6):
            view = await world.open_form()
            await world.slack.submit(view, {"number": NUMBER, "prompt": f"{PROMPT}, {number}"})
        await world.callcow.until(lambda: len(world.callcow.dials) == 6)

        for dial in world.callcow.dials:
            await world.callcow.finish(dial.call_id)

        roots = [message for message in world.slack.messages(GENERAL) if not message.thread_ts]
        await world.slack.until(lambda: all(len(root.replies) == 1 for root in roots), seconds=5)


async def test_a_workspace_without_home_tabs_reports_all_the_same(world: World) -> None:
    world.slack.workspace.home_tab_enabled = False
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.finish((await world.until_dialed()).call_id)

        call = await world.until_saved(lambda call: call.state is State.REPORTED)
        assert call.due_at is None
