"""People named in a prompt reach CallCow by name, through the running bot."""

from collections.abc import Awaitable, Callable

import pytest

from bot.demo.faults import Fault
from bot.demo.slack.contents import Person
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, TEAM
from tests.handlers.test_message_text import rich_text, says
from tests.handlers.test_shortcuts import ABOUT_MESSAGE, the_form
from tests.world import NUMBER, World, shown, slack_says

PERSON = "U024BE7LH"
MENTION = f"<@{BOT_USER}> {NUMBER} book a table under <@{PERSON}>"


def a_person(world: World) -> None:
    """Let there be somebody whose id looks like one of Slack's."""
    world.slack.workspace.people[PERSON] = Person(PERSON, "grace", TEAM)


async def test_a_person_in_a_prompt_reaches_callcow_and_the_thread_by_name(world: World) -> None:
    a_person(world)
    async with world.bot():
        said = await world.slack.say(ADA, GENERAL, MENTION, as_typed=False)

        assert (await world.until_dialed()).prompt == "book a table under Grace"
        status = await world.until_replied(said.message)
        assert "book a table under Grace" in shown(status)
        assert (await world.saved()).prompt == "book a table under Grace"


async def test_slack_is_asked_for_a_person_once(world: World) -> None:
    a_person(world)
    async with world.bot():
        for _ in range(2):
            await world.slack.say(ADA, GENERAL, MENTION, as_typed=False)
            await world.callcow.until(lambda: world.callcow.dials)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)

    asked = [request.arguments["user"] for request in world.slack.requests_of("users.info")]
    assert asked.count(PERSON) == 1


@pytest.mark.parametrize(
    "fault",
    [
        slack_says("missing_scope"),
        slack_says("user_not_found"),
        Fault(status=500),
        Fault(drop=True),
    ],
    ids=["scope", "unknown", "500", "dropped"],
)
async def test_whom_slack_does_not_name_is_someone_and_the_call_is_made(
    world: World, fault: Fault
) -> None:
    world.slack.faults.add("users.info", fault)
    async with world.bot():
        await world.slack.say(ADA, GENERAL, MENTION, as_typed=False)

        assert (await world.until_dialed()).prompt == "book a table under someone on Slack"


# Every way in

REFERENCES = (
    f"book for <@{PERSON}> in <#C024BE7LR|> or <#C024BE7LR>, <!subteam^S012345> and "
    "<https://a.example|menu>"
)
HEARD = (
    "book for Grace in a Slack channel or a Slack channel, a Slack group and "
    "menu (https://a.example)"
)


async def by_command(world: World) -> None:
    await world.slack.command(ADA, GENERAL, f"{NUMBER} {REFERENCES}", as_typed=False)


async def by_mention(world: World) -> None:
    text = f"<@{BOT_USER}> {NUMBER} {REFERENCES}"
    await world.slack.say(ADA, GENERAL, text, as_typed=False)


async def by_direct_message(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA).id
    await world.slack.say(ADA, direct, f"{NUMBER} {REFERENCES}", as_typed=False)


async def by_form(world: World) -> None:
    view = await world.open_form()
    await world.slack.submit(view, {"number": NUMBER, "prompt": REFERENCES})


async def by_an_edit(world: World) -> None:
    said = await world.slack.say(ADA, GENERAL, "Luigi's?")
    text = f"<@{BOT_USER}> {NUMBER} {REFERENCES}"
    await world.slack.edit(said.message, text, as_typed=False)
    await world.slack.press(await world.until_replied(said.message), "draft_call", ADA)


async def by_shortcut(world: World) -> None:
    block = rich_text(
        says("book for "),
        {"type": "user", "user_id": PERSON},
        says(" in "),
        {"type": "channel", "channel_id": "C024BE7LR"},
        says(" or "),
        {"type": "channel", "channel_id": "C024BE7LR"},
        says(", "),
        {"type": "usergroup", "usergroup_id": "S012345"},
        says(" and "),
        {"type": "link", "url": "https://a.example", "text": "menu"},
    )
    message = world.slack.workspace.post(GENERAL, ADA, "", blocks=[block])
    await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, message.ts)
    await world.slack.submit(the_form(world), {"number": NUMBER})


@pytest.mark.parametrize(
    "ask", [by_command, by_mention, by_direct_message, by_form, by_an_edit, by_shortcut]
)
async def test_whatever_slack_refers_to_by_an_id_reaches_callcow_in_words(
    world: World, ask: Callable[[World], Awaitable[None]]
) -> None:
    a_person(world)
    async with world.bot():
        await ask(world)

        assert (await world.until_dialed()).prompt == HEARD
