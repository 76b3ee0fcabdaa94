"""CallCow failing in one way after another: what no answer proves is never taken for proved."""

import asyncio
from typing import Final

import pytest

from bot.core.calls.states import EndReason, State
from bot.demo.faults import Fault
from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.faults.endings import QUICK, result_of, roots
from tests.world import COMMAND, World, shown

UNCONFIRMED: Final = "CallCow didn't confirm this call and may have placed it"
BUSY: Final = Fault(status=429, headers={"Retry-After": "1"})
FAILED: Final = Fault(status=500)
FAILED_AFTER_DIALING: Final = Fault(when="after", status=500)
DROPPED: Final = Fault(drop=True)
DROPPED_AFTER_DIALING: Final = Fault(when="after", drop=True)
REFUSED: Final = Fault(status=422, body='{"error": "No phone number is connected."}')


@pytest.mark.parametrize(
    "faults",
    [
        (BUSY, FAILED_AFTER_DIALING, BUSY),
        (DROPPED_AFTER_DIALING, DROPPED),
        (FAILED, BUSY, DROPPED_AFTER_DIALING),
    ],
    ids=["429, 500 after, 429", "dropped after, dropped", "500, 429, dropped after"],
)
async def test_after_failures_of_several_kinds_the_call_goes_on_and_calls_once(
    world: World, faults: tuple[Fault, ...]
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "1"
    world.callcow.faults.add("call-prompt", *faults)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1
        assert len(world.callcow.requests) == len(faults) + 1
        assert len({request.body for request in world.callcow.requests}) == 1


@pytest.mark.parametrize(
    "faults",
    [(FAILED, REFUSED), (DROPPED, REFUSED), (DROPPED_AFTER_DIALING, BUSY, REFUSED)],
    ids=["500, refused", "dropped, refused", "dropped after, 429, refused"],
)
async def test_a_refusal_after_any_ambiguity_is_not_told_as_not_placed(
    world: World, faults: tuple[Fault, ...]
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "1"
    world.callcow.faults.add("call-prompt", *faults)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()

        await world.until_shows(status, UNCONFIRMED)
        call = await world.until_saved(lambda call: not call.lease)
        assert (call.state, call.ending) == (State.WAITING, None)
        assert status.replies == []
        assert len(world.callcow.requests) == len(faults)


async def test_an_address_that_redirects_is_named_in_the_thread_until_a_call_is_taken(
    world: World,
) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "2"
    elsewhere = {"Location": "https://callcow.example/api/call-prompt"}
    world.callcow.faults.add("call-prompt", Fault(status=308, headers=elsewhere))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()

        await world.until_shows(status, "update CallCow's address in its settings")
        await world.slack.until(lambda: "redirects elsewhere" not in shown(status))
        assert len(world.callcow.dials) == 1


async def test_a_call_that_was_redirected_to_the_end_says_so_in_its_result(world: World) -> None:
    world.changes |= {"DIAL_RETRY_AFTER": "1", "RESULT_TIMEOUT": "1"}
    world.callcow.faults.choose = lambda _: Fault(status=301, headers={"Location": "/"})
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)
        status = await world.until_posted()
        await world.until_shows(status, "redirects elsewhere")
    await world.pass_time(minutes=5)

    async with world.bot():
        result = await world.until_replied(status)
        assert "No result received" in shown(result)
        assert "CallCow's address redirects" in shown(result)


async def test_a_refusal_after_what_proves_itself_not_dialed_is_told_as_not_placed(
    world: World,
) -> None:
    world.callcow.faults.add("call-prompt", BUSY, REFUSED)
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        result = await world.until_replied(await world.until_posted())
        assert "no phone number is connected." in shown(result)
        call = await world.until_saved(lambda call: call.state is State.REPORTED)
        assert call.ending is EndReason.NOT_PLACED
        assert world.callcow.dials == []


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", '"placed"', '{"success": true, "call_id": {"id": 7}}', "{" * 10_000],
    ids=["empty", "null", "list", "text", "odd ids", "nested"],
)
async def test_a_malformed_answer_counts_as_placed_and_the_callback_finds_its_call(
    world: World, body: str
) -> None:
    world.callcow.faults.add("call-prompt", Fault(when="after", status=200, body=body))
    async with world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.requests) == len(world.callcow.dials) == 1


async def test_an_answer_that_never_comes_and_a_crash_are_one_dial(world: World) -> None:
    world.changes |= QUICK
    silent = Fault(when="after", hold=world.forever, drop=True)
    world.callcow.faults.add("call-prompt", silent, silent)
    async with world.served() as bot:
        await world.slack.command(ADA, GENERAL, COMMAND)
        await world.callcow.until(lambda: len(world.callcow.requests) == 2)
        await bot.kill()
    world.forever.set()

    await world.pass_time(minutes=1)
    async with world.bot():
        assert "Completed" in shown(await result_of(world))
        assert len(world.callcow.dials) == 1


async def test_an_answer_that_drips_in_is_cut_off_and_counts_as_placed(
    world: World,
) -> None:
    world.changes |= QUICK

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        await world.forever.wait()
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    world.changes["CALLCOW_BASE_URL"] = f"http://127.0.0.1:{port}/api"
    async with server, world.bot():
        await world.slack.command(ADA, GENERAL, COMMAND)

        await world.until_posted()
        await world.until_placed()
        world.forever.set()


@both_databases
async def test_both_neighbors_failing_at_once_lose_nothing_and_call_once(world: World) -> None:
    world.changes["DIAL_RETRY_AFTER"] = "1"
    limited = Fault(status=429, headers={"Retry-After": "1"})
    world.slack.faults.add("chat.postMessage", limited, DROPPED)
    world.slack.faults.add("chat.update", FAILED)
    world.callcow.faults.add("call-prompt", DROPPED_AFTER_DIALING, FAILED)
    async with world.served():
        await world.slack.command(ADA, GENERAL, COMMAND)
        dial = await world.until_dialed()
        world.slack.faults.add("chat.postMessage", FAILED)

        await world.callcow.finish(dial.call_id)

        await world.until_saved(lambda call: call.state is State.REPORTED)
        [status] = roots(world)
        assert ["Completed" in shown(reply) for reply in status.replies] == [True]
        assert "Completed" in shown(status)
        assert len(world.callcow.dials) == 1
