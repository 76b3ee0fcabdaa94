"""A bot in all of an organization (Enterprise Grid): one token, and several workspaces."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.calls.states import State
from bot.demo.slack.contents import Message
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from tests.installing import install
from tests.workspaces.test_isolation import button
from tests.workspaces.test_removal import schedule_in
from tests.world import COMMAND, NUMBER, PROMPT, World, shown, slack_says

ORG = "E0ORG"
# An organization's ids are unique: these are of its second workspace.
ADA2, GENERAL2 = f"{ADA}2", f"{GENERAL}2"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """Return a world in whose organization the bot is not installed."""
    async with World.of_many_workspaces(database_url, enterprise=ORG) as made:
        yield made


async def both_messages(workspace: LocalWorkspace, channel: str) -> list[Message]:
    """Wait for two messages in a channel and return them."""
    await workspace.until(lambda: len(workspace.messages(channel)) == 2)
    return workspace.messages(channel)


async def test_calls_of_each_workspace_are_announced_and_reported_there(world: World) -> None:
    async with world.bot():
        await install(world, ORG)
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.second.command(ADA2, GENERAL2, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        for dial in world.callcow.dials:
            await world.callcow.finish(dial.call_id)

        for workspace, channel in ((world.slack, GENERAL), (world.second, GENERAL2)):
            status, result = await both_messages(workspace, channel)
            assert result.thread_ts == status.ts


async def test_every_way_in_of_another_workspace_than_the_first_works(world: World) -> None:
    async with world.bot():
        await install(world, ORG)
        second = world.second
        said = await second.say(ADA2, GENERAL2, f"<@{BOT_USER}> {NUMBER} {PROMPT}")
        await world.callcow.finish((await world.until_dialed()).call_id)
        await second.until(lambda: len(said.message.replies) == 2)

        reply = await second.press(said.message.replies[1], "call_again", ADA2)
        [form] = second.open_views.values()
        await second.submit(form)
        await second.open_home(ADA2)

        assert reply.problem is None
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        await second.until(lambda: second.home(ADA2))


async def test_a_bot_that_leaves_the_organization_leaves_all_of_it_and_comes_back(
    world: World,
) -> None:
    async with world.bot():
        await install(world, ORG)
        assert (await world.second.uninstall()).acknowledged
        await world.slack.command(ADA, GENERAL, COMMAND)
        assert await world.saved_calls() == []

        await install(world, ORG)
        await world.second.command(ADA2, GENERAL2, COMMAND)

        message = await world.until_dialed()
        assert message.recipient_phone == NUMBER


@pytest.mark.parametrize("name", ["cancel", "dial_now"])
async def test_while_slack_is_away_nobody_of_another_team_is_taken_for_who_has_the_same_id(
    world: World, name: str
) -> None:
    async with world.bot():
        await install(world, ORG)
        await schedule_in(world.slack)
        status = world.slack.messages(GENERAL)[0]
        before = await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        people = world.slack.workspace.people
        people[ADA] = replace(people[ADA], team="T0STRANGE", enterprise=None)
        world.slack.faults.add("users.info", *[slack_says("internal_error")] * 9)

        await world.slack.press(status, button(status, name), ADA)

        assert "Try again in a minute" in world.slack.ephemerals[-1].text
        after = await world.saved()
        assert (after.state, after.dial_at) == (before.state, before.dial_at)


async def test_in_one_workspace_of_the_organization_it_is_in_no_other(world: World) -> None:
    async with world.bot():
        await install(world, world.second.team)
        await world.second.command(ADA2, GENERAL2, COMMAND)
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.second.until(lambda: world.second.messages(GENERAL2))
        [call] = await world.saved_calls()
        assert call.team == world.second.team
        assert NUMBER[-4:] in shown(world.second.messages(GENERAL2)[0])


async def test_whoever_is_an_admin_of_another_workspace_of_the_organization_sets_nothing(
    world: World,
) -> None:
    people, mine = world.slack.workspace.people, world.slack.team
    people[ADA] = replace(people[ADA], is_admin=True)
    people[ADA2] = replace(people[ADA], id=ADA2, team=world.second.team, enterprise=ORG)
    async with world.bot():
        await install(world, mine)

        for person in (ADA, ADA2):
            await world.slack.open_home(person)

        homes = [world.slack.home(person) for person in (ADA, ADA2)]
        assert ["open_settings" in str(home and home.payload) for home in homes] == [True, False]
