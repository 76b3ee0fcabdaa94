"""Two workspaces, each with its own CallCow key and rules; the operator has no key."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.core.policy.policy import Policy
from bot.core.workspace_settings import WorkspaceSettings
from bot.demo.faults import Fault
from bot.demo.slack.contents import View
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL, GRACE, TEAM
from bot.storage.workspace_settings import WorkspaceSettingsStore
from tests.conftest import both_databases
from tests.installing import install
from tests.rendered import rendered
from tests.workspaces.test_isolation import installed
from tests.world import COMMAND, NUMBER, PROMPT, World, shown

OPERATORS = WorkspaceSettings("US", frozenset(), Policy())
MISSING = "this workspace has no CallCow key"


@pytest.fixture
def world(world: World) -> World:
    """Return a world in which Ada is an admin of both workspaces, and nobody has a key."""
    for workspace in (world.slack, world.second):
        people = workspace.workspace.people
        people[ADA] = replace(people[ADA], is_admin=True)
    world.changes["CALLCOW_API_KEY"] = ""
    return world


async def settings_of(workspace: LocalWorkspace, user: str = ADA) -> View:
    """Open the settings in the home tab."""
    await workspace.open_home(user)
    await workspace.press_in_home(user, "open_settings")
    return list(workspace.open_views.values())[-1]


async def enter(workspace: LocalWorkspace, key: str, **values: str) -> None:
    """Let Ada enter a key, and what else she sets."""
    view = await settings_of(workspace)
    await workspace.submit(view, {"callcow_key": key, **values})
    await workspace.until(lambda: "CallCow accepted the key" in rendered(view.payload["blocks"]))


@both_databases
async def test_each_workspace_is_set_up_used_uninstalled_and_installed_again(world: World) -> None:
    first_key, second_key = (world.callcow.add_customer() for _ in range(2))
    async with world.bot():
        first, second = await installed(world)
        await enter(first, first_key, calls_per_day="7")
        await enter(second, second_key, house_rules="Whisper.")
        for workspace in (first, second):
            await workspace.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)
        prompts = {dial.customer: dial.prompt for dial in world.callcow.dials}
        assert prompts == {first_key: PROMPT, second_key: f"{PROMPT}\n\nWhisper."}

        await first.uninstall()
        await install(world, TEAM)

        # The key is gone, the rules are not.
        await first.command(ADA, GENERAL, COMMAND)
        assert MISSING in first.ephemerals[-1].text
        view = await settings_of(first)
        assert '"initial_value": "7"' in json.dumps(view.payload["blocks"])
        assert "ends in" not in json.dumps(view.payload["blocks"])
        await second.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.dials) == 3)
        assert world.callcow.dials[-1].customer == second_key


async def test_a_key_that_is_removed_is_used_no_more_and_the_rules_stay(world: World) -> None:
    async with world.bot():
        await install(world, TEAM)
        await enter(world.slack, world.callcow.add_customer(), calls_per_day="7")

        await world.slack.submit(await settings_of(world.slack), {"remove_key": ["yes"]})

        await world.slack.command(ADA, GENERAL, COMMAND)
        assert MISSING in world.slack.ephemerals[-1].text
        view = json.dumps((await settings_of(world.slack)).payload["blocks"])
        assert '"initial_value": "7"' in view
        assert "remove_key" not in view


async def test_a_key_that_is_entered_takes_the_place_of_the_one_that_is_removed(
    world: World,
) -> None:
    async with world.bot():
        await install(world, TEAM)
        await enter(world.slack, world.callcow.add_customer())
        second = world.callcow.add_customer()

        view = await settings_of(world.slack)
        await world.slack.submit(view, {"callcow_key": second, "remove_key": ["yes"]})
        await world.slack.until(lambda: "accepted the key" in rendered(view.payload["blocks"]))

        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: world.callcow.dials)
        assert world.callcow.dials[-1].customer == second


async def test_without_a_key_a_command_offers_the_form_to_whoever_can_enter_one(
    world: World,
) -> None:
    async with world.bot():
        await install(world, TEAM)
        for text in (COMMAND, "", "call somebody"):
            for user in (ADA, GRACE):
                await world.slack.command(user, GENERAL, text)
        told = world.slack.ephemerals

        assert [MISSING in each.text for each in told] == [True] * 6
        assert ["open_settings" in json.dumps(each.blocks) for each in told] == [True, False] * 3
        await world.slack.press(told[0], "open_settings", ADA)
        [form] = world.slack.open_views.values()
        assert form.payload["callback_id"] == "settings"
        assert await world.saved_calls() == []


async def test_without_a_key_an_emergency_number_is_told_first(world: World) -> None:
    async with world.bot():
        await install(world, TEAM)

        await world.slack.command(GRACE, GENERAL, "911 my house is on fire")

        assert "911 is an emergency number" in world.slack.ephemerals[-1].text


async def test_without_a_key_a_mention_is_answered_with_the_button_and_nothing_is_kept_of_it(
    world: World,
) -> None:
    async with world.bot():
        await install(world, TEAM)
        said = await world.slack.say(GRACE, GENERAL, f"<@{BOT_USER}> {COMMAND}")
        reply = await world.until_replied(said.message)

        assert MISSING in shown(reply)
        await world.slack.press(reply, "open_settings", GRACE)
        assert "Only an admin of this Slack workspace" in world.slack.ephemerals[-1].text
        [draft] = await world.saved_drafts()
        assert (draft.number, draft.recipient, draft.prompt) == (None, None, None)
        assert await world.saved_calls() == []


async def test_without_a_key_no_form_opens_and_none_that_is_open_places_a_call(
    world: World,
) -> None:
    key = world.callcow.add_customer()
    async with world.bot():
        await install(world, TEAM)
        await world.slack.open_home(GRACE)
        await world.slack.press_in_home(GRACE, "place_call")
        [told] = world.slack.open_views.values()
        assert MISSING in rendered(told.payload["blocks"])
        await world.slack.shortcut("place_call", GRACE)
        direct = world.slack.workspace.direct_message(GRACE).id
        assert MISSING in shown(await world.until_posted(direct))

        await enter(world.slack, key)
        await world.slack.command(GRACE, GENERAL, "")
        form = list(world.slack.open_views.values())[-1]
        await world.slack.uninstall()
        await install(world, TEAM)
        await world.slack.submit(form, {"number": NUMBER, "prompt": PROMPT})

        assert MISSING in form.errors["prompt"]
        assert await world.saved_calls() == []


async def test_the_form_of_one_workspace_submitted_in_the_other_changes_neither(
    world: World,
) -> None:
    key = world.callcow.add_customer()
    async with world.bot():
        first, second = await installed(world)
        await enter(first, key, calls_per_day="7")
        of_first, of_second = await settings_of(first), await settings_of(second)
        of_second.payload["private_metadata"] = of_first.payload["private_metadata"]

        await second.submit(of_second, {"calls_per_day": "1"})

        assert "Open them again" in of_second.errors["region"]
        after = [json.dumps((await settings_of(one)).payload["blocks"]) for one in (first, second)]
        assert ['"initial_value": "7"' in each for each in after] == [True, False]
        assert ['"initial_value": "1"' in each for each in after] == [False, False]
        assert [f"ends in {key[-4:]}" in each for each in after] == [True, False]


async def test_an_admin_of_one_workspace_is_none_of_the_other(world: World) -> None:
    async with world.bot():
        first, second = await installed(world)
        await first.submit(await settings_of(first), {"admins": [GRACE]})

        for workspace in (first, second):
            await workspace.command(GRACE, GENERAL, "pause")

        assert "Calls are paused" in first.ephemerals[-1].text
        assert "Only an admin" in second.ephemerals[-1].text


async def test_a_key_that_is_being_tried_while_the_bot_is_removed_is_not_kept(
    world: World,
) -> None:
    key, tried = world.callcow.add_customer(), asyncio.Event()
    async with world.bot():
        first, second = await installed(world)
        await enter(second, world.callcow.add_customer())
        world.callcow.faults.add("workflows", Fault(hold=tried))
        view = await settings_of(first)
        updates = len(world.slack.requests_of("views.update"))
        await first.submit(view, {"callcow_key": key})
        await first.uninstall()
        tried.set()
        # What came of the key is told after it would have been saved, though nobody is there.
        await first.until(lambda: len(world.slack.requests_of("views.update")) > updates)

        async with world.database() as database:
            kept = await WorkspaceSettingsStore(database, OPERATORS).kept(TEAM)
        # The test itself has no key to read one with.
        assert (kept.callcow_key, kept.is_locked) == (None, False)
