"""A call's turn: how many calls that are due before it are to be dialed first, to be fair.

One person's many calls do not hold up another's one, nor one workspace's many another's: of a
call's own people's calls each counts more than all of its workspace's others.
"""

from typing import Any, Final

from sqlalchemy import Connection, ScalarSelect, Select, bindparam, func, literal_column, select

from bot.storage.column_types import Utc
from bot.storage.tables import calls, undialed

# More are not told apart, so that a request costs the same however many wait.
_TEAM_MAX: Final = 99
_PERSON_MAX: Final = 999
# One of the same person counts more than all of the workspace's others.
_PERSON_WEIGHT: Final = 1000
_BEFORE: Final[Select[tuple[int]]] = select(literal_column("1")).where(
    undialed,
    calls.c.team == bindparam("the_team"),
    calls.c.due_at.is_not(None),
    calls.c.dialing_since.is_(None),
    calls.c.dial_at <= bindparam("the_time", type_=Utc()),
)


def _count(found: Select[tuple[int]], most: int) -> ScalarSelect[int]:
    return select(func.count()).select_from(found.limit(most).subquery()).scalar_subquery()


BEFORE: Final = select(
    _count(_BEFORE, _TEAM_MAX).label("of_team"),
    _count(_BEFORE.where(calls.c.requester == bindparam("the_requester")), _PERSON_MAX).label(
        "of_person"
    ),
)


def persons_before(turn: int) -> int:
    """Return how many of the same person's calls go before a call with that turn."""
    return turn // _PERSON_WEIGHT


def turn_of(connection: Connection, row: dict[str, Any]) -> int:
    """Return the turn of a call that is about to be saved."""
    values = {
        "the_team": row["team"],
        "the_requester": row["requester"],
        "the_time": row["dial_at"],
    }
    before = connection.execute(BEFORE, values).one()
    return int(before.of_person * _PERSON_WEIGHT + before.of_team)
