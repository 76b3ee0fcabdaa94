"""Two workspaces whose people, channels and messages have the same ids: each has its own alone."""

from collections.abc import Awaitable, Callable

import pytest

from bot.core.calls.states import State
from bot.demo.slack.contents import Message
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, TEAM
from tests.conftest import both_databases
from tests.installing import install
from tests.world import COMMAND, NUMBER, PROMPT, SECOND_TEAM, World, shown, slack_says

Press = Callable[[LocalWorkspace, Message], Awaitable[object]]


async def installed(world: World) -> tuple[LocalWorkspace, LocalWorkspace]:
    """Install the bot in both workspaces and return them."""
    await install(world, TEAM)
    await install(world, SECOND_TEAM)
    return world.slack, world.second


async def status_in(workspace: LocalWorkspace) -> Message:
    """Wait for the status message of a workspace's only call."""
    await workspace.until(lambda: workspace.messages(GENERAL))
    return workspace.messages(GENERAL)[0]


@both_databases
async def test_each_workspaces_calls_are_announced_and_reported_in_its_own(world: World) -> None:
    async with world.bot():
        workspaces = await installed(world)
        for number, workspace in enumerate(workspaces, 1):
            await workspace.command(ADA, GENERAL, f"{COMMAND} in workspace {number}")
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        for dial in world.callcow.dials:
            await world.callcow.finish(dial.call_id)

        for number, workspace in enumerate(workspaces, 1):
            status = await status_in(workspace)
            await until_replied(workspace, status)
            said = "\n".join(map(shown, workspace.messages(GENERAL)))
            assert f"in workspace {number}" in said
            assert f"in workspace {3 - number}" not in said
        assert {call.team for call in await world.saved_calls()} == {TEAM, SECOND_TEAM}


async def test_a_message_of_the_same_ids_in_the_other_workspace_is_another_message(
    world: World,
) -> None:
    async with world.bot():
        for workspace in await installed(world):
            mention = {
                "type": "app_mention",
                "user": ADA,
                "team": workspace.team,
                "channel": GENERAL,
                "ts": "1700000000.000100",
                "text": f"<@{BOT_USER}> {NUMBER} {PROMPT}",
            }
            await workspace.event(mention, "Ev1")
            await workspace.event(mention, "Ev1", retry_num=1)

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        assert {call.team for call in await world.saved_calls()} == {TEAM, SECOND_TEAM}


async def test_a_form_of_the_same_id_in_the_other_workspace_is_another_form(world: World) -> None:
    async with world.bot():
        for workspace in await installed(world):
            await workspace.command(ADA, GENERAL, "")
            [view] = workspace.open_views.values()
            assert view.id == "V0000000000"
            await workspace.submit(view, {"number": NUMBER, "prompt": PROMPT})

        await world.callcow.until(lambda: len(world.callcow.dials) == 2)


async def scheduled_in_the_first(world: World) -> tuple[LocalWorkspace, Message]:
    """Let the first workspace schedule a call; return the second, and that message put there."""
    first, second = await installed(world)
    await first.command(ADA, GENERAL, "")
    [view] = first.open_views.values()
    at = int(first.workspace.clock()) + 3600
    await first.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})
    status = await status_in(first)
    await world.until_saved(lambda call: call.state is State.ANNOUNCED)
    planted = second.workspace.post(GENERAL, BOT_USER, status.text, blocks=status.blocks)
    return second, planted


async def until_replied(workspace: LocalWorkspace, status: Message) -> None:
    """Wait for the first reply to a message."""
    await workspace.until(lambda: status.replies)


def button(message: Message, name: str) -> str:
    """Return the action id of the button of that name."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if str(element.get("action_id", "")).startswith(name):
                found: str = element["action_id"]
                return found
    raise AssertionError(f"no button {name}")


@pytest.mark.parametrize("name", ["cancel", "dial_now"])
@pytest.mark.parametrize("is_slack_away", [False, True], ids=["", "slack away"])
async def test_a_button_with_the_id_of_the_other_workspaces_call_does_nothing(
    world: World, name: str, is_slack_away: bool
) -> None:
    async with world.bot():
        second, planted = await scheduled_in_the_first(world)
        before = await world.saved()
        if is_slack_away:
            world.slack.faults.add("users.info", *[slack_says("internal_error")] * 9)

        await second.press(planted, button(planted, name), ADA)

        assert second.ephemerals
        assert PROMPT not in "\n".join(one.text for one in second.ephemerals)
        after = await world.saved()
        assert (after.state, after.dial_at, after.ending) == (before.state, before.dial_at, None)


async def test_the_other_workspaces_result_is_shown_to_nobody(world: World) -> None:
    async with world.bot():
        first, second = await installed(world)
        await first.command(ADA, GENERAL, COMMAND)
        await world.callcow.finish((await world.until_dialed()).call_id)
        status = await status_in(first)
        await first.until(lambda: status.replies)
        result = status.replies[0]
        planted = second.workspace.post(GENERAL, BOT_USER, result.text, blocks=result.blocks)

        for block in planted.blocks:
            for element in block.get("elements", []):
                if "action_id" in element and element["type"] == "button":
                    await second.press(planted, element["action_id"], ADA)
                elif element.get("type") == "overflow":
                    for option in element["options"]:
                        await second.press(planted, element["action_id"], ADA, option["value"])

        assert second.open_views == {}
        assert second.ephemerals


async def test_lists_and_home_tabs_show_a_workspaces_own_calls_alone(world: World) -> None:
    async with world.bot():
        second, _ = await scheduled_in_the_first(world)

        await second.open_home(ADA)
        reply = await second.command(ADA, GENERAL, "list")

        home = second.home(ADA)
        assert home is not None
        assert PROMPT not in str(home.payload)
        assert PROMPT not in reply.text
        await world.slack.open_home(ADA)
        own = world.slack.home(ADA)
        assert own is not None
        assert PROMPT in str(own.payload)


async def test_somebody_of_the_other_workspace_in_a_shared_channel_is_a_stranger(
    world: World,
) -> None:
    async with world.bot():
        first, _ = await installed(world)
        first.workspace.people[ADA].team = SECOND_TEAM

        await first.say(ADA, GENERAL, f"<@{BOT_USER}> {NUMBER} {PROMPT}")

        assert await world.saved_calls() == []
        assert await world.saved_drafts() == []


async def test_a_token_that_slack_refuses_affects_its_own_workspace_alone(world: World) -> None:
    async with world.bot():
        first, second = await installed(world)
        first.workspace.token_error = "token_revoked"

        await first.command(ADA, GENERAL, COMMAND)
        await second.command(ADA, GENERAL, COMMAND)

        await world.callcow.until(lambda: world.callcow.dials)
        await second.until(lambda: second.messages(GENERAL))
        dialed = {call.team for call in await world.saved_calls() if call.dialing_since}
        assert dialed == {SECOND_TEAM}
