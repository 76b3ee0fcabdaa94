"""The settings of a workspace in the home tab, through real signed requests."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.clock import utc_now
from bot.core.audit import Act
from bot.demo.faults import Fault
from bot.demo.slack.contents import View
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, SALES
from bot.storage.audit import AuditLog
from bot.storage.encryption.sealing import new_key
from bot.storage.engine.database import Database
from tests.conftest import both_databases
from tests.handlers.test_home import home_of
from tests.rendered import rendered
from tests.world import COMMAND, NUMBER, PROMPT, World

NO_KEY = {"callcow_key": None}


@pytest.fixture
def world(world: World) -> World:
    """Return a world in which Ada is an admin of Slack's, and the bot has keys."""
    world.slack.workspace.people[ADA] = replace(world.slack.workspace.people[ADA], is_admin=True)
    world.changes["ENCRYPTION_KEYS"] = new_key()
    return world


async def opened(world: World, user: str = ADA) -> View:
    """Open the settings in somebody's home tab."""
    await world.slack.open_home(user)
    await world.slack.press_in_home(user, "open_settings")
    return list(world.slack.open_views.values())[-1]


def says(view: View) -> str:
    """Return all that a view says."""
    return rendered(view.payload["blocks"])


async def changes(world: World) -> list[tuple[str | None, str | None]]:
    """Return who changed what, as the audit has it."""
    async with Database.open(world.database_url) as database:
        entries = await AuditLog(database).since(utc_now().replace(year=2000), most=100)
    return [(each.person, each.rule) for each in entries if each.act == Act.SETTINGS_CHANGED.value]


async def test_admins_alone_find_them_in_their_home_tab(world: World) -> None:
    world.changes["ADMIN_USERS"] = GRACE
    async with world.bot():
        for user in (ADA, GRACE, "U0LINUS"):
            await world.slack.open_home(user)

        assert "Settings" in home_of(world)
        assert "Settings" in home_of(world, GRACE)
        assert "Settings" not in home_of(world, "U0LINUS")


@both_databases
async def test_what_an_admin_sets_holds_at_once_and_stands_in_the_audit(world: World) -> None:
    async with world.bot():
        view = await opened(world)
        reply = await world.slack.submit(
            view, {"region": "gb", "countries": "GB, IE", "calls_per_day": "5", "admins": [GRACE]}
        )
        assert (reply.problem, view.errors, view.open) == (None, {}, False)

        await world.slack.command(ADA, GENERAL, f"020 7946 0958, {PROMPT}")
        assert (await world.until_dialed()).recipient_phone == "+442079460958"
        await world.slack.command(ADA, GENERAL, COMMAND)
        assert "Calls to the United States are turned off here" in world.slack.ephemerals[-1].text
        again = await opened(world)

    assert "GB, IE" in json.dumps(again.payload["blocks"])
    assert sorted(await changes(world), key=str) == [
        (ADA, "admins: - -> U0GRACE"),
        (ADA, "calls_per_day: - -> 5"),
        (ADA, "countries: - -> GB,IE"),
        (ADA, "region: - -> GB"),
    ]


async def test_an_admin_whom_they_name_may_do_what_admins_may(world: World) -> None:
    async with world.bot():
        await world.slack.command(GRACE, GENERAL, "pause")
        assert "Only an admin" in world.slack.ephemerals[-1].text

        await world.slack.submit(await opened(world), {"admins": [GRACE]})

        await world.slack.command(GRACE, GENERAL, "pause")
        assert "Calls are paused" in world.slack.ephemerals[-1].text


@pytest.mark.parametrize(
    ("environment", "values", "field", "words"),
    [
        ({"CALLS_PER_DAY": "100"}, {"calls_per_day": "101"}, "calls_per_day", "At most 100."),
        ({}, {"calls_per_day": "many"}, "calls_per_day", "Enter a whole number"),
        ({"CALLING_HOURS": "9-18"}, {"hours": "8-12"}, "hours", "Within 09:00-18:00."),
        ({}, {"hours": "noon"}, "hours", "is not a range of times"),
        ({"COUNTRIES": "US"}, {"countries": "US,FR"}, "countries", "Only US."),
        ({}, {"countries": "UK"}, "countries", "write GB"),
        ({}, {"region": "zz"}, "region", "is not a country code"),
        ({"RETENTION_DAYS": "30"}, {"retention_days": "31"}, "retention_days", "At most 30 days."),
        ({"ADMIN_USERS": GRACE}, {"approval": ["yes"]}, "approval_channel", "Choose the channel"),
        ({}, {"approval": ["yes"], "approval_channel": SALES}, "approvers", "nobody can approve"),
        ({}, {"callcow_key": "xoxb-1-of-slack"}, "callcow_key", "That isn't a CallCow key"),
    ],
)
async def test_what_is_invalid_or_beyond_the_operators_bounds_is_told_at_its_field(
    world: World,
    environment: dict[str, str],
    values: dict[str, Any],
    field: str,
    words: str,
) -> None:
    world.changes |= environment
    async with world.bot():
        view = await opened(world)

        await world.slack.submit(view, values)

        assert list(view.errors) == [field]
        assert words in view.errors[field]
        assert view.open
    assert await changes(world) == []


async def test_what_the_operator_has_settled_is_not_asked(world: World) -> None:
    world.changes |= {
        "APPROVAL": "all",
        "APPROVAL_CHANNEL": SALES,
        "APPROVERS": GRACE,
        "ENCRYPTION_KEYS": "",
    }
    async with world.bot():
        blocks = {block.get("block_id") for block in (await opened(world)).payload["blocks"]}

    settled = {"approval", "approvers", "approval_channel", "allow_guests", "callcow_key"}
    assert not blocks & settled


async def test_nobody_else_sees_or_changes_them_also_not_by_a_forged_form(world: World) -> None:
    async with world.bot():
        theirs = await opened(world)
        await world.slack.open_home(GRACE)
        await world.slack.submit(theirs, {"calls_per_day": "1"}, user=GRACE)
        assert "Only an admin of this Slack workspace" in theirs.errors["region"]
        assert await changes(world) == []

        # The button of an admin, pressed by somebody else.
        message = world.slack.home(ADA)
        assert message is not None
        await world.slack.press_in_view(message, "open_settings", user=GRACE)
        assert "Only an admin of this Slack workspace" in says(
            list(world.slack.open_views.values())[-1]
        )


@pytest.mark.parametrize("carried", ["{}", '{"version":0}', '{"version":0,"seal":"00"}'])
async def test_a_form_that_the_bot_did_not_make_changes_nothing(world: World, carried: str) -> None:
    async with world.bot():
        view = await opened(world)
        view.payload["private_metadata"] = carried

        await world.slack.submit(view, {"calls_per_day": "1"})

        assert "Open them again" in view.errors["region"]
    assert await changes(world) == []


async def test_of_two_admins_at_once_the_second_is_told(world: World) -> None:
    world.changes["ADMIN_USERS"] = GRACE
    async with world.bot():
        hers, graces = await opened(world), await opened(world, GRACE)

        await world.slack.submit(hers, {"calls_per_day": "5"})
        await world.slack.submit(graces, {"calls_per_day": "7"})

        assert "Somebody else changed" in graces.errors["region"]
    assert await changes(world) == [(ADA, "calls_per_day: - -> 5")]


@both_databases
async def test_calls_go_out_with_the_key_that_callcow_has_accepted(world: World) -> None:
    key = world.callcow.add_customer()
    async with world.bot():
        view = await opened(world)
        await world.slack.submit(view, {"callcow_key": key})
        await world.slack.until(lambda: "CallCow accepted the key" in says(view))

        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        again = await opened(world)

        assert dial.customer == key
        assert f"ends in {key[-4:]}" in json.dumps(again.payload["blocks"])
        assert key not in json.dumps(again.payload["blocks"])
    assert await changes(world) == [(ADA, "callcow_key: changed")]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (None, "CallCow didn't accept this key, so nothing was saved"),
        (Fault(status=500), "I couldn't check this key, so nothing was saved"),
        (Fault(status=429), "I couldn't check this key, so nothing was saved"),
        (Fault(drop=True), "I couldn't check this key, so nothing was saved"),
    ],
)
async def test_a_key_that_callcow_does_not_accept_is_told_at_its_field(
    world: World, fault: Fault | None, words: str
) -> None:
    key = "ck_live_of_nobody" if fault is None else world.callcow.add_customer()
    async with world.bot():
        view = await opened(world)
        if fault is not None:
            world.callcow.faults.add("workflows", fault)

        reply = await world.slack.submit(view, {"callcow_key": key, "calls_per_day": "5"})

        assert reply.acknowledged
        await world.slack.until(lambda: words in says(view))
        below = [block.get("block_id") for block in view.payload["blocks"]].index("callcow_key") + 1
        assert words in rendered([view.payload["blocks"][below]])
        # What else was entered is still there, to be submitted again.
        assert '"initial_value": "5"' in json.dumps(view.payload["blocks"])
        assert await changes(world) == []
        await world.slack.submit(view, NO_KEY)
        assert await changes(world) == [(ADA, "calls_per_day: - -> 5")]


async def test_a_callcow_that_is_silent_holds_up_no_acknowledgement(world: World) -> None:
    world.changes["LEASE"] = "4"
    key = world.callcow.add_customer()
    async with world.bot():
        view = await opened(world)
        world.callcow.faults.add("workflows", Fault(hold=world.forever))

        reply = await world.slack.submit(view, {"callcow_key": key})

        assert reply.acknowledged
        await world.slack.until(lambda: "CallCow did not answer" in says(view))
    assert await changes(world) == []


async def test_the_audit_never_holds_a_key_or_the_house_rules(world: World) -> None:
    async with world.bot():
        await world.slack.submit(await opened(world), {"house_rules": "Ask for Josh."})
        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "Ask for Josh." in (await world.until_dialed()).prompt
    assert await changes(world) == [(ADA, "house_rules: changed")]


async def test_approvals_are_asked_for_where_and_of_whom_the_workspace_says(world: World) -> None:
    async with world.bot():
        given = {"approval": ["yes"], "approval_channel": SALES, "approvers": [GRACE]}
        await world.slack.submit(await opened(world), given)

        await world.slack.command(ADA, GENERAL, COMMAND)

        asked = await world.until_posted(SALES)
        await world.until_shows(asked, NUMBER[-4:])
        await world.slack.press(asked, "approve", GRACE)
        await world.until_dialed()
