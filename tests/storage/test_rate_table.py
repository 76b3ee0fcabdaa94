"""The rate of one key is shared by all who use the database, and by nobody else."""

import asyncio

from pydantic import SecretStr

from bot.storage.engine.database import Database
from bot.storage.rate_table import SharedRate
from tests.conftest import both_databases

KEY = SecretStr("ck_live_one")


@both_databases
async def test_two_replicas_have_no_more_permits_than_one(database_url: str) -> None:
    async with Database.open(database_url) as one, Database.open(database_url) as two:
        rates = [SharedRate(one, KEY, 10), SharedRate(two, KEY, 10)]

        waits = await asyncio.gather(*(rates[at % 2].acquire_dial() for at in range(30)))

        assert sum(1 for wait in waits if wait == 0) == 10
        assert all(55 < wait < 62 for wait in waits if wait > 0)
        assert [rate.left() for rate in rates] == [0, 0]


@both_databases
async def test_another_key_has_a_rate_of_its_own(database_url: str) -> None:
    async with Database.open(database_url) as database:
        await SharedRate(database, KEY, 1).acquire_dial()

        assert await SharedRate(database, SecretStr("ck_live_two"), 1).acquire_dial() == 0


async def test_a_promised_permit_is_not_taken_by_who_comes_later(database_url: str) -> None:
    async with Database.open(database_url) as database:
        rate = SharedRate(database, KEY, 2)
        with rate.promised() as first, rate.promised() as second, rate.promised() as third:
            assert (rate.left(), rate.unpromised()) == (2, 0)
            assert await rate.acquire_dial() > 0
            assert await rate.acquire_dial(third) > 0
            assert await rate.acquire_dial(second) == 0
            assert await rate.acquire_dial(third) > 0
            assert await rate.acquire_dial(first) == 0
            assert await rate.acquire_dial(third) > 50

        assert (rate.left(), rate.unpromised()) == (0, 0)


async def test_a_promise_that_is_not_kept_holds_nobody_up(database_url: str) -> None:
    async with Database.open(database_url) as database:
        rate = SharedRate(database, KEY, 1)
        with rate.promised():
            assert await rate.acquire_dial() > 0

        assert await rate.acquire_dial() == 0


@both_databases
async def test_a_pause_holds_for_all_replicas(database_url: str) -> None:
    async with Database.open(database_url) as one, Database.open(database_url) as two:
        await SharedRate(one, KEY, 10).pause(30)

        assert 25 < await SharedRate(two, KEY, 10).acquire_dial() <= 30


@both_databases
async def test_a_new_process_knows_what_was_sent_before_it(database_url: str) -> None:
    async with Database.open(database_url) as database:
        await SharedRate(database, KEY, 5).acquire_dial()
        rate = SharedRate(database, KEY, 5)

        # One of five is kept for dials.
        waits = [await rate.acquire_poll() for _ in range(4)]

        assert [wait > 0 for wait in waits] == [False, False, False, True]
        assert await rate.acquire_dial() == 0
