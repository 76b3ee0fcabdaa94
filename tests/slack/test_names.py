"""People named in a prompt reach CallCow by name, through the running bot."""

import pytest

from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, Person
from tests.world import NUMBER, World, shown, slack_says

PERSON = "U024BE7LH"
MENTION = f"<@{BOT_USER}> {NUMBER} book a table under <@{PERSON}>"


def a_person(world: World) -> None:
    """Let there be somebody whose id looks like one of Slack's."""
    world.slack.workspace.people[PERSON] = Person(PERSON, "grace")


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

    assert len(world.slack.requests_of("users.info")) == 1


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
