"""The local workspace's Web API, through Slack's own client."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.faults import Fault
from bot.demo.slack.contents import Interaction
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import (
    ADA,
    ADA_AND_GRACE,
    ARCHIVE,
    BOARD,
    BOT_USER,
    GENERAL,
    GRACE,
    SALES,
)
from tests.demo.listening import Clock, client_of, error_of, refusal

NOW = 1_700_000_000.0
DIVIDER = {"type": "divider"}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Call"}, "blocks": [DIVIDER]}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


# Tokens, scopes, methods


async def test_auth_test_names_the_bot(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert (answer["user_id"], answer["bot_id"]) == ("U0RINGBACK", "B0RINGBACK")
    assert answer["team_id"] == "T0RINGBACK"


async def test_the_granted_scopes_are_in_a_header(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert answer.headers["x-oauth-scopes"] == (
        "app_mentions:read,chat:write,chat:write.public,commands,im:history,im:write,users:read"
    )


async def test_a_request_without_a_token_is_not_authed(slack: LocalSlack) -> None:
    assert await error_of(client_of(slack, "").auth_test()) == "not_authed"


async def test_a_wrong_token_is_invalid(slack: LocalSlack) -> None:
    assert await error_of(client_of(slack, "xoxb-wrong").auth_test()) == "invalid_auth"


async def test_a_revoked_token_is_refused_by_every_method(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.workspace.token_error = "token_revoked"

    assert await error_of(client.auth_test()) == "token_revoked"
    assert await error_of(client.chat_postMessage(channel=GENERAL, text="x")) == "token_revoked"


async def test_an_app_token_is_not_for_messages(slack: LocalSlack) -> None:
    request = client_of(slack, slack.app_token).chat_postMessage(channel=GENERAL, text="x")

    assert await error_of(request) == "not_allowed_token_type"


async def test_a_method_that_does_not_exist_is_unknown(client: AsyncWebClient) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"


async def test_a_missing_scope_is_named(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.workspace.scopes = {"commands", "chat:write"}

    answer = await refusal(client.conversations_open(users=ADA))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:write")
    assert answer["provided"] == "chat:write,commands"


async def test_form_encoded_arguments_are_read_too(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    data = {"channel": GENERAL, "text": "Tom & Jerry", "blocks": '[{"type": "divider"}]'}

    await client.api_call("chat.postMessage", data=data)

    assert slack.messages(GENERAL)[0].text == "Tom & Jerry"
    assert slack.messages(GENERAL)[0].blocks == [DIVIDER]


async def test_blocks_that_are_not_json_have_an_invalid_format(client: AsyncWebClient) -> None:
    data = {"channel": GENERAL, "blocks": "[{"}

    request = client.api_call("chat.postMessage", data=data)

    assert await error_of(request) == "invalid_blocks_format"


async def test_every_request_is_recorded_with_its_answer(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=GENERAL, text="Hello", unfurl_links=False)

    (request,) = slack.requests
    assert (request.method, request.at) == ("chat.postMessage", NOW)
    assert request.arguments == {"channel": GENERAL, "text": "Hello", "unfurl_links": False}
    assert request.answer is not None
    assert request.answer["ts"] == "1700000000.000100"


# Where a bot may post


async def test_a_posted_message_stands_in_its_channel(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel=GENERAL, text="Hello", blocks=[section("Hi")])

    (message,) = slack.messages(GENERAL)
    assert (message.ts, message.user, message.text) == ("1700000000.000100", BOT_USER, "Hello")
    assert message.blocks == [section("Hi")]
    assert answer["ts"] == "1700000000.000100"


async def test_timestamps_are_unique_and_increase(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    for _ in range(3):
        await client.chat_postMessage(channel=GENERAL, text="Hello")

    stamps = [message.ts for message in slack.messages(GENERAL)]
    assert stamps == ["1700000000.000100", "1700000000.000200", "1700000000.000300"]


async def test_a_bot_posts_in_public_channels_it_is_not_in(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=SALES, text="Hello")

    assert [message.text for message in slack.messages(SALES)] == ["Hello"]


async def test_without_the_public_scope_a_bot_posts_only_where_it_is(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.workspace.scopes.remove("chat:write.public")

    request = client.chat_postMessage(channel=SALES, text="Hello")

    assert await error_of(request) == "not_in_channel"


@pytest.mark.parametrize("channel", ["C0NOWHERE", "U0NOBODY", BOARD, ADA_AND_GRACE])
async def test_what_the_bot_cannot_see_is_not_found(client: AsyncWebClient, channel: str) -> None:
    request = client.chat_postMessage(channel=channel, text="Hello")

    assert await error_of(request) == "channel_not_found"


async def test_an_invited_bot_posts_in_a_private_channel(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.workspace.channels[BOARD].members.add(BOT_USER)

    await client.chat_postMessage(channel=BOARD, text="Hello")

    assert [message.text for message in slack.messages(BOARD)] == ["Hello"]


async def test_nothing_is_posted_in_an_archived_channel(client: AsyncWebClient) -> None:
    assert await error_of(client.chat_postMessage(channel=ARCHIVE, text="x")) == "is_archived"


async def test_nothing_is_posted_in_a_restricted_channel(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.workspace.channels[GENERAL].restricted = True

    request = client.chat_postMessage(channel=GENERAL, text="x")

    assert await error_of(request) == "restricted_action"


async def test_a_direct_message_is_opened_once(slack: LocalSlack, client: AsyncWebClient) -> None:
    first = await client.conversations_open(users=ADA)
    second = await client.conversations_open(users=[ADA])

    assert first["channel"]["id"] == second["channel"]["id"] == "D0ADA"
    assert (first.get("already_open"), second["already_open"]) == (None, True)


async def test_nobody_unknown_gets_a_direct_message(client: AsyncWebClient) -> None:
    assert await error_of(client.conversations_open(users="U0NOBODY")) == "user_not_found"


async def test_a_user_id_as_channel_opens_the_direct_message(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel=GRACE, text="Hello")

    assert answer["channel"] == "D0GRACE"
    assert [message.text for message in slack.messages("D0GRACE")] == ["Hello"]


async def test_direct_messages_need_the_messages_tab(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.workspace.messages_tab_enabled = False

    request = client.chat_postMessage(channel=ADA, text="Hello")

    assert await error_of(request) == "messages_tab_disabled"


async def test_a_second_message_within_a_second_is_rate_limited(clock: Clock) -> None:
    async with LocalSlack(clock=clock, posts_per_second=1) as slack:
        client = client_of(slack)
        await client.chat_postMessage(channel=GENERAL, text="one")

        answer = await refusal(client.chat_postMessage(channel=GENERAL, text="two"))
        clock.now += 1
        await client.chat_postMessage(channel=GENERAL, text="three")

        assert (answer.status_code, answer["error"]) == (429, "ratelimited")
        assert answer.headers["Retry-After"] == "1"
        assert [message.text for message in slack.messages(GENERAL)] == ["one", "three"]


# Threads, edits, content


async def test_replies_hang_on_their_root(slack: LocalSlack, client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]

    await client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root)

    assert [reply.text for reply in slack.replies(GENERAL, root)] == ["reply"]
    assert slack.messages(GENERAL)[0].reply_count == 1


async def test_a_reply_to_a_reply_joins_the_thread(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]
    reply = (await client.chat_postMessage(channel=GENERAL, text="a", thread_ts=root))["ts"]

    await client.chat_postMessage(channel=GENERAL, text="b", thread_ts=reply)

    assert [message.text for message in slack.replies(GENERAL, root)] == ["a", "b"]


async def test_a_thread_whose_root_is_deleted_is_not_found(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]
    slack.workspace.delete(slack.messages(GENERAL)[0])

    request = client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root)

    assert await error_of(request) == "thread_not_found"


async def test_a_thread_of_another_channel_is_not_found(client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]

    request = client.chat_postMessage(channel=SALES, text="reply", thread_ts=root)

    assert await error_of(request) == "thread_not_found"


async def test_what_is_no_timestamp_names_no_thread(client: AsyncWebClient) -> None:
    request = client.chat_postMessage(channel=GENERAL, text="reply", thread_ts="0")

    assert await error_of(request) == "invalid_thread_ts"


async def test_a_message_needs_a_text_or_blocks(client: AsyncWebClient) -> None:
    request = client.api_call("chat.postMessage", json={"channel": GENERAL})

    assert await error_of(request) == "no_text"


async def test_a_text_past_40000_characters_is_too_long(client: AsyncWebClient) -> None:
    request = client.chat_postMessage(channel=GENERAL, text="x" * 40_001)

    assert await error_of(request) == "msg_too_long"


async def test_blocks_together_may_be_too_long(client: AsyncWebClient) -> None:
    blocks = [section("x" * 2900) for _ in range(5)]

    request = client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)

    assert await error_of(request) == "msg_blocks_too_long"


async def test_an_invalid_block_is_pointed_at(client: AsyncWebClient) -> None:
    blocks = [DIVIDER, section("x" * 3001)]

    answer = await refusal(client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks))

    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    ]


async def test_an_update_replaces_the_message(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="Dialing"))["ts"]

    await client.chat_update(channel=GENERAL, ts=ts, text="Done", blocks=[section("Done")])

    (message,) = slack.messages(GENERAL)
    assert (message.text, message.blocks, message.edited) == ("Done", [section("Done")], 1)


async def test_an_update_without_blocks_keeps_them(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=GENERAL, text="Dialing", blocks=[DIVIDER])

    await client.chat_update(channel=GENERAL, ts=posted["ts"], text="Done")

    assert slack.messages(GENERAL)[0].blocks == [DIVIDER]


async def test_an_update_of_nothing_finds_no_message(client: AsyncWebClient) -> None:
    request = client.chat_update(channel=GENERAL, ts="1700000000.000900", text="Done")

    assert await error_of(request) == "message_not_found"


async def test_a_bot_cannot_update_what_a_person_wrote(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    said = await slack.say(ADA, GENERAL, "Hello")

    request = client.chat_update(channel=GENERAL, ts=said.message.ts, text="Bye")

    assert await error_of(request) == "cant_update_message"


async def test_nothing_is_updated_in_an_archived_channel(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="Dialing"))["ts"]
    slack.workspace.channels[GENERAL].archived = True

    request = client.chat_update(channel=GENERAL, ts=ts, text="Done")

    assert await error_of(request) == "is_inactive"


async def test_an_update_takes_no_more_than_4000_bytes(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]

    await client.chat_update(channel=GENERAL, ts=ts, text="é" * 2000)
    request = client.chat_update(channel=GENERAL, ts=ts, text="é" * 2001)

    assert await error_of(request) == "msg_too_long"


# Views


async def test_a_trigger_opens_a_view_for_its_person(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    trigger_id = slack.workspace.triggers.grant(Interaction(ADA, GENERAL))

    answer = await client.views_open(trigger_id=trigger_id, view=MODAL)

    view = slack.open_views[answer["view"]["id"]]
    assert (view.user, view.payload) == (ADA, MODAL)


async def test_a_trigger_is_good_for_three_seconds(
    slack: LocalSlack, client: AsyncWebClient, clock: Clock
) -> None:
    trigger_id = slack.workspace.triggers.grant(Interaction(ADA, GENERAL))
    clock.now += 3.1

    request = client.views_open(trigger_id=trigger_id, view=MODAL)

    assert await error_of(request) == "expired_trigger_id"


async def test_a_trigger_is_used_once(slack: LocalSlack, client: AsyncWebClient) -> None:
    trigger_id = slack.workspace.triggers.grant(Interaction(ADA, GENERAL))
    await client.views_open(trigger_id=trigger_id, view=MODAL)

    request = client.views_open(trigger_id=trigger_id, view=MODAL)

    assert await error_of(request) == "exchanged_trigger_id"


async def test_an_invented_trigger_is_invalid(client: AsyncWebClient) -> None:
    request = client.views_open(trigger_id="1.2.abc", view=MODAL)

    assert await error_of(request) == "invalid_trigger_id"


async def test_an_invalid_view_is_an_invalid_argument(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    trigger_id = slack.workspace.triggers.grant(Interaction(ADA, GENERAL))
    view = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}

    answer = await refusal(client.views_open(trigger_id=trigger_id, view=view))

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


# Faults and waiting


async def test_a_dropped_answer_can_leave_the_message_posted(
    slack: LocalSlack, client: AsyncWebClient, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.add("chat.postMessage", Fault(when="after", drop=True))

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel=GENERAL, text="Hello")

    assert [message.text for message in slack.messages(GENERAL)] == ["Hello"]
    assert caplog.records == []


async def test_a_failed_request_leaves_nothing_behind(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.faults.add("chat.postMessage", Fault(status=500, body='{"ok": false}'))

    answer = await refusal(client.chat_postMessage(channel=GENERAL, text="Hello"))

    assert answer.status_code == 500
    assert slack.messages(GENERAL) == []
    assert slack.requests[0].answer is None


async def test_a_chosen_fault_comes_where_none_lies_ahead(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.faults.choose = lambda method: Fault(status=503) if method == "auth.test" else None
    slack.faults.add("auth.test", Fault(status=500))

    assert (await refusal(client.auth_test())).status_code == 500
    assert (await refusal(client.auth_test())).status_code == 503
    assert (await client.chat_postMessage(channel=GENERAL, text="Hello"))["ok"]


async def test_an_answer_is_heard_unless_it_was_spoilt_or_the_bot_hung_up(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    held = asyncio.Event()
    slack.faults.add(
        "chat.postMessage", Fault(when="after", status=500), Fault(when="after", hold=held)
    )
    await refusal(client.chat_postMessage(channel=GENERAL, text="spoilt"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.chat_postMessage(channel=GENERAL, text="given up")
    held.set()
    async with aiohttp.ClientSession() as session:
        kept = AsyncWebClient(slack.bot_token, slack.api_url, session=session)
        await kept.chat_postMessage(channel=GENERAL, text="heard")

        assert [request.heard for request in slack.requests] == [False, False, True]


async def test_an_answer_was_heard_if_another_request_followed_on_its_connection(
    slack: LocalSlack,
) -> None:
    slack.faults.add("auth.test", Fault(drop=True))
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(slack.bot_token, slack.api_url, session=session, retry_handlers=[])
        await client.chat_postMessage(channel=GENERAL, text="Hello")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.auth_test()

    assert [request.heard for request in slack.requests] == [True, False]


async def test_a_held_request_ends_with_the_server(caplog: pytest.LogCaptureFixture) -> None:
    async with LocalSlack() as slack:
        slack.faults.add("auth.test", Fault(hold=asyncio.Event()))
        asking = asyncio.create_task(client_of(slack).auth_test())
        await slack.until(lambda: slack.requests)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await asking
    assert caplog.records == []


async def test_waiting_in_vain_tells_what_the_workspace_holds(slack: LocalSlack) -> None:
    await slack.say(ADA, GENERAL, "Hello")

    with pytest.raises(TimeoutError, match=r"C0GENERAL 1700000000\.000100 U0ADA: 'Hello'"):
        await slack.until(lambda: False, seconds=0)
