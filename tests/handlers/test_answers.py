"""What answers a question of the bot's counts together with what was asked first."""

import pytest

from bot.core.draft import DraftState
from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE
from tests.conftest import both_databases
from tests.handlers.test_drafts import buttons, until_state
from tests.world import NUMBER, World, shown

AT = f"<@{BOT_USER}> "
ASK = "book a table for two at Luigi's, Friday 7pm"
QUESTION = "Which number should I call?"


async def asked(world: World, channel: str, text: str = ASK, words: str = QUESTION) -> Message:
    """Write something that the bot has a question about, and return what was written."""
    said = await world.slack.say(ADA, channel, (AT if channel == GENERAL else "") + text)
    assert words in shown(await world.until_replied(said.message))
    return said.message


def places(world: World) -> dict[str, str]:
    return {"channel": GENERAL, "direct": world.slack.workspace.direct_message(ADA).id}


@both_databases
@pytest.mark.parametrize("place", ["channel", "direct"])
@pytest.mark.parametrize("text", ["+1 (415) 555-2671", "call +1 415 555 2671 please"])
async def test_a_number_in_the_questions_thread_places_the_call_once(
    world: World, place: str, text: str
) -> None:
    channel = places(world)[place]
    async with world.bot():
        root = await asked(world, channel)

        await world.slack.say(ADA, channel, (AT if place == "channel" else "") + text, root.ts)
        again = world.slack.sent[-1].payload
        await world.slack.event(again["event"], again["event_id"], retry_num=1)

        dial = await world.until_dialed()
        assert dial.recipient_phone == NUMBER
        assert dial.prompt.splitlines()[0] == ASK
        await world.callcow.finish(dial.call_id)
        await world.until_shows(root.replies[0], "Called +1 415-555-2671 · Completed")
        assert (len(await world.saved_calls()), len(await world.saved_drafts())) == (1, 1)


@pytest.mark.parametrize(
    ("text", "words", "prompt"),
    [
        ("the number is +1 415 555 2671", "Call +1 415-555-2671 about this?", ASK),
        ("+1 415 555 2671 x12", "I can't dial the extension", ASK),
        ("+1 729 555 0123", "may be a newer number than I know about", ASK),
        ("outside, please", QUESTION, f"{ASK}\noutside, please"),
    ],
)
async def test_what_is_still_not_certain_is_asked_with_all_that_was_said(
    world: World, text: str, words: str, prompt: str
) -> None:
    async with world.bot():
        root = await asked(world, GENERAL)

        await world.slack.say(ADA, GENERAL, AT + text, root.ts)

        second = await world.until_replied(root, 3)
        assert words in shown(second)
        await world.until_shows(root.replies[0], "replaces this one")
        assert (await world.saved_drafts())[-1].prompt == prompt
        assert world.callcow.dials == []


async def test_a_number_alone_written_beside_the_thread_is_asked_about(world: World) -> None:
    channel = places(world)["direct"]
    async with world.bot():
        root = await asked(world, channel)

        await world.slack.say(ADA, channel, "+1 415 555 2671")

        question = await world.until_replied(root, 2)
        assert buttons(question) == ["Call", "Edit"]
        await world.slack.press(question, "draft_call", ADA)
        assert (await world.until_dialed()).prompt == ASK


async def test_what_the_call_is_for_answers_a_number_alone(world: World) -> None:
    async with world.bot():
        root = await asked(world, GENERAL, "+1 415 555 2671", "Say what the call is for")

        await world.slack.say(ADA, GENERAL, AT + ASK, root.ts)

        question = await world.until_replied(root, 3)
        assert "Call +1 415-555-2671 about this?" in shown(question)
        await world.slack.press(question, "draft_call", ADA)
        assert (await world.until_dialed()).prompt == ASK


async def test_a_whole_request_beside_the_thread_stands_alone(world: World) -> None:
    channel = places(world)["direct"]
    async with world.bot():
        await asked(world, channel)

        await world.slack.say(ADA, channel, f"{NUMBER} ask if they are open on Sunday")

        assert (await world.until_dialed()).prompt == "ask if they are open on Sunday"


async def test_after_an_hour_a_number_alone_answers_nothing(world: World) -> None:
    channel = places(world)["direct"]
    async with world.bot():
        await asked(world, channel)
        await world.pass_time(minutes=61)

        said = await world.slack.say(ADA, channel, "+1 415 555 2671")

        assert "Say what the call is for" in shown(await world.until_replied(said.message))


async def test_somebody_elses_number_answers_nothing(world: World) -> None:
    async with world.bot():
        root = await asked(world, GENERAL)

        await world.slack.say(GRACE, GENERAL, f"{AT} +1 415 555 2671", root.ts)

        assert "Say what the call is for" in shown(await world.until_replied(root, 3))
        assert (await world.saved_drafts())[0].state is not DraftState.CALLED


async def test_a_question_that_became_a_call_takes_no_other_answer(world: World) -> None:
    async with world.bot():
        root = await asked(world, GENERAL)
        await world.slack.say(ADA, GENERAL, f"{AT}+1 415 555 2671", root.ts)
        await world.callcow.finish((await world.until_dialed()).call_id)
        await until_state(world, DraftState.CALLED)

        await world.slack.say(ADA, GENERAL, f"{AT}+1 415 555 2672", root.ts)

        await world.slack.until(lambda: any("Say what" in shown(one) for one in root.replies))
        assert len(world.callcow.dials) == 1


async def test_a_short_request_of_its_own_is_no_answer_to_an_earlier_question(
    world: World,
) -> None:
    channel = places(world)["direct"]
    async with world.bot():
        await asked(world, channel)

        said = await world.slack.say(ADA, channel, f"whatsapp: {NUMBER} book a table")

        reply = await world.until_replied(said.message)
        assert "Call +1 415-555-2671 about this?" in shown(reply)
        assert (await world.saved_drafts())[-1].prompt == f"whatsapp: {NUMBER} book a table"


ELSEWHERE = f"please ask {NUMBER} if they are open on Sunday"
MAY_I = "Call +1 415-555-2671 about this?"


@both_databases
@pytest.mark.parametrize("place", ["channel", "direct"])
@pytest.mark.parametrize("text", ["yes", "ok, go ahead"])
async def test_a_yes_in_the_thread_of_a_question_places_its_call_once(
    world: World, place: str, text: str
) -> None:
    channel = places(world)[place]
    async with world.bot():
        root = await asked(world, channel, ELSEWHERE, MAY_I)

        await world.slack.say(ADA, channel, (AT if place == "channel" else "") + text, root.ts)
        again = world.slack.sent[-1].payload
        await world.slack.event(again["event"], again["event_id"], retry_num=1)

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, ELSEWHERE)
        await world.callcow.finish(dial.call_id)
        await world.until_shows(root.replies[0], "Called +1 415-555-2671 · Completed")
        assert (len(await world.saved_calls()), len(await world.saved_drafts())) == (1, 1)


async def test_somebody_elses_yes_places_nothing(world: World) -> None:
    async with world.bot():
        root = await asked(world, GENERAL, ELSEWHERE, MAY_I)

        await world.slack.say(GRACE, GENERAL, f"{AT}yes", root.ts)

        assert QUESTION in shown(await world.until_replied(root, 3))
        assert await world.saved_calls() == []


async def test_a_yes_beside_the_thread_has_the_question_asked_again(world: World) -> None:
    channel = places(world)["direct"]
    async with world.bot():
        root = await asked(world, channel, ELSEWHERE, MAY_I)

        await world.slack.say(ADA, channel, "yes")

        question = await world.until_replied(root, 2)
        assert buttons(question) == ["Call", "Edit"]
        await world.until_shows(root.replies[0], "replaces this one")
        assert await world.saved_calls() == []
        await world.slack.press(question, "draft_call", ADA)
        assert (await world.until_dialed()).prompt == ELSEWHERE


async def test_a_yes_where_two_questions_are_open_dials_neither(world: World) -> None:
    async with world.bot():
        root = await asked(world, GENERAL, ELSEWHERE, MAY_I)
        other = f"{AT}please ask +1 415 555 2672 for their menu"
        await world.slack.say(ADA, GENERAL, other, root.ts)
        await world.until_replied(root, 3)

        await world.slack.say(ADA, GENERAL, f"{AT}yes", root.ts)

        question = await world.until_replied(root, 5)
        assert "Call +1 415-555-2672 about this?" in shown(question)
        assert await world.saved_calls() == []


async def test_words_in_the_thread_of_a_question_are_added_to_what_its_call_is_for(
    world: World,
) -> None:
    async with world.bot():
        root = await asked(world, GENERAL, ELSEWHERE, MAY_I)

        await world.slack.say(ADA, GENERAL, f"{AT}yes, and on Monday too", root.ts)

        question = await world.until_replied(root, 3)
        assert MAY_I in shown(question)
        assert (await world.saved_drafts())[-1].prompt == f"{ELSEWHERE}\nyes, and on Monday too"
        assert await world.saved_calls() == []


async def test_a_yes_that_answers_no_question_places_nothing(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"{AT}yes please")

        assert QUESTION in shown(await world.until_replied(said.message))
        assert await world.saved_calls() == []
