"""A call's turn: how many calls that are due before it are to be dialed first, to be fair.

One person's many calls do not hold up another's one, nor one workspace's many another's: of a
call's own people's calls each counts more than all of its workspace's others.
"""

from typing import Any, Final

from sqlalchemy import Connection, Integer, bindparam, func, select

from bot.storage.column_types import Utc
from bot.storage.tables import calls, undialed

# More are not told apart, so that a request costs the same however many wait.
_TEAM_MAX: Final = 99
_PERSON_MAX: Final = 999
# One of the same person counts more than all of the workspace's others.
_PERSON_WEIGHT: Final = 1000
_BEFORE: Final = (
    select(calls.c.id)
    .where(
        undialed,
        calls.c.team == bindparam("the_team"),
        calls.c.due_at.is_not(None),
        calls.c.dialing_since.is_(None),
        calls.c.dial_at <= bindparam("the_time", type_=Utc()),
    )
    .limit(bindparam("most", type_=Integer))
)
OF_TEAM: Final = select(func.count()).select_from(_BEFORE.subquery())
OF_PERSON: Final = select(func.count()).select_from(
    _BEFORE.where(calls.c.requester == bindparam("the_requester")).subquery()
)


def persons_before(turn: int) -> int:
    """Return how many of the same person's calls go before a call with that turn."""
    return turn // _PERSON_WEIGHT


def turn_of(connection: Connection, row: dict[str, Any]) -> int:
    """Return the turn of a call that is about to be saved."""
    values = {"the_team": row["team"], "the_time": row["dial_at"]}
    of_team = connection.execute(OF_TEAM, {**values, "most": _TEAM_MAX}).scalar_one()
    if of_team == 0:
        return 0
    person = {**values, "the_requester": row["requester"], "most": _PERSON_MAX}
    of_person: int = connection.execute(OF_PERSON, person).scalar_one()
    return of_person * _PERSON_WEIGHT + int(of_team)
