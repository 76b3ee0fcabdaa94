"""Whose own people someone is, and what they may see, through real signed requests."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.core.calls.states import State
from bot.demo.faults import Fault
from bot.demo.slack.contents import Interaction, Message, View
from bot.demo.slack.workspace import ADA, BOARD, BOT_USER, GENERAL, GRACE, OTHER_TEAM, SALES, TEAM
from tests.builders import a_call_with_result
from tests.handlers.test_shortcuts import ABOUT_MESSAGE, the_form
from tests.world import COMMAND, NUMBER, PROMPT, World, shown

ORG, OTHER_ORG, SECOND_TEAM = "E0RINGBACK", "E0OTHER", "T0SECOND"
MENTION = f"<@{BOT_USER}> {NUMBER} {PROMPT}"
FOREIGN = "https://evil.example/response/1"
FORM = "application/x-www-form-urlencoded"


def in_a_grid(world: World, *, org_wide: bool = False) -> None:
    """Let the workspace be part of an organization."""
    world.slack.workspace.enterprise, world.slack.workspace.org_wide = ORG, org_wide


def now_known_as(world: World, team: str, enterprise: str | None = ORG) -> None:
    """Let Slack name another team for Ada, and `users.info` the organization."""
    ada = world.slack.workspace.people[ADA]
    world.slack.workspace.people[ADA] = replace(ada, team=team, enterprise=enterprise)


async def mention(world: World, changes: dict[str, Any], **envelope: Any) -> Message:
    """Send the event of Ada's mention with other teams in it; return the message."""
    message = world.slack.workspace.post(GENERAL, ADA, MENTION)
    event = {"type": "app_mention", "user": ADA, "channel": GENERAL, "ts": message.ts,
             "text": MENTION, "team": TEAM, **changes}  # fmt: skip
    body = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev1",
        "event": event,
        "authorizations": [{"team_id": TEAM, "enterprise_id": ORG, "user_id": BOT_USER}],
        **envelope,
    }
    reply = await world.slack.send_raw(json.dumps(body).encode(), "application/json")
    assert reply.acknowledged
    return message


async def nothing_came_of_it(world: World, message: Message) -> None:
    """See that nothing was saved; a call placed after it is the only one."""
    assert await world.saved_calls() == []
    assert message.replies == []


# Enterprise Grid


@pytest.mark.parametrize("org_wide", [False, True])
@pytest.mark.parametrize("team", [SECOND_TEAM, ORG])
async def test_in_a_grid_whoever_placed_a_call_can_press_its_buttons(
    world: World, team: str, org_wide: bool
) -> None:
    in_a_grid(world, org_wide=org_wide)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.callcow.finish((await world.until_dialed()).call_id)
        result = await world.until_replied(status)
        now_known_as(world, team)

        reply = await world.slack.press(result, "call_again", ADA)
        submitted = await world.slack.submit(the_form(world))

        assert (reply.problem, submitted.text) == (None, "")
        await world.callcow.until(lambda: len(world.callcow.dials) == 2)


@pytest.mark.parametrize("team", [SECOND_TEAM, ORG])
async def test_in_a_grid_people_of_other_workspaces_use_every_way_in(
    world: World, team: str
) -> None:
    in_a_grid(world)
    now_known_as(world, team)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        said = await world.slack.say(ADA, GENERAL, MENTION)
        await world.slack.message_shortcut(ABOUT_MESSAGE, ADA, GENERAL, said.message.ts)
        await world.slack.submit(the_form(world), {"number": NUMBER, "prompt": PROMPT})

        await world.callcow.until(lambda: len(world.callcow.dials) == 3)
        listed = await world.slack.command(ADA, GENERAL, "list")
        assert listed.text.count(NUMBER[-4:]) >= 3


@pytest.mark.parametrize("team", [SECOND_TEAM, ORG])
async def test_a_mention_by_a_person_of_the_organization_is_dialed(world: World, team: str) -> None:
    in_a_grid(world)
    now_known_as(world, team)
    async with world.bot():
        await mention(world, {"user_team": team, "team": team}, enterprise_id=ORG)

        assert (await world.until_dialed()).recipient_phone == NUMBER


# Slack Connect


@pytest.mark.parametrize("org_wide", [False, True])
@pytest.mark.parametrize("team", [OTHER_TEAM, OTHER_ORG])
async def test_a_strangers_mention_under_our_own_organizations_envelope_starts_nothing(
    world: World, team: str, org_wide: bool
) -> None:
    in_a_grid(world, org_wide=org_wide)
    now_known_as(world, team, OTHER_ORG if team == OTHER_ORG else None)
    async with world.bot():
        message = await mention(world, {"user_team": team}, enterprise_id=ORG)

        await nothing_came_of_it(world, message)


async def test_a_strangers_press_under_our_own_organizations_envelope_is_refused(
    world: World,
) -> None:
    in_a_grid(world)
    eve = world.slack.join_from_another_team()
    payload = {
        "type": "block_actions",
        "team": {"id": OTHER_TEAM, "domain": "other"},
        "enterprise": {"id": ORG, "name": "Ours"},
        "user": {"id": eve, "team_id": OTHER_TEAM},
        "trigger_id": world.slack.workspace.triggers.grant(Interaction(eve)),
        "actions": [{"action_id": "place_call", "block_id": "b"}],
    }
    async with world.bot():
        body = urlencode({"payload": json.dumps(payload)}).encode()
        reply = await world.slack.send_raw(body, FORM)

        assert reply.acknowledged
        [view] = world.slack.open_views.values()
        assert "Only members of the workspace" in str(view.payload["blocks"])


@pytest.mark.parametrize("org_wide", [False, True])
@pytest.mark.parametrize("team", [TEAM, ORG, SECOND_TEAM])
async def test_our_own_person_in_a_channel_that_another_organization_owns_is_dialed(
    world: World, team: str, org_wide: bool
) -> None:
    in_a_grid(world, org_wide=org_wide)
    now_known_as(world, team)
    async with world.bot():
        await mention(
            world,
            {"user_team": team, "team": OTHER_TEAM},
            team_id=OTHER_TEAM,
            enterprise_id=OTHER_ORG,
        )

        assert (await world.until_dialed()).recipient_phone == NUMBER


@pytest.mark.parametrize(
    "changes", [{"user": "USLACKBOT"}, {"user": BOT_USER}, {"bot_id": "B0ROBOT"}]
)
async def test_a_mention_by_slackbot_or_a_bot_starts_nothing(
    world: World, changes: dict[str, str]
) -> None:
    async with world.bot():
        message = await mention(world, changes)

        await nothing_came_of_it(world, message)


# Slack does not say


@pytest.mark.parametrize("team", [TEAM, OTHER_TEAM])
async def test_while_slack_never_said_where_it_is_installed_people_are_refused_in_words(
    world: World, team: str
) -> None:
    world.slack.faults.add("auth.test", *[Fault(status=500)] * 99)
    now_known_as(world, team, None)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.slack.command(ADA, GENERAL, "list")
        message = await mention(world, {"user_team": team})

        for ephemeral in world.slack.ephemerals:
            assert "Slack didn't tell me whether you belong to this workspace" in ephemeral.text
        assert len(world.slack.ephemerals) == 2
        assert "Try again in a minute" in shown(await world.until_replied(message))
        assert world.callcow.dials == []


async def test_after_a_restart_while_slack_is_away_strangers_and_ours_are_told_apart(
    world: World,
) -> None:
    eve = world.slack.join_from_another_team()
    async with world.bot():
        pass
    world.slack.faults.add("auth.test", *[Fault(status=500)] * 99)
    async with world.bot():
        await world.slack.command(eve, GENERAL, COMMAND)
        assert "Only members of the workspace" in world.slack.ephemerals[0].text

        await world.slack.command(ADA, GENERAL, COMMAND)

        assert (await world.until_dialed()).recipient_phone == NUMBER
        assert len(await world.saved_calls()) == 1


# Another call's id


def buttons(call_id: str) -> list[dict[str, Any]]:
    """Return buttons with the id of a call that was made elsewhere."""
    text = {"type": "plain_text", "text": "Press"}
    values = {"call_again": call_id, "transcript": call_id, "more": f"transcript:{call_id}"}
    elements = [
        {"type": "button", "text": text, "action_id": name, "value": value}
        for name, value in values.items()
    ]
    return [{"type": "actions", "elements": elements}]


def a_private_call() -> Any:
    """Return a call of Ada's that was made in a private channel."""
    call = a_call_with_result()
    return replace(call, team=TEAM, requester=ADA, channel=BOARD, posted_in=BOARD,
                   state=State.REPORTED, due_at=None)  # fmt: skip


def opened(world: World) -> list[View]:
    """Return the views that people have before them."""
    return list(world.slack.open_views.values())


@pytest.mark.parametrize("action", ["call_again", "transcript", "more"])
async def test_another_calls_id_pressed_in_another_channel_shows_nothing_of_it(
    world: World, action: str
) -> None:
    call = a_private_call()
    await world.given(call)
    async with world.bot():
        message = world.slack.workspace.post(
            GENERAL, BOT_USER, "Call", blocks=buttons(str(call.id))
        )

        reply = await world.slack.press(message, action, GRACE)

        assert reply.problem is None
        [words] = world.slack.ephemerals
        assert words.user == GRACE
        assert "only in the channel that it belongs to" in words.text
        assert opened(world) == []


@pytest.mark.parametrize(("user", "channel"), [(GRACE, BOARD), (ADA, GENERAL)])
@pytest.mark.parametrize("action", ["call_again", "transcript", "more"])
async def test_in_its_own_channel_and_to_its_requester_a_call_is_shown(
    world: World, action: str, user: str, channel: str
) -> None:
    call = a_private_call()
    await world.given(call)
    async with world.bot():
        message = world.slack.workspace.post(
            channel, BOT_USER, "Call", blocks=buttons(str(call.id))
        )

        await world.slack.press(message, action, user)

        assert world.slack.ephemerals == []
        assert len(opened(world)) == 1


async def test_an_admin_is_shown_a_call_anywhere(world: World) -> None:
    world.changes["ADMIN_USERS"] = GRACE
    call = a_private_call()
    await world.given(call)
    async with world.bot():
        message = world.slack.workspace.post(
            GENERAL, BOT_USER, "Call", blocks=buttons(str(call.id))
        )

        await world.slack.press(message, "transcript", GRACE)

        assert len(opened(world)) == 1


# What a form carries, and where answers go


@pytest.mark.parametrize(
    "changes", [{"channel": BOARD}, {"channel": BOARD, "seal": ""}, {"response_url": FOREIGN}]
)
async def test_what_a_form_carries_counts_only_as_it_was_put_there(
    world: World, changes: dict[str, str]
) -> None:
    async with world.bot():
        view = await world.open_form()
        carried = json.loads(view.payload["private_metadata"])
        view.payload["private_metadata"] = json.dumps({**carried, **changes})

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        await world.until_posted("D0ADA")
        assert world.slack.messages(BOARD) == []
        call = await world.saved()
        assert (call.channel, call.response_url) == (ADA, None)


async def test_a_form_as_it_was_opened_knows_its_channel_and_where_to_answer(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        await world.until_posted(GENERAL)
        call = await world.saved()
        assert call.response_url is not None
        assert call.response_url.get_secret_value().startswith(world.slack.url)


async def test_a_commands_foreign_response_url_is_left_out(world: World) -> None:
    fields = {"command": "/call", "team_id": TEAM, "channel_id": SALES, "user_id": ADA,
              "text": COMMAND, "trigger_id": "1.2.x", "response_url": FOREIGN}  # fmt: skip
    async with world.bot():
        reply = await world.slack.send_raw(urlencode(fields).encode(), FORM)

        assert reply.status == 200
        assert (await world.saved()).response_url is None


@pytest.mark.parametrize(
    "foreign",
    [FOREIGN, f" {FOREIGN}", f"\t{FOREIGN}", f"\x00{FOREIGN}", "ht\ntps://evil.example/response/1"],
)
async def test_a_buttons_foreign_response_url_is_not_asked(
    world: World, capsys: pytest.CaptureFixture[str], foreign: str
) -> None:
    body = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": ADA, "team_id": TEAM},
        "trigger_id": "1.2",
        "channel": {"id": GENERAL},
        "container": {"type": "message", "channel_id": GENERAL, "message_ts": "1.2"},
        "response_url": foreign,
        "actions": [{"action_id": "old", "block_id": "b", "type": "button", "value": "x"}],
    }
    async with world.bot():
        reply = await world.slack.send_raw(urlencode({"payload": json.dumps(body)}).encode(), FORM)

        assert reply.status == 200
        # Said in a view instead.
        assert len(world.slack.requests_of("views.open")) == 1
        assert "response_url is not slack's" in capsys.readouterr().out
