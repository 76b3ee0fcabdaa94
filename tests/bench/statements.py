"""How long each statement of the stores takes on PostgreSQL itself, with a million rows."""

import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.asyncio import create_async_engine

from bot.core.policy.policy import Policy
from bot.storage import migrations
from bot.storage.encryption.sealing import new_key
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from tests.bench.table import Row
from tests.conftest import new_postgresql_database
from tests.storage.test_plans import METHODS, Stores, with_many_rows

ROWS: Final = 1_000_000
ROUNDS: Final = 5
GOAL_MILLISECONDS: Final = 5.0
_TIMED: Final = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
# One call every five seconds, so that each limit has a day to count.
_SENT: Final = "now() - numbers.number * interval '5 seconds'"
# With the others every request is allowed; with these each limit is counted to its last row.
_UNLIMITED: Final = Policy(
    hours=None,
    calls_per_person_per_hour=0,
    calls_per_person_per_day=0,
    calls_per_number_per_day=0,
    calls_per_day=0,
)
_LIMITED: Final = Policy(
    hours=None,
    calls_per_person_per_hour=1,
    calls_per_person_per_day=10,
    calls_per_number_per_day=1,
    calls_per_day=1_000,
)
_COUNTING: Final = ("Requests.add", "DialPolicy.decide")


class _Timed:
    """While statements run through an engine, asks the server how long each of them takes."""

    def __init__(self, database: Database) -> None:
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        event.listen(database.sync_engine, "before_cursor_execute", self._time)

    def _time(
        self,
        connection: Connection,
        cursor: DBAPICursor,
        statement: str,
        parameters: Any,
        _: object,
        executemany: bool,
    ) -> None:
        if not statement.startswith(_TIMED):
            return
        driver: Any = connection.connection.cursor()
        is_alone = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        if not is_alone:
            driver.execute("SAVEPOINT timed", ())
        explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
        driver.execute(explain, parameters[0] if executemany else parameters)
        [plan] = driver.fetchall()[0][0]
        self.milliseconds[" ".join(statement.split())].append(plan["Execution Time"])
        if not is_alone:
            # What it changed is undone: the statement itself is yet to run.
            driver.execute("ROLLBACK TO SAVEPOINT timed", ())
        driver.close()


async def statements(_folder: Path) -> list[Row]:
    """Run every method of every store several times; return the slowest statements."""
    async with new_postgresql_database() as url, Database.open(url, [new_key()]) as database:
        await migrations.upgrade(database.engine)
        await Encryption(database).start()
        differs = dict.fromkeys(("dialing_since", "requested_at", "dial_at", "ended_at"), _SENT)
        # The bot's own engine gives no statement so much time.
        patient = create_async_engine(url)
        await with_many_rows(patient, ROWS, differs)
        async with patient.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
        await patient.dispose()
        stores, timed = Stores.of(database, _UNLIMITED), _Timed(database)
        limited = Stores.of(database, _LIMITED)
        for _ in range(ROUNDS):
            for method in METHODS.values():
                await method(stores)
            for name in _COUNTING:
                await METHODS[name](limited)
    took = {statement: statistics.median(each) for statement, each in timed.milliseconds.items()}
    slowest = sorted(took, key=lambda statement: -took[statement])
    worst, once = took[slowest[0]], max(map(max, timed.milliseconds.values()))
    return [
        Row(
            f"the slowest of {len(took)} statements on PostgreSQL, {ROWS:,} rows",
            f"{worst:.2f} ms",
            "on the server, median",
            f"< {GOAL_MILLISECONDS:.0f} ms",
            met=worst < GOAL_MILLISECONDS,
        ),
        Row("  the slowest single run of all", f"{once:.2f} ms"),
        *(Row(f"  {_shortened(each)}", f"{took[each]:.2f} ms") for each in slowest[:5]),
    ]


def _shortened(statement: str) -> str:
    """Return how a statement begins, and on which it goes on."""
    return statement if len(statement) < 200 else f"{statement[:60]} … {statement[-120:]}"
