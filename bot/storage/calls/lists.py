"""A person's calls: what they have scheduled, and the last ones."""

from sqlalchemy import Connection

from bot.core.calls.call import Call
from bot.storage.calls import statements
from bot.storage.engine.database import Database
from bot.storage.leased.approval_statements import COUNT_WAITING_CALLS_OF, WAITING_CALLS_OF
from bot.storage.rows import CallRows


class CallLists:
    """Lists of calls; each raises `Unreadable` when the database fails."""

    def __init__(self, database: Database, rows: CallRows | None = None) -> None:
        self._database = database
        self._rows = rows or CallRows()

    async def calls_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return a person's last calls, the latest first; at most so many."""
        values = {"the_requester": requester, "the_team": team, "most": most}
        return await self._database.read(
            lambda connection: self._rows.calls(connection.execute(statements.CALLS_OF, values))
        )

    async def scheduled_of(self, requester: str, team: str, *, most: int) -> list[Call]:
        """Return what a person has scheduled and was not dialed yet, at most so many, next first.

        So many at most that wait for an approval come before that.
        """
        values = {"the_requester": requester, "the_team": team, "most": most}

        def work(connection: Connection) -> list[Call]:
            waiting = connection.execute(WAITING_CALLS_OF, values).all()
            scheduled = connection.execute(statements.SCHEDULED_OF, values).all()
            return self._rows.calls([*waiting, *scheduled])

        return await self._database.read(work)

    async def count_scheduled_of(self, requester: str, team: str) -> tuple[int, int]:
        """Return how many calls of a person wait for an approval, and how many are scheduled."""
        values = {"the_requester": requester, "the_team": team}

        def work(connection: Connection) -> tuple[int, int]:
            waiting = connection.execute(COUNT_WAITING_CALLS_OF, values).scalar_one()
            scheduled = connection.execute(statements.COUNT_SCHEDULED_OF, values).scalar_one()
            return waiting, scheduled

        return await self._database.read(work)
