"""The local workspace's Socket Mode, through Bolt's own client."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, BOT_USER, GENERAL

FORM = {
    "type": "modal",
    "callback_id": "call",
    "title": {"type": "plain_text", "text": "Call"},
    "submit": {"type": "plain_text", "text": "Call"},
    "blocks": [
        {
            "type": "input",
            "block_id": "number",
            "label": {"type": "plain_text", "text": "Number"},
            "element": {"type": "plain_text_input", "action_id": "field"},
        }
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as slack:
        yield slack


@pytest.fixture
async def app(slack: LocalSlack) -> AsyncIterator[AsyncApp]:
    """A Bolt app that is connected. Listeners may be added after that."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    app = AsyncApp(client=client, process_before_response=True)
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.socket_connected()
    yield app
    await handler.close_async()  # type: ignore[no-untyped-call]


async def test_a_command_travels_over_the_socket(slack: LocalSlack, app: AsyncApp) -> None:
    @app.command("/call")
    async def call(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"{command['user_name']} said {command['text']}")

    reply = await slack.command(ADA, GENERAL, "Tom & Jerry")

    assert (reply.status, reply.problem) == (200, None)
    assert [one.text for one in slack.ephemerals] == ["ada said Tom &amp; Jerry"]


async def test_a_view_is_opened_and_submitted_over_the_socket(
    slack: LocalSlack, app: AsyncApp
) -> None:
    @app.shortcut("new_call")
    async def new_call(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @app.view("call")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        number = view["state"]["values"]["number"]["field"]["value"]
        await ack(response_action="errors", errors={"number": f"{number} is too short"})

    await slack.shortcut("new_call", ADA)
    (view,) = slack.open_views.values()
    await slack.submit(view, {"number": "+1"})

    assert view.errors == {"number": "+1 is too short"}


async def test_a_mention_travels_over_the_socket(slack: LocalSlack, app: AsyncApp) -> None:
    mentions: list[str] = []

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        mentions.append(event["text"])

    said = await slack.say(ADA, GENERAL, f"<@{BOT_USER}> call")

    assert said.reply is not None
    assert (said.reply.status, mentions) == (200, ["<@U0RINGBACK> call"])


async def test_a_disconnected_bot_connects_again(slack: LocalSlack, app: AsyncApp) -> None:
    await slack.disconnect_sockets()
    await slack.until(lambda: len(slack.requests_of("apps.connections.open")) >= 2)
    await slack.socket_connected()

    assert slack.connected_sockets == 1


async def test_only_an_app_token_opens_connections(slack: LocalSlack) -> None:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])

    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=slack.bot_token)


async def raw_socket(slack: LocalSlack, session: aiohttp.ClientSession) -> Any:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as response:
        socket = await session.ws_connect((await response.json())["url"])
    return socket, await socket.receive_json()


async def test_connections_take_turns(slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await raw_socket(slack, session) for _ in range(2)]
        sending = [asyncio.create_task(slack.command(ADA, GENERAL)) for _ in range(2)]

        for socket, _ in sockets:
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        replies = await asyncio.gather(*sending)

        assert [reply.acknowledged for reply in replies] == [True, True]
        assert [hello["num_connections"] for _, hello in sockets] == [1, 2]


async def test_an_eleventh_connection_is_one_too_many(slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session:
        # Those that nobody keeps would be closed.
        connections = [await raw_socket(slack, session) for _ in range(11)]

        _, greeting = connections[-1]
        assert greeting["reason"] == "too_many_websockets"


async def test_a_silent_bot_times_out() -> None:
    async with LocalSlack(reply_seconds=0.01) as slack, aiohttp.ClientSession() as session:
        await raw_socket(slack, session)

        reply = await slack.command(ADA, GENERAL)

        assert reply.problem == "operation_timeout"
        assert slack.ephemerals[0].text == '/call failed with the error "operation_timeout"'
