"""What the log never shows, whatever happens and however much is logged."""

import json

import pytest

from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.world import COMMAND, NUMBER, PROMPT, SUMMARY, World, bearer, post, shown

TRANSCRIPT = [{"role": "user", "content": "Hello, this is the restaurant."}]


async def eventful_call(world: World) -> None:
    """Make a call in which all that can be logged happens."""
    world.changes |= {"LOG_LEVEL": "DEBUG", "DIAL_RETRY_AFTER": "1"}
    world.slack.faults.add("chat.postMessage", Fault(status=500))
    world.callcow.faults.add("call-prompt", Fault(when="after", status=500))


async def log_of(world: World) -> list[str]:
    """Return what a bot logs of an eventful call, from its start to its end."""
    await eventful_call(world)
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_placed()
        call = await world.saved()
        address = f"{world.url}/callcow/callback/{call.id}"
        await post(address, b"{}", bearer("wrong"))
        await post(address, b"{", bearer(call.callback_secret))
        await world.callcow.finish(
            world.callcow.dials[0].call_id, call_summary=SUMMARY, messages=TRANSCRIPT
        )
        assert SUMMARY in shown(await world.until_replied(status))
        await bot.stop()
        secrets = [call.callback_secret, call.response_url]
        plain = [secret.get_secret_value() for secret in secrets if secret is not None]
    whole = "".join(bot.log)
    for private in [
        *plain,
        world.slack.bot_token,
        world.slack.app_token,
        world.slack.signing_secret,
        world.callcow.api_key,
        NUMBER,
        NUMBER.removeprefix("+"),
        "415-555-2671",
        PROMPT,
        SUMMARY,
        "this is the restaurant",
    ]:
        assert private not in whole
    return bot.log


async def test_no_secret_no_number_and_no_word_of_a_call_is_logged(world: World) -> None:
    log = await log_of(world)

    assert any("…71" in json.loads(line).get("recipient", "") for line in log)


async def test_a_line_tells_of_which_replica_and_of_whose_call_it_is(world: World) -> None:
    lines = [json.loads(line) for line in await log_of(world)]

    assert len({line["replica"] for line in lines}) == 1
    events = ("call requested", "result received", "call ended", "thread not opened yet")
    assert {line["team"] for line in lines if line["event"] in events} == {"T0RINGBACK"}


async def test_every_line_is_json_if_it_is_to_be(world: World) -> None:
    events = [json.loads(line)["event"] for line in await log_of(world)]

    assert [event for event in events if event in {"ready", "call requested", "stopped"}] == [
        "ready",
        "call requested",
        "stopped",
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_nor_with_postgresql_and_in_socket_mode(database_url: str) -> None:
    async with World(database_url, socket_mode=True) as world:
        await log_of(world)


async def test_the_console_shows_the_same_without_colours(world: World) -> None:
    world.changes["LOG_FORMAT"] = "console"

    log = await log_of(world)

    assert any("call requested" in line and "recipient=…71" in line for line in log)
    assert "\x1b" not in "".join(log)


async def test_a_refused_callback_is_warned_of_once_without_its_content(world: World) -> None:
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        call = await world.until_saved(lambda call: call.placed_at)
        address = f"{world.url}/callcow/callback/{call.id}"
        for _ in range(3):
            await post(address, b'{"call_status": "forged words"}', bearer("forged secret"))
        await bot.stop()

    told = [json.loads(line) for line in bot.log if "callback refused" in line]
    assert [(line["level"], line["status"], line["times"]) for line in told] == [
        ("warning", 401, 1)
    ]
    assert "forged" not in "".join(bot.log)


async def test_an_unreachable_slack_is_logged_while_a_thread_is_to_be_opened(world: World) -> None:
    world.slack.faults.add("chat.postMessage", Fault(status=503))
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        call = await world.until_saved(lambda call: call.placed_at)
        await bot.stop()

    [told] = [json.loads(line) for line in bot.log if "thread not opened yet" in line]
    assert (told["level"], told["call"], told["team"]) == ("warning", str(call.id), call.team)
