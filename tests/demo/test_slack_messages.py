"""Edits, other bots, people of other teams, links and messages for one: in the local workspace."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.contents import Message
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, ARCHIVE, BOARD, BOT_USER, GENERAL, GRACE, SALES
from tests.demo.listening import Bot, error_of, option, plain

CALL_BUTTON = {"type": "button", "text": plain("Call"), "action_id": "call", "value": "1"}


def with_button(slack: LocalSlack, **more: Any) -> Message:
    blocks = [{"type": "actions", "elements": [{**CALL_BUTTON, **more}]}]
    return slack.workspace.post(GENERAL, BOT_USER, "Call?", blocks=blocks)


# What is typed


async def test_a_typed_number_becomes_a_link_that_calls_it(slack: LocalSlack) -> None:
    said = await slack.say(ADA, GENERAL, "Ring +1 415-555-2671 & ask <them>")

    assert said.message.text == "Ring <tel:+14155552671|+1 415-555-2671> &amp; ask &lt;them&gt;"


async def test_what_is_no_number_stays_as_it_was_typed(slack: LocalSlack) -> None:
    said = await slack.say(ADA, GENERAL, "+1 415 and 5pm on 2026-03-30")

    assert said.message.text == "+1 415 and 5pm on 2026-03-30"


async def test_a_text_of_slacks_own_is_left_alone(slack: LocalSlack) -> None:
    said = await slack.say(ADA, GENERAL, "<tel:+1415|+1 415> &amp;", as_typed=False)

    assert said.message.text == "<tel:+1415|+1 415> &amp;"


async def test_rich_text_and_what_was_forwarded_come_with_a_message(
    slack: LocalSlack, bot: Bot
) -> None:
    mention = {"type": "user", "user_id": BOT_USER}
    section = {"type": "rich_text_section", "elements": [mention]}
    blocks = [{"type": "rich_text", "block_id": "b", "elements": [section]}]
    forwarded = [{"is_share": True, "text": "Luigi's"}]

    await slack.say(
        ADA, GENERAL, "", blocks=blocks, attachments=forwarded, subtype="thread_broadcast"
    )

    (payload,) = bot.payloads
    event = payload["event"]
    assert (event["type"], event["subtype"]) == ("app_mention", "thread_broadcast")
    assert (event["blocks"], event["attachments"]) == (blocks, forwarded)


# Mentions that start nothing


async def test_an_edit_that_mentions_is_told_as_an_edit(slack: LocalSlack, bot: Bot) -> None:
    first = await slack.say(ADA, GENERAL, "call")

    said = await slack.edit(first.message, f"<@{BOT_USER}> call")

    assert (first.reply, said.reply is not None) == (None, True)
    (payload,) = bot.payloads
    assert payload["event"] == {
        "type": "app_mention",
        "user": ADA,
        "ts": "1700000000.000100",
        "text": "<@U0RINGBACK> call",
        "team": "T0RINGBACK",
        "edited": {"user": ADA, "ts": "1700000000.000200"},
        "channel": GENERAL,
        "event_ts": "1700000000.000200",
    }


async def test_a_mention_by_another_bot_names_that_bot(slack: LocalSlack, bot: Bot) -> None:
    robot = slack.add_another_bot()

    await slack.say(robot, GENERAL, f"<@{BOT_USER}> call")

    event = bot.payloads[0]["event"]
    assert (event["user"], event["bot_id"], event["app_id"]) == ("U0ROBOT", "B0ROBOT", "A0OTHER")


async def test_a_mention_by_another_team_names_that_team(slack: LocalSlack, bot: Bot) -> None:
    eve = slack.join_from_another_team()

    await slack.say(eve, GENERAL, f"<@{BOT_USER}> call")

    (payload,) = bot.payloads
    assert (payload["team_id"], payload["is_ext_shared_channel"]) == ("T0RINGBACK", True)
    assert payload["event"]["team"] == payload["event"]["user_team"] == "T0OTHER"


async def test_people_of_another_team_press_and_use_shortcuts_as_such(
    slack: LocalSlack, bot: Bot
) -> None:
    eve = slack.join_from_another_team()
    message = with_button(slack)

    await slack.press(message, "call", eve)
    await slack.message_shortcut("call_about", eve, GENERAL, message.ts)

    assert [payload["user"]["team_id"] for payload in bot.payloads] == ["T0OTHER", "T0OTHER"]


async def test_a_message_of_another_team_says_so_in_a_shortcut(slack: LocalSlack, bot: Bot) -> None:
    eve = slack.join_from_another_team()
    message = (await slack.say(eve, GENERAL, "Hello")).message

    await slack.message_shortcut("call_about", ADA, GENERAL, message.ts)

    written = bot.payloads[0]["message"]
    assert (written["user"], written["team"]) == ("U0EVE", "T0OTHER")


# Buttons


async def test_a_button_with_an_address_is_told_of_too(slack: LocalSlack, bot: Bot) -> None:
    await slack.press(with_button(slack, url="https://a.example", style="primary"), "call", ADA)

    (action,) = bot.payloads[0]["actions"]
    assert (action["url"], action["style"]) == ("https://a.example", "primary")


async def test_an_element_of_a_message_is_in_its_state(slack: LocalSlack, bot: Bot) -> None:
    radio = {"type": "radio_buttons", "action_id": "how", "options": [option("a"), option("b")]}
    blocks = [{"type": "actions", "block_id": "ask", "elements": [radio]}]
    message = slack.workspace.post(GENERAL, BOT_USER, "How?", blocks=blocks)

    await slack.press(message, "how", ADA, "b")

    (payload,) = bot.payloads
    chosen = {"type": "radio_buttons", "selected_option": option("b")}
    assert payload["state"]["values"] == {"ask": {"how": chosen}}


# The app leaves


REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}


@pytest.mark.parametrize(
    ("name", "error", "events"),
    [
        ("uninstall", "account_inactive", [REVOKED, {"type": "app_uninstalled"}]),
        ("revoke_tokens", "token_revoked", [REVOKED]),
    ],
)
async def test_an_app_that_leaves_is_told_and_its_token_refused(
    slack: LocalSlack, bot: Bot, client: AsyncWebClient, name: str, error: str, events: list[Any]
) -> None:
    await getattr(slack, name)()

    assert [one["event"] for one in bot.payloads] == events
    assert {one["team_id"] for one in bot.payloads} == {"T0RINGBACK"}
    assert await error_of(client.auth_test()) == error


# chat.getPermalink


async def test_a_message_has_an_address(slack: LocalSlack, client: AsyncWebClient) -> None:
    root = slack.workspace.post(GENERAL, ADA, "Hello")
    reply = slack.workspace.post(GENERAL, ADA, "Hello?", thread_ts=root.ts)

    links = [
        (await client.chat_getPermalink(channel=GENERAL, message_ts=one.ts))["permalink"]
        for one in (root, reply)
    ]

    address = "https://ringback-demo.slack.com/archives/C0GENERAL/p17000000000002"
    assert links == [
        "https://ringback-demo.slack.com/archives/C0GENERAL/p1700000000000100",
        f"{address}00?thread_ts=1700000000.000100&cid=C0GENERAL",
    ]


async def test_what_is_not_there_has_no_address(client: AsyncWebClient) -> None:
    link = client.chat_getPermalink

    assert await error_of(link(channel=GENERAL, message_ts="1.0")) == "message_not_found"
    assert await error_of(link(channel=BOARD, message_ts="1.0")) == "channel_not_found"


# chat.postEphemeral


async def test_an_ephemeral_message_is_for_one_person_in_a_thread(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    root = slack.workspace.post(GENERAL, ADA, "Hello")

    answer = await client.chat_postEphemeral(
        channel=GENERAL, user=GRACE, text="Not yours", thread_ts=root.ts
    )

    (told,) = slack.ephemerals
    assert (told.user, told.text, told.thread_ts) == (GRACE, "Not yours", root.ts)
    assert answer["message_ts"] == told.ts


@pytest.mark.parametrize(
    ("channel", "user", "error"),
    [
        (SALES, ADA, "not_in_channel"),
        (BOARD, ADA, "channel_not_found"),
        (ARCHIVE, ADA, "is_archived"),
        (GENERAL, "U0NOBODY", "user_not_in_channel"),
    ],
)
async def test_an_ephemeral_message_needs_both_in_the_channel(
    client: AsyncWebClient, channel: str, user: str, error: str
) -> None:
    assert await error_of(client.chat_postEphemeral(channel=channel, user=user, text="x")) == error


@pytest.mark.parametrize("method", ["conversations.info", "users.list", "conversations.replies"])
async def test_what_needs_a_scope_beyond_ours_is_refused(
    client: AsyncWebClient, method: str
) -> None:
    assert await error_of(client.api_call(method)) == "missing_scope"
