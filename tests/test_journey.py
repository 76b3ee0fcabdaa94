"""From `/call` to the result in the thread, through the running process."""

import pytest

from bot.demo.slack.workspace import ADA, GENERAL
from tests.conftest import both_databases
from tests.world import COMMAND, NUMBER, PROMPT, SUMMARY, World, shown


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
@both_databases
async def test_the_documented_example_comes_back_into_its_thread(
    database_url: str, socket_mode: bool
) -> None:
    async with World(database_url, socket_mode=socket_mode) as world, world.served():
        reply = await world.slack.command(ADA, GENERAL, COMMAND)
        assert reply.acknowledged
        status = await world.until_posted()
        dial = await world.until_dialed()
        await world.until_placed()

        delivery = await world.callcow.finish(dial.call_id, call_summary=SUMMARY)

        assert delivery is not None
        assert delivery.status == 200
        result = await world.until_replied(status)
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, PROMPT)
        assert "Completed" in shown(result)
        assert SUMMARY in shown(result)
        await world.until_shows(status, "Completed")
