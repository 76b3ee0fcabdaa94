"""What is written to the bot and not dialed: its answers, their buttons, and what becomes of it."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from bot.core.draft import DraftState
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE
from tests.conftest import both_databases
from tests.handlers.test_command import filled, named
from tests.handlers.test_shortcuts import the_form
from tests.world import NUMBER, World, shown

AT = f"<@{BOT_USER}>"
ASK = "ask if they are open on Sunday"
ELSEWHERE = f"please ask {NUMBER} if they are open on Sunday"
QUESTION = "Call +1 415-555-2671 about this?"


def buttons(message: Message) -> list[str]:
    """Return the words on a message's buttons."""
    return [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


async def answer(world: World, text: str, thread_ts: str | None = None) -> Message:
    """Mention the bot and return its answer, once it is saved that it was given."""
    said = await world.slack.say(ADA, GENERAL, f"{AT} {text}", thread_ts)
    root = world.slack.workspace.message(GENERAL, thread_ts) if thread_ts else said.message
    assert root is not None
    reply = await world.until_replied(root, len(root.replies) + 1 if thread_ts else 1)
    await world.until_at_rest()
    return reply


async def until_state(world: World, state: DraftState) -> None:
    """Wait until the last draft is in that state, and has nothing left to say."""
    async with asyncio.timeout(45):
        while True:
            draft = (await world.saved_drafts())[-1]
            if draft.state is state and draft.settled_at is not None:
                return


# How it is answered


@pytest.mark.parametrize(
    ("text", "words", "on_buttons"),
    [
        (ELSEWHERE, QUESTION, ["Call", "Edit"]),
        (f"{NUMBER} in 20 min, {ASK}", "about this right now?", ["Call", "Edit"]),
        (f"{NUMBER} or +14155552672, {ASK}", "more than one number", ["Edit"]),
        (f"{NUMBER} ext. 12, {ASK}", "extension", ["Edit"]),
        (NUMBER, "Say what the call is for", ["Edit"]),
        (f"+1 415 555, {ASK}", "too short for the United States", ["Edit"]),
        (f"+4946345029250584 {ASK}", "too long for Germany", ["Edit"]),
        (ASK, "Which number should I call?", ["Open the form"]),
        ("", "Which number should I call?", ["Open the form"]),
        (f"do not call {NUMBER}", "type `/call block +1 415-555-2671`", ["Open the form"]),
        (f"{NUMBER} asked not to be called", "No new call was made", ["Open the form"]),
        ("stop calling them", "type `/call block NUMBER`", ["Open the form"]),
        (f"unblock {NUMBER}", "type /call unblock +1", []),
        ("hi", "Tell me which number to call", []),
        ("thanks!", "You're welcome!", []),
        ("help", "the outcome comes back in a thread", ["Place a call"]),
    ],
    ids=["elsewhere", "time", "two", "extension", "no prompt", "short", "long", "no number",
         "nothing", "not to call", "not to be called", "no call", "unblock", "hi", "thanks",
         "help"],
)  # fmt: skip
async def test_what_is_not_certain_enough_is_asked_and_not_dialed(
    world: World, text: str, words: str, on_buttons: list[str]
) -> None:
    async with world.bot():
        reply = await answer(world, text)

        assert words in shown(reply)
        assert buttons(reply) == on_buttons
        assert (world.callcow.dials, await world.saved_calls()) == ([], [])


async def test_a_list_in_a_channel_is_for_who_asked_alone(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"{AT} list")

        await world.slack.until(lambda: world.slack.ephemerals)
        assert said.message.replies == []
        # In a thread without replies Slack would not show it.
        assert world.slack.ephemerals[0].thread_ts is None


async def test_in_the_thread_of_an_earlier_call_the_same_number_is_offered(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"{AT} {NUMBER} {ASK}")
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_replied(said.message, 2)

        reply = await answer(world, "ask them for 8pm instead", said.message.ts)

        assert "Call +1 415-555-2671 again about this?" in shown(reply)
        assert (await world.saved_drafts())[-1].number == "+1 415-555-2671"
        await world.slack.press(reply, "draft_call", ADA)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        assert world.callcow.dials[1].prompt == "ask them for 8pm instead"
        assert world.callcow.dials[1].recipient_phone == NUMBER


async def test_in_the_thread_of_a_call_a_wish_for_no_more_names_its_number(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"{AT} {NUMBER} {ASK}")
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_replied(said.message, 2)

        reply = await answer(world, "please don't call them again", said.message.ts)

        assert "type `/call block +1 415-555-2671`" in shown(reply)
        assert buttons(reply) == ["Open the form"]


@pytest.mark.parametrize("said", ["no", "cancel that, please", "don't call"])
async def test_a_no_in_the_thread_of_a_question_answers_it(world: World, said: str) -> None:
    async with world.bot():
        question = await answer(world, ELSEWHERE)
        assert question.thread_ts is not None

        reply = await answer(world, said, question.thread_ts)

        assert "No new call was made" in shown(reply)
        await world.until_shows(question, "My latest reply replaces this one.")
        assert (world.callcow.dials, await world.saved_calls()) == ([], [])


# Its buttons


@both_databases
async def test_call_makes_the_call_once_however_often_it_is_pressed(world: World) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)

        await asyncio.gather(*(world.slack.press(reply, "draft_call", ADA) for _ in range(3)))

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, ELSEWHERE)
        await world.callcow.finish(dial.call_id)
        await world.until_shows(reply, "Called +1 415-555-2671 · Completed")
        assert buttons(reply) == []
        [call], [draft] = await world.saved_calls(), await world.saved_drafts()
        assert call.request_key == f"draft:{draft.id}"
        assert len(world.callcow.dials) == 1


async def test_a_call_that_was_canceled_is_told_in_the_answer(world: World) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)
        await world.slack.press(reply, "draft_edit", ADA)
        await world.slack.submit(the_form(world), {"when": 4_000_000_000})
        assert "30 days" in str(the_form(world).errors)
        later = int(world.slack.workspace.clock()) + 7200
        await world.slack.submit(the_form(world), {"when": later})
        status = await world.until_replied(await root_of(world, reply), 2)

        await world.slack.press(status, "cancel_call", ADA)

        await world.until_shows(reply, "Canceled before dialing · +1 415-555-2671")
        assert world.callcow.dials == []


async def root_of(world: World, reply: Message) -> Message:
    """Return the message whose thread a reply is in."""
    root = world.slack.workspace.message(GENERAL, reply.thread_ts)
    assert root is not None
    return root


@pytest.mark.parametrize("action", ["draft_call", "draft_edit"])
async def test_anybody_else_is_told_that_it_is_not_theirs(world: World, action: str) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)

        await world.slack.press(reply, action, GRACE)

        [told] = world.slack.ephemerals
        assert "Only the person who wrote that message" in told.text
        assert (await world.saved_calls(), world.slack.open_views) == ([], {})


@pytest.mark.parametrize(
    ("who", "words"),
    [(ADA, "already placed this call"), (GRACE, "Only the person who wrote that message")],
    ids=["again", "somebody else"],
)
@pytest.mark.parametrize("action", ["draft_call", "draft_edit"])
async def test_a_press_after_its_call_has_ended_calls_nobody_and_is_told_why(
    world: World, action: str, who: str, words: str
) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)
        seen_before = replace(reply, blocks=list(reply.blocks))
        await world.slack.press(reply, "draft_call", ADA)
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_shows(reply, "Called +1 415-555-2671")

        await world.slack.press(seen_before, action, who)

        [told] = world.slack.ephemerals
        assert words in told.text
        assert (len(await world.saved_calls()), world.slack.open_views) == (1, {})


async def test_edit_opens_the_form_filled_in_and_the_doubts_named(world: World) -> None:
    async with world.bot():
        reply = await answer(world, f"{NUMBER} ext. 12, {ASK}")

        await world.slack.press(reply, "draft_edit", ADA)

        form = the_form(world)
        assert filled(form, "number") == "+1 415-555-2671"
        assert filled(form, "prompt").endswith(ASK)
        assert "extension" in named(form)


async def test_the_form_consumes_the_draft_and_leads_back_into_its_thread(world: World) -> None:
    async with world.bot():
        reply = await answer(world, ASK)
        await world.slack.press(reply, "draft_edit", ADA)

        await world.slack.submit(the_form(world), {"number": NUMBER})

        dial = await world.until_dialed()
        assert dial.prompt == ASK
        await world.callcow.finish(dial.call_id)
        result = await world.until_replied(await root_of(world, reply), 3)
        assert "Completed" in shown(result)
        await world.until_shows(reply, "Called +1 415-555-2671")


async def test_a_form_whose_draft_was_called_says_so_and_calls_nobody_else(world: World) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)
        await world.slack.press(reply, "draft_edit", ADA)
        await world.slack.press(reply, "draft_call", ADA)
        await world.until_dialed()

        await world.slack.submit(the_form(world), {"number": "+14155552672"})

        assert "already placed this call" in str(the_form(world).errors)
        assert len(await world.saved_calls()) == 1


@both_databases
async def test_after_a_day_it_has_expired_and_what_was_written_is_gone(world: World) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)
        await world.pass_time(days=1, minutes=1)
        await world.until_shows(reply, "This has expired")
        await until_state(world, DraftState.EXPIRED)

        await world.slack.press(reply, "place_call", ADA)

        assert filled(the_form(world), "number") == ""
        [draft] = await world.saved_drafts()
        assert (draft.prompt, draft.recipient, draft.number) == (None, None, None)


@pytest.mark.parametrize(
    ("who", "words"),
    [(ADA, "This has expired."), (GRACE, "Only the person who wrote that message")],
    ids=["its own", "somebody else"],
)
@pytest.mark.parametrize("action", ["draft_call", "draft_edit"])
async def test_a_press_after_a_day_on_what_was_shown_before_calls_nobody_and_is_told_why(
    world: World, action: str, who: str, words: str
) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)
        seen_before = replace(reply, blocks=list(reply.blocks))
        await world.pass_time(days=1, minutes=1)
        await world.until_shows(reply, "This has expired")

        for _ in range(2):
            await world.slack.press(seen_before, action, who)

        assert [told.text.startswith(words) for told in world.slack.ephemerals] == [True, True]
        assert (await world.saved_calls(), world.slack.open_views) == ([], {})


async def test_a_press_after_a_day_in_which_the_bot_was_away_calls_nobody(world: World) -> None:
    async with world.bot():
        reply = await answer(world, ELSEWHERE)
    await world.pass_time(days=1, minutes=1)

    async with world.bot():
        await asyncio.gather(
            *(world.slack.press(reply, "draft_call", who) for who in (ADA, ADA, GRACE))
        )

        await world.until_shows(reply, "This has expired")
        assert (len(world.slack.ephemerals), await world.saved_calls()) == (3, [])


@pytest.mark.parametrize("action", ["draft_call", "draft_edit", "complete_call"])
async def test_a_press_on_what_is_no_longer_known_is_told_to_open_the_form(
    world: World, action: str
) -> None:
    element = {"type": "button", "action_id": action, "value": str(uuid4()),
               "text": {"type": "plain_text", "text": "Call"}}  # fmt: skip
    blocks = [{"type": "actions", "elements": [element]}]
    message = world.slack.workspace.post(GENERAL, BOT_USER, "Old", blocks=blocks)
    async with world.bot():
        await world.slack.press(message, action, ADA)

        [told] = world.slack.ephemerals
        assert "expired" in told.text
        assert "form" in told.text


async def test_after_a_month_the_row_is_gone(world: World) -> None:
    async with world.bot():
        await answer(world, "hi")
    await world.pass_time(days=30, minutes=1)

    async with world.bot(), asyncio.timeout(45):
        while True:
            if not await world.saved_drafts():
                return


# Edits


async def test_an_edit_never_dials_and_makes_a_draft_of_what_did_nothing(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, "Luigi's?")

        await world.slack.edit(said.message, f"{AT} {NUMBER} {ASK}")

        reply = await world.until_replied(said.message)
        assert QUESTION in shown(reply)
        assert await world.saved_calls() == []


async def test_an_edit_of_what_was_called_is_told_in_one_line(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"{AT} {NUMBER} {ASK}")
        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_replied(said.message, 2)

        for number in ("+14155552672", "+14155552673"):
            await world.slack.edit(said.message, f"{AT} {number} {ASK}")

        told = await world.until_replied(said.message, 3)
        assert "I already called +1 415-555-2671 about this message" in shown(told)
        assert (len(await world.saved_drafts()), len(await world.saved_calls())) == (1, 1)


async def test_an_edit_of_what_was_asked_takes_the_place_of_the_question(world: World) -> None:
    async with world.bot():
        first = await answer(world, ELSEWHERE)
        root = await root_of(world, first)

        await world.slack.edit(root, f"{AT} please ask +14155552672 if they are open")

        second = await world.until_replied(root, 2)
        assert "Call +1 415-555-2672 about this?" in shown(second)
        await world.until_shows(first, "replaces this one")
        assert buttons(first) == []


# Direct messages


@both_databases
async def test_a_direct_message_places_the_call_and_the_result_comes_into_its_thread(
    world: World,
) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    async with world.bot():
        said = await world.slack.say(ADA, direct, f"Call {NUMBER} and {ASK}")

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, ASK)
        await world.callcow.finish(dial.call_id)
        assert "Completed" in shown(await world.until_replied(said.message, 2))


async def test_a_direct_message_is_answered_like_a_mention(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    async with world.bot():
        for text, words in (("hi", "Hi!"), ("list", "any calls"), (ELSEWHERE, QUESTION)):
            said = await world.slack.say(ADA, direct, text)

            assert words in shown(await world.until_replied(said.message))


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
async def test_a_persons_message_of_another_kind_counts_like_any_other(
    world: World, subtype: str
) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    async with world.bot():
        await world.slack.say(ADA, direct, f"{NUMBER} {ASK}", subtype=subtype)

        assert (await world.until_dialed()).prompt == ASK


async def test_a_message_counts_once_whatever_events_bring_it(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    async with world.bot():
        said = await world.slack.say(ADA, direct, f"{AT} {NUMBER} {ASK}")
        event = world.slack.sent[-1].payload["event"]

        for again in ({**event, "type": "app_mention"}, event):
            assert (await world.slack.event(again)).acknowledged

        await world.callcow.finish((await world.until_dialed()).call_id)
        await world.until_replied(said.message, 2)
        assert (len(await world.saved_calls()), await world.saved_drafts()) == (1, [])


async def test_a_file_without_a_word_is_answered(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    event = {"type": "message", "subtype": "file_share", "channel": direct, "channel_type": "im",
             "user": ADA, "text": None, "ts": "1700000000.000100"}  # fmt: skip
    async with world.bot():
        assert (await world.slack.event(event)).acknowledged

        assert "Which number" in shown(await world.until_posted(direct))


async def test_the_longest_message_is_asked_about_and_fills_the_form(world: World) -> None:
    async with world.bot():
        reply = await answer(world, "&" * 30_000)

        assert (await world.slack.press(reply, "draft_edit", ADA)).problem is None
        assert filled(the_form(world), "prompt") == "&" * 3000


async def test_an_edited_direct_message_never_dials(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    async with world.bot():
        said = await world.slack.say(ADA, direct, "hi")
        await world.until_replied(said.message)

        await world.slack.edit(said.message, f"{NUMBER} {ASK}")

        assert QUESTION in shown(await world.until_replied(said.message, 2))
        assert await world.saved_calls() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B0ROBOT"},
        {"user": "USLACKBOT"},
        {"user": BOT_USER},
        {"user": None},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "message_changed"},
        {"channel_type": "channel"},
        {"bot_id": "B0ROBOT", "text": ""},
        {"bot_id": "B0ROBOT", "team": "T0OTHER", "user_team": "T0OTHER"},
        {"user": "USLACKBOT", "team": "T0OTHER", "user_team": "T0OTHER"},
    ],
    ids=str,
)
async def test_what_no_person_of_the_workspace_said_to_the_bot_starts_nothing(
    world: World, changes: dict[str, str | None]
) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    event = {"type": "message", "channel": direct, "channel_type": "im", "user": ADA,
             "text": f"{NUMBER} {ASK}", "ts": "1700000000.000100", **changes}  # fmt: skip
    async with world.bot():
        reply = await world.slack.event(
            {name: value for name, value in event.items() if value is not None}
        )

        assert reply.acknowledged
        assert (await world.saved_calls(), await world.saved_drafts()) == ([], [])


async def test_a_direct_message_of_another_teams_person_is_refused_in_words_to_them_alone(
    world: World,
) -> None:
    eve = world.slack.join_from_another_team()
    direct = world.slack.workspace.direct_message(eve).id
    async with world.bot():
        for text in (f"{NUMBER} {ASK}", "help", f"{ELSEWHERE} please"):
            said = await world.slack.say(eve, direct, text)

            reply = await world.until_replied(said.message)
            assert "Only members of the workspace" in shown(reply)
            assert buttons(reply) == []

        assert await world.saved_calls() == []
        assert world.slack.messages(GENERAL) == []
