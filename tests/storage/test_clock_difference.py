"""A clock that differs from the database's keeps its replica from dialing."""

import time
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.clock import CLOCK
from bot.core.errors import Unreadable
from bot.storage import clock_difference
from bot.storage.clock_difference import ClockDifference
from bot.storage.engine.database import Database

real_time = time.time


@pytest.fixture(autouse=True)
def right_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CLOCK, "wrong_by", timedelta())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_clock_a_quarter_of_an_hour_ahead_dials_nothing_and_says_so(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database.open(database_url) as database:
        assert await ClockDifference(database).is_right() is True

        monkeypatch.setattr(time, "time", lambda: real_time() + 900)
        clock = ClockDifference(database)
        with capture_logs() as logged:
            assert await clock.is_right() is False

    assert 890 < clock.seconds < 910
    assert [line["event"] for line in logged] == [
        "clock differs from the database's: nothing is dialed"
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_by_a_clock_that_is_wrong_the_time_is_the_databases_until_it_is_right_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_difference, "_LOOK_SECONDS", 0.0)
    async with Database.open(database_url) as database:
        clock = ClockDifference(database)
        monkeypatch.setattr(time, "time", lambda: real_time() - 900)
        await clock.is_right()
        wrong_by = CLOCK.wrong_by
        monkeypatch.setattr(time, "time", lambda: real_time() + 5)
        await clock.is_right()

    assert timedelta(seconds=-910) < wrong_by < timedelta(seconds=-890)
    assert CLOCK.wrong_by == timedelta()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_clock_that_could_not_be_compared_is_compared_at_the_next_look(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: real_time() + 900)
    async with Database.open(database_url) as database:
        clock = ClockDifference(database)
        with monkeypatch.context() as away:
            away.setattr(database, "read", unreadable)
            await clock.is_right()

        assert await clock.is_right() is False


async def unreadable(_: object) -> None:
    raise Unreadable("away")
