"""A mention, in a channel and in a thread, through real signed requests."""

from dataclasses import replace

import pytest

from bot.demo.slack.contents import Message
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE
from tests.builders import a_call
from tests.conftest import both_databases
from tests.world import NUMBER, World, shown

SHOWN = "+1 415-555-2671"
ASK = "ask if they are open on Sunday"
MENTION = f"<@{BOT_USER}> +1 415 555 2671 {ASK}"


async def asked_back(world: World, message: Message) -> Message:
    """Return the bot's question in the thread of a message."""
    question = await world.until_replied(message)
    assert world.callcow.dials == []
    return question


async def test_in_a_channel_it_places_the_call_and_the_result_comes_into_its_thread(
    world: World,
) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, MENTION)

        assert said.reply is not None
        assert said.reply.acknowledged
        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, ASK)
        await world.callcow.finish(dial.call_id, call_summary="They are.")
        result = await world.until_replied(said.message, 2)
        assert f"<@{ADA}>" in shown(result)
        assert "They are." in shown(result)


async def test_in_a_thread_the_result_comes_into_that_thread(world: World) -> None:
    root = (await world.slack.say(GRACE, GENERAL, "Dinner at Luigi's?")).message
    async with world.bot():
        await world.slack.say(ADA, GENERAL, MENTION, root.ts)
        dial = await world.until_dialed()

        await world.callcow.finish(dial.call_id)

        assert "Completed" in shown(await world.until_replied(root, 3))


@pytest.mark.parametrize(
    "text",
    [
        f"+1 415 555 2671 {ASK} <@{BOT_USER}>",
        f"Dear <@{BOT_USER}>: +1 415 555 2671, {ASK}",
        f"<@{BOT_USER}>, +1 415 555 2671 – {ASK}",
        f"<@{BOT_USER}>\n+1 415 555 2671\n{ASK}",
        f"+1 415 555 2671 {ASK} <@{BOT_USER}> thanks",
        f"<@{BOT_USER}> <@{BOT_USER}> +1 415 555 2671 {ASK}",
        f"<@{BOT_USER}> +1 415 555 2671 {ASK} <@{BOT_USER}>",
        f"+1 415 555 2671 ask if they are open <@{BOT_USER}> on Sunday",
        f"<@{BOT_USER}> :wave: +1 415 555 2671 {ASK}",
        f"Hi team, <@{GRACE}> <@{BOT_USER}> +1 415 555 2671 {ASK}",
        f"Could you, <@{BOT_USER}>, call +1 415 555 2671 and {ASK}",
        f"<@{BOT_USER}> ```+1 415 555 2671 {ASK}```",
    ],
    ids=["at the end", "in the middle", "with a comma", "on lines", "before thanks", "twice",
         "again at the end", "within", "emoji", "beside others", "in a question", "as code"],
)  # fmt: skip
async def test_wherever_the_mention_stands_the_rest_is_read(world: World, text: str) -> None:
    async with world.bot():
        await world.slack.say(ADA, GENERAL, text, as_typed=False)

        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, ASK)


@pytest.mark.parametrize(
    "text",
    [
        f"Grace, you can write <@{BOT_USER}> {NUMBER} {ASK} to have it call",
        f"For example: “<@{BOT_USER}> {NUMBER} {ASK}”",
        f"I asked <@{BOT_USER}> to call {NUMBER} and {ASK}",
        f"My number is +1 415 555 2600. <@{BOT_USER}> call {NUMBER} and {ASK}",
        f"Not <@{BOT_USER}> {NUMBER} {ASK}",
    ],
)
async def test_words_to_others_before_a_mention_leave_the_call_to_be_confirmed(
    world: World, text: str
) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, text, as_typed=False)

        reply = await asked_back(world, said.message)
        assert "Call +1 415-555-2671 about this?" in shown(reply)


async def test_a_mention_that_is_not_to_call_before_it_calls_nobody(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"Don't <@{BOT_USER}> call {NUMBER}, {ASK}")

        assert "No new call was made" in shown(await asked_back(world, said.message))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"Our number is {NUMBER}. <@{BOT_USER}> help", "the outcome comes back in a thread"),
        (f"Book a table at Luigi's <@{BOT_USER}> thanks", "Which number should I call?"),
    ],
)
async def test_small_talk_beside_a_mention_is_told_from_what_is_asked(
    world: World, text: str, words: str
) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, text)

        assert words in shown(await asked_back(world, said.message))


async def test_what_slack_escaped_is_heard_as_it_was_typed(world: World) -> None:
    async with world.bot():
        await world.slack.say(ADA, GENERAL, f"<@{BOT_USER}> {NUMBER} ask for Tom & Jerry <3")

        assert (await world.until_dialed()).prompt == "ask for Tom & Jerry <3"


# What starts nothing


async def nothing_but(world: World, message: Message, replies: int) -> None:
    """Let a mention that starts a call come last, and see that there is no other."""
    last = await world.slack.say(GRACE, GENERAL, MENTION)
    await world.until_replied(last.message)
    await world.until_dialed()
    assert (len(await world.saved_calls()), len(message.replies)) == (1, replies)


async def test_a_bot_that_mentions_starts_nothing(world: World) -> None:
    robot = world.slack.add_another_bot()
    async with world.bot():
        said = await world.slack.say(robot, GENERAL, MENTION)

        assert said.reply is not None
        assert said.reply.acknowledged
        await nothing_but(world, said.message, replies=0)


@pytest.mark.parametrize("text", [MENTION, f"<@{BOT_USER}> hello"], ids=["whole", "incomplete"])
async def test_a_person_of_another_team_starts_nothing(world: World, text: str) -> None:
    eve = world.slack.join_from_another_team()
    async with world.bot():
        said = await world.slack.say(eve, GENERAL, text)

        assert said.reply is not None
        assert said.reply.acknowledged
        await nothing_but(world, said.message, replies=0)


@both_databases
@pytest.mark.parametrize("text", [MENTION, f"<@{BOT_USER}> {ASK}"], ids=["whole", "incomplete"])
async def test_a_repeated_delivery_starts_nothing_more(world: World, text: str) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, text)
        event = world.slack.sent[-1].payload

        again = await world.slack.event(event["event"], event["event_id"], retry_num=1)

        assert again.acknowledged
        await world.until_replied(said.message)
        saved = (len(await world.saved_calls()), len(await world.saved_drafts()))
        assert saved == ((1, 0) if text == MENTION else (0, 1))
        assert len(said.message.replies) == 1


@both_databases
@pytest.mark.parametrize("text", [MENTION, f"<@{BOT_USER}> {ASK}"], ids=["whole", "incomplete"])
async def test_what_the_version_before_took_is_not_taken_again_when_slack_repeats_it(
    world: World, text: str
) -> None:
    await world.given(replace(a_call(), request_key="event:Ev1", due_at=None))
    async with world.bot():
        event = {
            "type": "app_mention",
            "channel": GENERAL,
            "user": ADA,
            "text": text,
            "ts": "1700000000.000100",
        }

        assert (await world.slack.event(event, "Ev1", retry_num=1)).acknowledged

        assert (len(await world.saved_calls()), await world.saved_drafts()) == (1, [])


async def test_while_the_database_is_locked_slack_is_asked_to_send_it_again(world: World) -> None:
    async with world.bot():
        async with world.locked():
            said = await world.slack.say(ADA, GENERAL, MENTION)
        assert said.reply is not None
        assert said.reply.status == 503
        event = world.slack.sent[-1].payload

        for number in (1, 2):
            again = await world.slack.event(event["event"], event["event_id"], retry_num=number)
            assert again.acknowledged

        await world.until_dialed()
        await world.until_replied(said.message)
        assert (len(await world.saved_calls()), len(world.callcow.dials)) == (1, 1)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_while_the_server_is_away_slack_is_asked_to_send_it_again(world: World) -> None:
    async with world.bot():
        async with world.away():
            said = await world.slack.say(ADA, GENERAL, MENTION)
            assert said.reply is not None
            assert said.reply.status == 503
        event = world.slack.sent[-1].payload

        await world.slack.event(event["event"], event["event_id"], retry_num=1)

        await world.until_dialed()
        assert len(await world.saved_calls()) == 1


async def test_a_mention_of_somebody_else_is_no_concern_of_the_bots(world: World) -> None:
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, f"<@{GRACE}> ring {NUMBER}")

        assert said.reply is None


@pytest.mark.parametrize("text", [MENTION, f"<@{BOT_USER}> {ASK}"], ids=["whole", "incomplete"])
async def test_where_the_thread_is_gone_it_goes_on_in_a_direct_message(
    world: World, text: str
) -> None:
    async with world.bot():
        world.slack.workspace.channels[GENERAL].restricted = True

        await world.slack.say(ADA, GENERAL, text)

        direct = world.slack.workspace.direct_message(ADA)
        words = shown(await world.until_posted(direct.id))
        told = "I couldn't post in" if text == MENTION else "Which number should I call?"
        assert told in words


async def test_the_bot_that_mentions_itself_starts_nothing(world: World) -> None:
    async with world.bot():
        reply = await world.slack.event(
            {
                "type": "app_mention",
                "user": BOT_USER,
                "bot_id": "B0RINGBACK",
                "text": MENTION,
                "channel": GENERAL,
                "ts": "1700000000.000100",
            }
        )

        assert reply.acknowledged
        assert await world.saved_calls() == []
