"""One message a second for a channel, whoever posts it."""

import asyncio

from bot.storage.channel_slots import ChannelSlots
from bot.storage.engine.database import Database
from tests.conftest import both_databases


@both_databases
async def test_of_several_replicas_at_once_one_takes_the_second(database_url: str) -> None:
    async with Database.open(database_url) as one, Database.open(database_url) as two:
        slots = [ChannelSlots(one), ChannelSlots(two)]

        waits = await asyncio.gather(*(slots[at % 2].take("T1", "C1") for at in range(6)))

        assert min(waits) == 0
        assert all(0 < wait <= 1.1 for wait in sorted(waits)[1:])
        assert await slots[0].take("T1", "C2") == 0


@both_databases
async def test_the_next_second_is_free_when_it_was_said_to_be(database_url: str) -> None:
    async with Database.open(database_url) as database:
        slots = ChannelSlots(database)
        await slots.take("T1", "C1")

        await asyncio.sleep(await slots.take("T1", "C1"))

        assert await slots.take("T1", "C1") == 0


async def test_channels_of_the_same_id_in_two_workspaces_have_a_second_each(
    database_url: str,
) -> None:
    async with Database.open(database_url) as database:
        slots = ChannelSlots(database)
        await slots.take("T1", "C1")

        wait = await slots.take("T2", "C1")

        assert wait == 0
