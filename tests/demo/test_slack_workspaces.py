"""Several workspaces of the local Slack, alone and in an organization: whose is what."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL
from tests.demo.listening import Bot, Clock, client_of, error_of, listening, modal, plain

SECOND, ORG = "T0SECOND", "E0ORG"
MENTION = f"<@{BOT_USER}> call"
BUTTON = {"type": "button", "text": plain("Press"), "action_id": "press", "value": "1"}
BUTTONS: list[dict[str, Any]] = [{"type": "actions", "elements": [BUTTON]}]
SECTION = {"type": "section", "text": plain("Hi")}


@pytest.fixture
def second(slack: LocalSlack) -> LocalWorkspace:
    """Return another workspace, in which the app is installed too."""
    made = slack.add_workspace(SECOND, "Second team")
    slack.app.install([made.workspace], slack.workspace.scopes)
    return made


@pytest.fixture
def other(slack: LocalSlack, second: LocalWorkspace) -> AsyncWebClient:
    """Return a client with the token of the other workspace."""
    return client_of(slack, second.workspace.bot_token)


# The token decides


async def test_a_message_stands_in_the_tokens_workspace(
    slack: LocalSlack, second: LocalWorkspace, other: AsyncWebClient
) -> None:
    await other.chat_postMessage(channel=GENERAL, text="Hi")

    assert [one.text for one in second.messages(GENERAL)] == ["Hi"]
    assert slack.messages(GENERAL) == []
    assert [one.workspace for one in slack.requests] == [SECOND]


async def test_two_workspaces_may_have_the_same_ids(
    client: AsyncWebClient, other: AsyncWebClient
) -> None:
    first = await client.chat_postMessage(channel=GENERAL, text="Hi")
    second = await other.chat_postMessage(channel=GENERAL, text="Hi")

    assert (first["channel"], first["ts"]) == (second["channel"], second["ts"])


async def test_a_token_edits_no_message_of_the_other_workspace(
    slack: LocalSlack, client: AsyncWebClient, other: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="Hi")

    edit = other.chat_update(channel=GENERAL, ts=posted["ts"], text="Ho")

    assert await error_of(edit) == "message_not_found"
    assert slack.messages(GENERAL)[0].text == "Hi"


async def test_a_trigger_of_one_workspace_opens_nothing_in_the_other(
    slack: LocalSlack, bot: Bot, other: AsyncWebClient
) -> None:
    await slack.command(ADA, GENERAL)
    trigger_id = bot.payloads[0]["trigger_id"]

    opening = other.views_open(trigger_id=trigger_id, view=modal(SECTION))

    assert await error_of(opening) == "invalid_trigger_id"


async def test_auth_test_and_users_info_tell_the_tokens_workspace(
    second: LocalWorkspace, other: AsyncWebClient
) -> None:
    second.workspace.people[ADA].is_admin = True

    tested, user = await other.auth_test(), (await other.users_info(user=ADA))["user"]

    assert (tested["team_id"], tested["team"]) == (SECOND, "Second team")
    assert tested["url"] == "https://second-team.slack.com/"
    assert (user["team_id"], user["is_admin"]) == (SECOND, True)


# What the app is told


async def test_the_one_app_is_told_of_every_workspace(
    slack: LocalSlack, second: LocalWorkspace, bot: Bot
) -> None:
    await slack.command(ADA, GENERAL)
    await second.command(ADA, GENERAL)
    await second.say(ADA, GENERAL, MENTION)
    await second.press(second.workspace.post(GENERAL, BOT_USER, "Hi", blocks=BUTTONS), "press", ADA)
    await second.open_home(ADA)

    first, command, mention, press, home = bot.payloads
    assert [first["team_id"], command["team_id"]] == ["T0RINGBACK", SECOND]
    assert command["team_domain"] == "second-team"
    assert (mention["team_id"], mention["event"]["team"]) == (SECOND, SECOND)
    assert mention["authorizations"][0]["team_id"] == SECOND
    assert (press["team"]["id"], press["user"]["team_id"]) == (SECOND, SECOND)
    assert press["message"]["team"] == SECOND
    assert home["team_id"] == SECOND


async def test_a_view_names_its_workspace(
    second: LocalWorkspace, other: AsyncWebClient, bot: Bot
) -> None:
    await second.command(ADA, GENERAL)
    await other.views_open(trigger_id=bot.payloads[0]["trigger_id"], view=modal(SECTION))

    await second.submit(next(iter(second.open_views)))

    view = bot.payloads[1]["view"]
    assert (view["team_id"], view["app_installed_team_id"]) == (SECOND, SECOND)


async def test_a_response_url_answers_in_its_workspace(
    slack: LocalSlack, second: LocalWorkspace, bot: Bot
) -> None:
    await second.command(ADA, GENERAL)
    url = bot.payloads[0]["response_url"]

    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "Hi"})

    assert [one.text for one in second.ephemerals] == ["Hi"]
    assert slack.ephemerals == []


async def test_where_it_is_not_installed_the_app_hears_of_no_message(
    slack: LocalSlack, bot: Bot
) -> None:
    third = slack.add_workspace("T0THIRD", "Third")

    await third.say(ADA, GENERAL, MENTION)

    assert bot.payloads == []


async def test_an_app_that_leaves_one_workspace_stays_in_the_other(
    second: LocalWorkspace, client: AsyncWebClient, other: AsyncWebClient, bot: Bot
) -> None:
    await second.uninstall()

    assert {one["team_id"] for one in bot.payloads} == {SECOND}
    assert await error_of(other.auth_test()) == "account_inactive"
    assert (await client.auth_test())["ok"]


# An organization


@pytest.fixture
async def grid(clock: Clock) -> AsyncIterator[LocalSlack]:
    """Return the first workspace of an organization in all of which the app is installed."""
    async with LocalSlack(clock=clock, bot_token=None, enterprise=ORG) as slack:
        slack.add_workspace(SECOND, "Second", enterprise=ORG)
        slack.app.install(slack.app.workspaces, slack.workspace.scopes, org_wide=True)
        yield slack


def second_of(grid: LocalSlack) -> LocalWorkspace:
    """Return the organization's other workspace."""
    return grid.workspace_of(SECOND)


async def test_one_token_acts_in_all_workspaces_of_an_organization(grid: LocalSlack) -> None:
    client, second = client_of(grid), second_of(grid)

    await client.chat_postMessage(channel=GENERAL, text="One")
    await client.chat_postMessage(channel=f"{GENERAL}2", text="Two")
    await client.chat_postMessage(channel=f"{ADA}2", text="Three")
    user = (await client.users_info(user=f"{ADA}2"))["user"]

    assert [one.text for one in grid.messages(GENERAL)] == ["One"]
    assert [one.text for one in second.messages(f"{GENERAL}2")] == ["Two"]
    assert [one.text for one in second.messages("D0ADA2")] == ["Three"]
    assert user["team_id"] == SECOND
    assert user["enterprise_user"]["enterprise_id"] == ORG


async def test_views_are_those_of_the_workspace_that_they_were_opened_in(
    grid: LocalSlack,
) -> None:
    client, second = client_of(grid), second_of(grid)
    async with listening(grid) as bot:
        for place, channel, user in ((grid, GENERAL, ADA), (second, f"{GENERAL}2", f"{ADA}2")):
            await place.command(user, channel)
            trigger_id = bot.payloads[-1]["trigger_id"]
            await client.views_open(trigger_id=trigger_id, view=modal(SECTION))
    [opened] = second.open_views

    await client.views_update(view_id=opened, view=modal(SECTION, SECTION))

    assert [len(one.payload["blocks"]) for one in grid.open_views.values()] == [1]
    assert [len(one.payload["blocks"]) for one in second.open_views.values()] == [2]


async def test_payloads_of_an_organization_say_so(grid: LocalSlack) -> None:
    second = second_of(grid)
    async with listening(grid) as bot:
        await second.command(f"{ADA}2", f"{GENERAL}2")
        await second.say(f"{ADA}2", f"{GENERAL}2", MENTION)
        message = second.workspace.post(f"{GENERAL}2", BOT_USER, "Hi", blocks=BUTTONS)
        await second.press(message, "press", f"{ADA}2")

    command, mention, press = bot.payloads
    assert (command["team_id"], command["enterprise_id"]) == (SECOND, ORG)
    assert command["is_enterprise_install"] == "true"
    assert (mention["team_id"], mention["enterprise_id"]) == (SECOND, ORG)
    [authorization] = mention["authorizations"]
    assert (authorization["team_id"], authorization["enterprise_id"]) == (None, ORG)
    assert authorization["is_enterprise_install"] is True
    assert (press["team"], press["user"]["team_id"]) == (None, SECOND)
    assert press["enterprise"] == {"id": ORG, "name": "Organization E0ORG"}
    assert press["is_enterprise_install"] is True


async def test_an_app_that_leaves_an_organization_leaves_all_of_it(grid: LocalSlack) -> None:
    async with listening(grid) as bot:
        await second_of(grid).uninstall()

    places = {(one["team_id"], one["enterprise_id"]) for one in bot.payloads}
    assert places == {(None, ORG)}
    assert await error_of(client_of(grid).auth_test()) == "account_inactive"
    assert not grid.workspace.is_installed
