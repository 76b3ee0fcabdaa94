"""What people do in the local workspace, and what a bot over HTTP makes of it."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.faults import Fault
from bot.demo.slack.contents import Interaction, Message, Person, View
from bot.demo.slack.people.fields import NotSubmittable
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, BOARD, BOT_USER, GENERAL, GRACE, SALES
from tests.demo.listening import Bot, Clock, input_block, modal, option, plain, serve

FORM = modal(
    input_block("number", {"type": "plain_text_input"}),
    input_block("prompt", {"type": "plain_text_input", "initial_value": "Hi", "max_length": 5}),
    input_block("where", {"type": "channels_select"}, optional=True),
)
BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("One"), "action_id": "call", "value": "1"},
            {"type": "button", "text": plain("Two"), "action_id": "call", "value": "2"},
            {"type": "overflow", "action_id": "more", "options": [option("a"), option("b")]},
        ],
    }
]


def opened(slack: LocalSlack, payload: dict[str, Any] = FORM) -> View:
    return slack.workspace.open_view(ADA, payload, GENERAL)


def with_buttons(slack: LocalSlack) -> Message:
    return slack.workspace.post(GENERAL, BOT_USER, "Call?", blocks=BUTTONS)


# Commands


async def test_a_command_carries_every_field(slack: LocalSlack, bot: Bot) -> None:
    await slack.command(ADA, GENERAL, "+14155552671 Book a table")

    (payload,) = bot.payloads
    assert payload.pop("response_url").startswith(f"{slack.url}/response/")
    assert payload.pop("trigger_id").count(".") == 2
    assert payload == {
        "token": "verification-token-of-the-demo",
        "team_id": "T0RINGBACK",
        "team_domain": "ringback-demo",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0ADA",
        "user_name": "ada",
        "command": "/call",
        "text": "+14155552671 Book a table",
        "api_app_id": "A0RINGBACK",
        "is_enterprise_install": "false",
    }


async def test_a_private_channel_is_not_named(slack: LocalSlack, bot: Bot) -> None:
    await slack.command(ADA, BOARD)

    assert bot.payloads[0]["channel_name"] == "privategroup"


async def test_what_a_person_types_arrives_escaped(slack: LocalSlack, bot: Bot) -> None:
    await slack.command(ADA, GENERAL, "<Tom & Jerry>")

    assert bot.payloads[0]["text"] == "&lt;Tom &amp; Jerry&gt;"


async def test_a_text_of_slacks_own_arrives_as_it_is(slack: LocalSlack, bot: Bot) -> None:
    await slack.command(ADA, GENERAL, "<tel:+1415|+1 415> Hi", as_typed=False)

    assert bot.payloads[0]["text"] == "<tel:+1415|+1 415> Hi"


async def test_a_text_in_reply_to_a_command_is_for_that_person_only(
    slack: LocalSlack, bot: Bot
) -> None:
    bot.answer = lambda: web.Response(text="Calling…")

    await slack.command(ADA, GENERAL, "help")

    (ephemeral,) = slack.ephemerals
    assert (ephemeral.user, ephemeral.channel, ephemeral.text) == (ADA, GENERAL, "Calling…")
    assert slack.messages(GENERAL) == []


async def test_a_reply_in_channel_is_for_everybody(slack: LocalSlack, bot: Bot) -> None:
    bot.answers({"response_type": "in_channel", "text": "Calling…"})

    await slack.command(ADA, GENERAL, "help")

    assert [message.text for message in slack.messages(GENERAL)] == ["Calling…"]


async def test_invalid_blocks_in_a_reply_are_a_problem(slack: LocalSlack, bot: Bot) -> None:
    bot.answers({"blocks": [{"type": "poem"}]})

    reply = await slack.command(ADA, GENERAL)

    assert reply.problem == ("invalid_blocks: unsupported type: poem [json-pointer:/blocks/0/type]")


async def test_a_late_reply_is_seen_as_a_time_out(bot: Bot) -> None:
    bot.hold = asyncio.Event()
    url, runner = await serve(bot.serve)
    async with LocalSlack(reply_seconds=0.01) as slack:
        slack.request_url = url

        reply = await slack.command(ADA, GENERAL)

        assert (reply.status, reply.acknowledged) == (None, False)
        (ephemeral,) = slack.ephemerals
        assert ephemeral.text == '/call failed with the error "operation_timeout"'
    bot.hold.set()
    await runner.cleanup()


async def test_a_reply_of_500_is_seen_as_a_failure(slack: LocalSlack, bot: Bot) -> None:
    bot.answer = lambda: web.Response(status=500)

    reply = await slack.command(ADA, GENERAL)

    assert (reply.status, reply.problem) == (500, "dispatch_failed")
    assert slack.ephemerals[0].text == '/call failed with the error "dispatch_failed"'


async def test_nothing_leaves_the_machine(slack: LocalSlack) -> None:
    slack.request_url = "http://192.0.2.1/slack/events"

    with pytest.raises(ValueError, match="not on loopback"):
        await slack.command(ADA, GENERAL)


# Signatures, through Bolt


async def test_bolt_accepts_the_signature_and_opens_a_view() -> None:
    async with LocalSlack() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)

        @app.command("/call")
        async def call(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await ack()

        async def dispatch(request: web.Request) -> web.Response:
            answer = await app.async_dispatch(await to_bolt_request(request))
            return await to_aiohttp_response(answer)

        slack.request_url, runner = await serve(dispatch)

        reply = await slack.command(ADA, GENERAL)
        forged = await slack.send_raw(b"{}", "application/json", signature="v0=forged")
        await runner.cleanup()

        assert (reply.status, forged.status) == (200, 401)
        assert [view.user for view in slack.open_views.values()] == [ADA]


async def test_raw_requests_go_out_as_they_are(slack: LocalSlack, bot: Bot) -> None:
    await slack.send_raw(b"[1]", "application/json", timestamp="17", headers={"X-Odd": "yes"})

    assert bot.payloads == [[1]]
    assert bot.headers[0]["X-Slack-Request-Timestamp"] == "17"
    assert bot.headers[0]["X-Odd"] == "yes"


# Views


async def test_a_submitted_view_carries_its_values(slack: LocalSlack, bot: Bot) -> None:
    view = opened(slack)

    await slack.submit(view, {"number": "+14155552671"})

    (payload,) = bot.payloads
    assert payload["type"] == "view_submission"
    assert payload["user"]["id"] == ADA
    assert payload["view"]["id"] == view.id
    assert payload["view"]["private_metadata"] == "{}"
    assert payload["view"]["state"]["values"] == {
        "number": {"number_field": {"type": "plain_text_input", "value": "+14155552671"}},
        "prompt": {"prompt_field": {"type": "plain_text_input", "value": "Hi"}},
        "where": {"where_field": {"type": "channels_select", "selected_channel": None}},
    }


async def test_selects_begin_with_what_the_view_says(slack: LocalSlack, bot: Bot) -> None:
    options = [option("now"), option("later")]
    select = "conversations_select"
    current = {"type": select, "default_to_current_conversation": True}
    view = opened(
        slack,
        modal(
            input_block("where", current),
            input_block("private", {**current, "filter": {"include": ["private"]}}, optional=True),
            input_block("when", {"type": "datetimepicker", "initial_date_time": 1_700_000_000}),
            input_block("how", {"type": "radio_buttons", "options": options}),
        ),
    )

    await slack.submit(view, {"how": "later"})

    assert bot.payloads[0]["view"]["state"]["values"] == {
        "where": {"where_field": {"type": select, "selected_conversation": GENERAL}},
        "private": {"private_field": {"type": select, "selected_conversation": None}},
        "when": {"when_field": {"type": "datetimepicker", "selected_date_time": 1_700_000_000}},
        "how": {"how_field": {"type": "radio_buttons", "selected_option": option("later")}},
    }


@pytest.mark.parametrize(
    "values",
    [{}, {"number": None}, {"number": "1", "prompt": "too long"}, {"number": "1", "colour": "red"}],
)
async def test_slack_does_not_send_what_the_view_does_not_allow(
    slack: LocalSlack, bot: Bot, values: dict[str, Any]
) -> None:
    with pytest.raises(NotSubmittable):
        await slack.submit(opened(slack), values)

    assert bot.payloads == []


async def test_an_empty_reply_closes_the_view(slack: LocalSlack, bot: Bot) -> None:
    await slack.submit(opened(slack), {"number": "1"})

    assert slack.open_views == {}


async def test_errors_keep_the_view_open(slack: LocalSlack, bot: Bot) -> None:
    bot.answers({"response_action": "errors", "errors": {"number": "No such number"}})
    view = opened(slack)

    await slack.submit(view, {"number": "1"})

    assert slack.open_views[view.id].errors == {"number": "No such number"}


async def test_errors_at_no_field_are_a_problem(slack: LocalSlack, bot: Bot) -> None:
    bot.answers({"response_action": "errors", "errors": {"colour": "No such colour"}})

    reply = await slack.submit(opened(slack), {"number": "1"})

    assert reply.problem == "errors must name input blocks: {'colour': 'No such colour'}"


async def test_a_view_can_be_submitted_again(slack: LocalSlack, bot: Bot) -> None:
    view = opened(slack)

    await slack.submit(view, {"number": "1"})
    await slack.submit(view, {"number": "1"})

    assert [payload["view"]["id"] for payload in bot.payloads] == [view.id, view.id]


async def test_an_update_replaces_the_view(slack: LocalSlack, bot: Bot) -> None:
    changed = {**FORM, "title": plain("Sure?")}
    bot.answers({"response_action": "update", "view": changed})
    view = opened(slack)

    await slack.submit(view, {"number": "1"})

    assert slack.open_views[view.id].payload == changed


async def test_a_pushed_view_lies_on_top_until_all_are_cleared(slack: LocalSlack, bot: Bot) -> None:
    bot.answers({"response_action": "push", "view": FORM})
    view = opened(slack)
    await slack.submit(view, {"number": "1"})
    bottom, top = slack.open_views.values()
    bot.answers({"response_action": "clear"})

    await slack.submit(top, {"number": "1"})

    assert (bottom.id, top.parent) == (view.id, view)
    assert bot.payloads[1]["view"]["root_view_id"] == view.id
    assert slack.open_views == {}


# Buttons and shortcuts


async def test_a_pressed_button_names_itself_and_its_message(slack: LocalSlack, bot: Bot) -> None:
    message = with_buttons(slack)

    await slack.press(message, "call", GRACE, "2")

    (payload,) = bot.payloads
    (action,) = payload["actions"]
    assert (payload["type"], payload["user"]["id"]) == ("block_actions", GRACE)
    assert (action["action_id"], action["block_id"], action["value"]) == ("call", "block0", "2")
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == message.ts
    assert payload["channel"] == {"id": GENERAL, "name": "general"}


async def test_a_menu_entry_is_chosen_by_its_value(slack: LocalSlack, bot: Bot) -> None:
    await slack.press(with_buttons(slack), "more", ADA, "b")

    assert bot.payloads[0]["actions"][0]["selected_option"] == option("b")


async def test_nobody_presses_a_button_that_is_not_there(slack: LocalSlack, bot: Bot) -> None:
    with pytest.raises(LookupError, match="no element 'cancel'"):
        await slack.press(with_buttons(slack), "cancel", ADA)


async def test_people_of_another_team_are_recognised(slack: LocalSlack, bot: Bot) -> None:
    slack.workspace.people["U0EVE"] = Person("U0EVE", "eve", "T0OTHER")
    said = await slack.say("U0EVE", GENERAL, f"<@{BOT_USER}> call")
    await slack.press(with_buttons(slack), "call", "U0EVE")

    mention, press = bot.payloads
    assert said.reply is not None
    assert (mention["event"]["team"], mention["team_id"]) == ("T0OTHER", "T0RINGBACK")
    assert press["user"]["team_id"] == "T0OTHER"


async def test_a_shortcut_carries_a_trigger(slack: LocalSlack, bot: Bot) -> None:
    await slack.shortcut("new_call", ADA)

    (payload,) = bot.payloads
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "new_call")
    assert isinstance(slack.workspace.triggers.use(payload["trigger_id"]), Interaction)


async def test_a_message_shortcut_carries_its_message(slack: LocalSlack, bot: Bot) -> None:
    root = (await slack.say(ADA, GENERAL, "Call +1 415?")).message
    reply = (await slack.say(GRACE, GENERAL, "Yes", root.ts)).message

    await slack.message_shortcut("call_about", ADA, GENERAL, reply.ts)

    (payload,) = bot.payloads
    assert (payload["type"], payload["callback_id"]) == ("message_action", "call_about")
    assert (payload["message"]["text"], payload["message"]["thread_ts"]) == ("Yes", root.ts)


# Events


async def test_a_mention_is_sent_as_an_event(slack: LocalSlack, bot: Bot) -> None:
    root = (await slack.say(ADA, GENERAL, "Who calls?")).message

    await slack.say(GRACE, GENERAL, f"<@{BOT_USER}> call Tom & Jerry", root.ts)

    (payload,) = bot.payloads
    assert payload["type"] == "event_callback"
    assert payload["authorizations"][0]["user_id"] == BOT_USER
    assert payload["event"] == {
        "type": "app_mention",
        "user": GRACE,
        "ts": "1700000000.000200",
        "event_ts": "1700000000.000200",
        "text": "<@U0RINGBACK> call Tom &amp; Jerry",
        "team": "T0RINGBACK",
        "thread_ts": root.ts,
        "channel": GENERAL,
    }


async def test_no_mention_is_sent_from_where_the_bot_is_not(slack: LocalSlack, bot: Bot) -> None:
    for channel in (SALES, BOARD):
        await slack.say(ADA, channel, f"<@{BOT_USER}> call")

    assert bot.payloads == []


async def test_what_is_said_to_the_bot_directly_is_sent_as_a_message(
    slack: LocalSlack, bot: Bot
) -> None:
    direct = slack.workspace.direct_message(ADA)

    said = await slack.say(ADA, direct.id, "hi", subtype="me_message")
    await slack.edit(said.message, "hello")

    first, second = (payload["event"] for payload in bot.payloads)
    assert (first["type"], first["channel_type"], first["subtype"]) == (
        "message",
        "im",
        "me_message",
    )
    assert (first["text"], first["user"], first["ts"]) == ("hi", ADA, said.message.ts)
    assert (second["subtype"], second["ts"]) == ("message_changed", said.message.edited_ts)
    assert second["message"]["text"] == "hello"
    assert second["message"]["edited"]["ts"] == said.message.edited_ts
    assert second["previous_message"]["text"] == "hi"


async def test_a_repeated_event_says_so(slack: LocalSlack, bot: Bot) -> None:
    await slack.event({"type": "app_mention"}, event_id="Ev1", retry_num=2)

    assert bot.payloads[0]["event_id"] == "Ev1"
    assert bot.headers[0]["X-Slack-Retry-Num"] == "2"
    assert bot.headers[0]["X-Slack-Retry-Reason"] == "http_timeout"


# response_url


async def response_url(slack: LocalSlack, bot: Bot) -> str:
    await slack.command(ADA, GENERAL)
    return str(bot.payloads[-1]["response_url"])


async def post(url: str, content: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=content) as response:
        return response.status, await response.text()


async def test_a_response_url_speaks_to_that_person_only(slack: LocalSlack, bot: Bot) -> None:
    answer = await post(await response_url(slack, bot), {"text": "No"})

    assert answer == (200, "ok")
    assert [(one.user, one.text) for one in slack.ephemerals] == [(ADA, "No")]


async def test_a_response_url_is_good_for_five_uses(slack: LocalSlack, bot: Bot) -> None:
    url = await response_url(slack, bot)

    answers = [await post(url, {"text": "No"}) for _ in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]


async def test_a_response_url_is_good_for_half_an_hour(
    slack: LocalSlack, bot: Bot, clock: Clock
) -> None:
    url = await response_url(slack, bot)
    clock.now += 1801

    assert await post(url, {"text": "No"}) == (404, "expired_url")


async def test_a_response_url_can_replace_the_pressed_message(slack: LocalSlack, bot: Bot) -> None:
    message = with_buttons(slack)
    await slack.press(message, "call", ADA, "1")

    await post(bot.payloads[0]["response_url"], {"replace_original": True, "text": "Called"})

    assert (message.text, message.blocks) == ("Called", [])


async def test_a_response_url_can_fail(slack: LocalSlack, bot: Bot) -> None:
    slack.faults.add("response_url", Fault(status=500, body="oops"))

    answer = await post(await response_url(slack, bot), {"text": "No"})

    assert answer == (500, "oops")
    assert slack.ephemerals == []


async def test_an_event_that_the_app_is_not_subscribed_to_is_not_sent(bot: Bot) -> None:
    async with LocalSlack(events=["app_mention"]) as slack:
        slack.request_url, runner = await serve(bot.serve)

        await slack.open_home(ADA)
        await slack.say(ADA, GENERAL, f"<@{BOT_USER}> hello")

        assert [payload["event"]["type"] for payload in bot.payloads] == ["app_mention"]
        await runner.cleanup()


async def test_a_direct_message_is_sent_to_an_app_that_is_subscribed_to_those(bot: Bot) -> None:
    async with LocalSlack(events=["message.im"]) as slack:
        slack.request_url, runner = await serve(bot.serve)

        await slack.say(ADA, slack.workspace.direct_message(ADA).id, "hello")

        assert [payload["event"]["text"] for payload in bot.payloads] == ["hello"]
        await runner.cleanup()


async def test_trouble_with_a_press_on_a_reply_is_told_in_its_thread(
    slack: LocalSlack, bot: Bot
) -> None:
    root = slack.workspace.post(GENERAL, ADA, "Hello")
    reply = slack.workspace.post(GENERAL, BOT_USER, "Text", blocks=BUTTONS, thread_ts=root.ts)
    bot.answer = lambda: web.Response(status=500)

    await slack.press(reply, "call", ADA, "1")

    assert slack.ephemerals[0].thread_ts == root.ts
