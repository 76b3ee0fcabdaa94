"""What can be pressed on a call's messages, through real signed requests."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.contents import Ephemeral, Message, View
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE
from tests.builders import an_announced_call, texts_in
from tests.conftest import both_databases
from tests.handlers.test_command import filled
from tests.handlers.test_shortcuts import the_form
from tests.world import COMMAND, NUMBER, PROMPT, World, shown, slack_says

TEAM = "T0RINGBACK"
HOUR = 3600


async def scheduled(world: World, ahead: float = HOUR) -> Message:
    """Let Ada schedule a call and return its status message."""
    at = int(utc_now().timestamp() + ahead)
    view = await world.open_form()
    await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})
    status = await world.until_posted()
    await world.until_saved(lambda call: call.state is State.ANNOUNCED)
    return status


async def ended(world: World, **fields: Any) -> Message:
    """Let Ada place a call that ends with those fields and return the result."""
    await world.slack.command(ADA, GENERAL, COMMAND)
    status = await world.until_posted()
    await world.callcow.finish((await world.until_dialed()).call_id, **fields)
    result = await world.until_replied(status)
    await world.until_saved(lambda call: call.state is State.REPORTED)
    return result


async def told(world: World) -> Ephemeral:
    """Return what one person was told, and no other."""
    await world.slack.until(lambda: world.slack.ephemerals)
    [ephemeral] = world.slack.ephemerals
    return ephemeral


def texts_of(view: View) -> str:
    """Return all that a view says."""
    return texts_in(view.payload["blocks"])


def a_button(action_id: str, value: str = "old") -> list[dict[str, Any]]:
    """Return blocks with a button of that id."""
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "text": text, "action_id": action_id, "value": value}
    return [{"type": "actions", "elements": [button]}]


# Scheduled: call now, cancel


async def test_a_scheduled_call_waits_and_is_dialed_at_once_by_call_now(world: World) -> None:
    async with world.bot():
        status = await scheduled(world)
        assert "Scheduled" in shown(status)

        reply = await world.slack.press(status, "dial_now", ADA)

        assert reply.problem is None
        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, PROMPT)
        await world.until_shows(status, "☎️ Calling")
        assert world.slack.ephemerals == []


async def test_call_now_pressed_twice_calls_once(world: World) -> None:
    async with world.bot():
        status = await scheduled(world)

        for _ in range(2):
            assert (await world.slack.press(status, "dial_now", ADA)).problem is None

        await world.until_placed()
        assert len(world.callcow.dials) == 1


@both_databases
async def test_a_canceled_call_is_told_in_its_message_alone_and_never_dialed(
    world: World,
) -> None:
    async with world.bot():
        status = await scheduled(world)

        reply = await world.slack.press(status, "cancel_call", ADA)

        assert reply.problem is None
        await world.until_shows(status, "Canceled before dialing")
        assert "Call now" not in shown(status)
        await world.until_saved(lambda call: call.state is State.REPORTED and call.due_at is None)
        assert status.replies == []
        assert world.slack.ephemerals == []
        assert world.callcow.dials == []


async def test_cancel_pressed_twice_cancels_once_and_says_that_it_is_too_late(
    world: World,
) -> None:
    async with world.bot():
        status = await scheduled(world)
        await world.slack.press(status, "cancel_call", ADA)
        blocks = a_button("cancel_call", str((await world.saved()).id))
        before = Message(status.ts, GENERAL, BOT_USER, "", blocks)

        await world.slack.press(before, "cancel_call", ADA)

        assert (await told(world)).text == "This call was canceled before it was dialed."
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert status.replies == []


async def test_a_call_that_was_sent_cannot_be_canceled_any_more(world: World) -> None:
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        call = await world.until_saved(lambda call: call.state is State.WAITING)
        blocks = a_button("cancel_call", str(call.id))
        seen_before = Message(status.ts, GENERAL, BOT_USER, "", blocks)

        await world.slack.press(seen_before, "cancel_call", ADA)

        assert "This call was made <!date^" in (await told(world)).text
        await world.callcow.finish(world.callcow.dials[0].call_id)
        assert "Completed" in shown(await world.until_replied(status))


async def test_a_call_that_waits_for_a_permit_or_a_retry_can_still_be_canceled(
    world: World,
) -> None:
    world.callcow.faults.add("call-prompt", Fault(status=429, headers={"Retry-After": "3000"}))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_shows(status, "Waiting to call")

        await world.slack.press(status, "cancel_call", ADA)

        await world.until_shows(status, "Canceled before dialing")
        assert status.replies == []
        assert world.callcow.dials == []


@pytest.mark.parametrize("action", ["cancel_call", "dial_now"])
async def test_only_the_requester_may_and_others_are_told_so_alone(
    world: World, action: str
) -> None:
    async with world.bot():
        status = await scheduled(world)

        reply = await world.slack.press(status, action, GRACE)

        assert reply.problem is None
        words = await told(world)
        assert (words.user, words.channel) == (GRACE, GENERAL)
        assert words.text.startswith("Only the person who asked for this call can do that")
        call = await world.saved()
        assert (call.state, call.ending) == (State.ANNOUNCED, None)
        assert "Scheduled" in shown(status)


async def test_an_admin_may_as_well_and_is_named(world: World) -> None:
    world.changes["ADMIN_USERS"] = f"U0OTHER,{GRACE}"
    async with world.bot():
        status = await scheduled(world)

        await world.slack.press(status, "cancel_call", GRACE)

        await world.until_shows(status, "Canceled by Grace.")


@both_databases
async def test_two_people_who_press_at_once_do_one_thing(world: World) -> None:
    world.changes["ADMIN_USERS"] = GRACE
    async with world.bot():
        status = await scheduled(world)

        replies = await asyncio.gather(
            *(world.slack.press(status, "cancel_call", user) for user in (ADA, GRACE))
        )

        assert [reply.problem for reply in replies] == [None, None]
        await world.until_saved(lambda call: call.state is State.REPORTED)
        assert status.replies == []
        assert world.callcow.dials == []


async def test_a_scheduled_call_survives_a_restart_and_is_dialed_at_its_time(world: World) -> None:
    async with world.bot():
        await scheduled(world)
    assert world.callcow.dials == []

    call = await world.saved()
    async with world.bot():
        assert (await world.saved()).due_at == call.dial_at
        await world.make_due()

        await world.until_dialed()
        await world.until_placed()


async def test_a_call_that_is_canceled_while_its_thread_is_opened_shows_it_there(
    world: World,
) -> None:
    world.slack.faults.add("chat.postMessage", Fault(when="after", hold=world.forever))
    async with world.bot():
        await world.open_form()
        at = int(utc_now().timestamp() + HOUR)
        await world.slack.submit(the_form(world), {"number": NUMBER, "prompt": PROMPT, "when": at})
        status = await world.until_posted()

        await world.slack.press(status, "cancel_call", ADA)
        await world.until_saved(lambda call: call.state is State.REPORTED)
        world.forever.set()

        await world.until_shows(status, "Canceled before dialing")
        assert world.callcow.dials == []


# The result: transcript, details, call again


async def test_the_transcript_says_who_said_what(world: World) -> None:
    said = [{"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Yes?"}]
    async with world.bot():
        result = await ended(world, call_summary="It was short.", messages=said)

        reply = await world.slack.press(result, "transcript", GRACE)

        assert reply.problem is None
        [view] = world.slack.open_views.values()
        assert view.user == GRACE
        assert texts_of(view).splitlines() == [
            "+1 415-555-2671 · ✅ Completed",
            "Summary", "It was short.", "🤖 AI", "Hello.", "👤 Person called", "Yes?",
        ]  # fmt: skip


async def test_where_nobody_talked_the_button_of_an_earlier_version_says_so(world: World) -> None:
    async with world.bot():
        result = await ended(world, outcome="no_answer", messages=[])
        blocks = a_button("transcript", str((await world.saved()).id))
        before = Message(result.ts, GENERAL, BOT_USER, "", blocks, thread_ts=result.thread_ts)

        await world.slack.press(before, "transcript", ADA)

        assert "No conversation was recorded." in texts_of(the_form(world))


async def test_a_long_transcript_is_paged_and_back(world: World) -> None:
    said = [{"role": "user", "content": f"{'&' * 40} line {n}."} for n in range(2000)]
    async with world.bot():
        result = await ended(world, call_summary="😀" * 20_000, messages=said)
        await world.slack.press(result, "transcript", ADA)
        view = the_form(world)
        seen = [texts_of(view)]

        for page in (1, 2, 3, 2):
            reply = await world.slack.press_in_view(view, f"page:{page}")
            assert (reply.problem, view.problem) == (None, None)
            seen.append(texts_of(view))

        assert "".join(seen[:4]).count("😀") == 20_000
        assert "line 0." in "".join(seen)
        assert seen[4] == seen[2]
        assert "Page 3 of" in seen[4]
        assert len(world.slack.open_views) == 1


async def test_a_page_that_is_asked_for_twice_is_shown(world: World) -> None:
    said = [{"role": "user", "content": "x" * 100}] * 200
    async with world.bot():
        result = await ended(world, messages=said)
        await world.slack.press(result, "transcript", ADA)
        view = the_form(world)
        before = View(view.id, ADA, view.payload, view.channel)

        for _ in range(2):
            assert (await world.slack.press_in_view(before, "page:1")).problem is None

        assert "Page 2 of" in texts_of(view)


async def test_all_details_hold_what_the_result_had_no_room_for(world: World) -> None:
    fills = [{"name": f"Field {n}", "value": f"value {n} " + "ß" * 1000} for n in range(60)]
    async with world.bot():
        result = await ended(world, form_fills=fills, call_summary="s" * 20_000)
        assert "All 60 answers" in shown(result)
        assert (await world.slack.press(result, "details", GRACE)).problem is None
        view = the_form(world)
        seen = [texts_of(view)]

        while f"page:{len(seen)}" in str(view.payload):
            await world.slack.press_in_view(view, f"page:{len(seen)}")
            seen.append(texts_of(view))

        assert "".join(seen).count("ß") == 60_000
        assert [n for n in range(60) if f"Field {n}\n" not in "".join(seen)] == []


async def test_the_menu_of_an_earlier_versions_result_still_shows_the_details(
    world: World,
) -> None:
    async with world.bot():
        result = await ended(world)
        value = f"details:{(await world.saved()).id}"
        option = {"text": {"type": "plain_text", "text": "All details"}, "value": value}
        menu = {"type": "overflow", "action_id": "more", "options": [option]}
        blocks = [{"type": "actions", "elements": [menu]}]
        before = Message(result.ts, GENERAL, BOT_USER, "", blocks, thread_ts=result.thread_ts)

        reply = await world.slack.press(before, "more", ADA, value)

        assert reply.problem is None
        assert "+1 415-555-2671" in texts_of(the_form(world))


async def test_the_menu_of_an_earlier_versions_result_still_blocks_its_number(
    world: World,
) -> None:
    async with world.bot():
        result = await ended(world)
        value = f"block:{(await world.saved()).id}"
        option = {"text": {"type": "plain_text", "text": "Never call this number"}, "value": value}
        menu = {"type": "overflow", "action_id": "more", "options": [option]}
        blocks = [{"type": "actions", "elements": [menu]}]
        before = Message(result.ts, GENERAL, BOT_USER, "", blocks, thread_ts=result.thread_ts)

        await world.slack.press(before, "more", ADA, value)
        await world.slack.press(before, "more", ADA, value)

        assert [one.text for one in world.slack.ephemerals] == [
            "I won't call +1 415-555-2671 again. An admin can undo that: "
            "`/call unblock +1 415-555-2671`.",
            "+1 415-555-2671 is already on the do-not-call list.",
        ]


async def test_call_again_opens_the_form_filled_and_leads_into_the_same_thread(
    world: World,
) -> None:
    async with world.bot():
        result = await ended(world)
        status = world.slack.messages(GENERAL)[0]
        await world.slack.press(result, "call_again", GRACE)
        view = the_form(world)
        assert (filled(view, "number"), filled(view, "prompt")) == ("+1 415-555-2671", PROMPT)

        await world.slack.submit(view, {"prompt": "Ask for a table at 8pm instead"})
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        await world.callcow.finish(world.callcow.dials[1].call_id)

        again = await world.until_replied(status, 3)
        assert f"<@{GRACE}>" in again.text
        assert world.callcow.dials[1].prompt == "Ask for a table at 8pm instead"


async def test_call_again_keeps_what_is_to_happen_if_nobody_answers(world: World) -> None:
    retries = {"if_unanswered": "three_in_all", "after_voicemail": ["after_voicemail"]}
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, **retries})
        status = await world.until_posted()
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.slack.press(await world.until_replied(status), "call_again", ADA)

        await world.slack.submit(the_form(world))

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        plan = RetryPlan(3, timedelta(hours=1), after_voicemail=True)
        assert [call.retry_plan for call in await world.saved_calls()] == [plan, plan]


@pytest.mark.parametrize("character", ["&", "😀"])
async def test_call_again_keeps_the_longest_prompt_whole(world: World, character: str) -> None:
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, {"number": NUMBER, "prompt": character * 3000})
        status = await world.until_posted()
        await world.callcow.finish((await world.until_dialed()).call_id, call_summary="&" * 20_000)
        result = await world.until_replied(status)

        reply = await world.slack.press(result, "call_again", ADA)

        assert reply.problem is None
        assert filled(the_form(world), "prompt") == character * 3000


async def test_call_again_after_the_root_was_deleted_goes_to_a_direct_message(
    world: World,
) -> None:
    async with world.bot():
        result = await ended(world)
        world.slack.workspace.delete(world.slack.messages(GENERAL)[0])
        await world.slack.press(result, "call_again", ADA)

        await world.slack.submit(the_form(world))

        direct = world.slack.workspace.direct_message(ADA)
        status = await world.until_posted(direct.id)
        assert "the thread is gone" in shown(status)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)


async def test_call_again_in_a_direct_message_stays_there(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    async with world.bot():
        await world.slack.command(ADA, direct, COMMAND)
        status = await world.until_posted(direct)
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.slack.press(await world.until_replied(status), "call_again", ADA)

        await world.slack.submit(the_form(world))

        again = await world.until_replied(status, 2)
        assert PROMPT in shown(again)
        assert world.slack.ephemerals == []


# Links


async def test_the_status_message_links_to_the_result(world: World) -> None:
    async with world.bot():
        result = await ended(world)
        status = world.slack.messages(GENERAL)[0]

        base = f"https://ringback-demo.slack.com/archives/{GENERAL}/p"
        to_result = f"{base}{result.ts.replace('.', '')}?thread_ts={status.ts}&cid={GENERAL}"
        await world.until_shows(status, f"<{to_result}|Details and transcript in the thread>")


# What cannot be done


BUTTONS = ["cancel_call", "dial_now", "transcript", "call_again"]


@pytest.mark.parametrize("action", BUTTONS)
async def test_a_button_about_a_call_that_is_not_known_says_so(world: World, action: str) -> None:
    blocks = a_button(action, str(uuid4()))
    message = world.slack.workspace.post(GENERAL, BOT_USER, "Old", blocks=blocks)
    async with world.bot():
        reply = await world.slack.press(message, action, ADA)

        assert reply.problem is None
        assert "I can't find this call" in (await told(world)).text


@pytest.mark.parametrize("value", ["", "not-an-id", "{}", "x:y:z:w", "a" * 2000])
async def test_a_button_that_carries_no_id_says_so(world: World, value: str) -> None:
    blocks = a_button("transcript", value or "-")
    message = world.slack.workspace.post(GENERAL, BOT_USER, "Old", blocks=blocks)
    async with world.bot():
        reply = await world.slack.press(message, "transcript", ADA)

        assert reply.problem is None
        assert "I can't find this call" in (await told(world)).text


@pytest.mark.parametrize("action", ["retry", "page:x", "cancel_call:x", "cancel_call_2"])
async def test_a_button_of_another_version_says_that_it_does_nothing(
    world: World, action: str
) -> None:
    blocks = a_button(action)
    message = world.slack.workspace.post(GENERAL, BOT_USER, "Old", blocks=blocks)
    async with world.bot():
        reply = await world.slack.press(message, action, ADA)

        assert reply.problem is None
        assert "from another version of Ringback" in (await told(world)).text


async def test_a_view_of_another_version_says_so_on_top_of_itself(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        old = {"type": "modal", "title": {"type": "plain_text", "text": "Old"}}
        view.payload = {**old, "blocks": a_button("page:1", "map:x:1")}

        reply = await world.slack.press_in_view(view, "page:1")

        assert reply.problem is None
        assert "can't find this call" in texts_of(the_form(world))


@pytest.mark.parametrize("action", BUTTONS)
async def test_a_person_of_another_team_is_refused_politely(world: World, action: str) -> None:
    eve = world.slack.join_from_another_team()
    call = a_saved_call()
    await world.given(call)
    blocks = a_button(action, str(call.id))
    message = world.slack.workspace.post(GENERAL, BOT_USER, "Call", blocks=blocks)
    async with world.bot():
        reply = await world.slack.press(message, action, eve)

        assert reply.problem is None
        words = await told(world)
        assert words.user == eve
        assert "Only members of the workspace that Ringback belongs to" in words.text
        assert list(world.slack.open_views) == []
        assert await world.saved() == call


def a_saved_call() -> Call:
    """Return a call of Ada's that is scheduled for tomorrow."""
    return an_announced_call(
        team=TEAM,
        requester=ADA,
        channel=GENERAL,
        posted_in=GENERAL,
        dial_at=utc_now() + timedelta(days=1),
        due_at=utc_now() + timedelta(days=1),
    )


async def test_a_locked_database_is_told_and_nothing_is_canceled(world: World) -> None:
    async with world.bot():
        status = await scheduled(world)

        async with world.locked():
            reply = await world.slack.press(status, "cancel_call", ADA)

        assert reply.acknowledged
        assert "so nothing has changed" in (await told(world)).text
        assert (await world.saved()).ending is None


@pytest.mark.parametrize(
    "fault", [Fault(status=500), slack_says("expired_trigger_id")], ids=["500", "expired"]
)
async def test_a_view_that_cannot_be_shown_is_told(world: World, fault: Fault) -> None:
    async with world.bot():
        result = await ended(world)
        world.slack.faults.add("views.open", fault)

        reply = await world.slack.press(result, "transcript", ADA)

        assert reply.problem is None
        assert "I couldn't show that" in (await told(world)).text


async def test_no_button_carries_anything_but_ids(world: World) -> None:
    async with world.bot():
        await scheduled(world)
        await world.slack.press(world.slack.messages(GENERAL)[0], "dial_now", ADA)
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_saved(lambda call: call.state is State.REPORTED)

        call = await world.saved()
        values = [
            value
            for request in world.slack.requests_of("chat.postMessage")
            for value in values_in(request.arguments["blocks"])
        ]
        assert set(values) == {str(call.id)}


def values_in(part: object) -> list[str]:
    """Return every value that a button or an option in some blocks carries."""
    if isinstance(part, dict):
        own = [part["value"]] if isinstance(part.get("value"), str) else []
        return own + [value for inner in part.values() for value in values_in(inner)]
    return [value for item in part for value in values_in(item)] if isinstance(part, list) else []


@pytest.mark.parametrize("socket_mode", [True], ids=["socket"])
async def test_over_socket_mode_the_handlers_are_the_same(
    database_url: str, socket_mode: bool
) -> None:
    async with World(database_url, socket_mode=socket_mode) as world, world.bot():
        await world.slack.shortcut("place_call", ADA)
        at = int(utc_now().timestamp()) + HOUR
        await world.slack.submit(the_form(world), {"number": NUMBER, "prompt": PROMPT, "when": at})
        status = await world.until_posted(world.slack.workspace.direct_message(ADA).id)
        await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        assert (await world.slack.press(status, "cancel_call", ADA)).problem is None
        await world.until_shows(status, "Canceled before dialing")
        assert (await world.saved()).ending is EndReason.CANCELED

        said = await world.slack.say(GRACE, GENERAL, f"<@{BOT_USER}> {NUMBER} {PROMPT}")
        assert said.reply is not None
        assert said.reply.acknowledged
        await world.until_dialed()
        assert (await world.slack.open_home(ADA)).acknowledged
        assert world.slack.home(ADA) is not None
        await world.slack.message_shortcut("call_about_message", ADA, GENERAL, said.message.ts)
        assert filled(the_form(world), "number") == "+1 415-555-2671"
