"""A clock that differs from the database's keeps its replica from dialing."""

import time

import pytest
from structlog.testing import capture_logs

from bot.storage.clock_difference import ClockDifference
from bot.storage.engine.database import Database

real_time = time.time


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
