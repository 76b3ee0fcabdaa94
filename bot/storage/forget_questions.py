"""Forgetting what somebody wrote to the bot: the content of their drafts, a portion at a time."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Update, bindparam, select, update

from bot.core.draft import UNDECIDED, DraftState
from bot.core.forget import NumberToForget, PersonToForget, ToForget
from bot.storage.engine.database import Database
from bot.storage.tables import drafts

T = TypeVar("T")

# In place of a person who was forgotten.
NOBODY: Final = ""
# How many are looked at in one transaction that only reads: whose a draft is, its content tells.
_READ_AT_ONCE: Final = 100
_DRAFT: Final[Update] = update(drafts).where(drafts.c.id == bindparam("the_id"))
_NO_CONTENT: Final = {"number": None, "recipient": None, "prompt": None, "unclear": None}
_NAMES: Final = ("id", "state", "message_ts", "recipient", "number", "prompt", "unclear")
_SOME: Final[Select[Any]] = select(*(drafts.c[name] for name in _NAMES)).where(
    drafts.c.id.in_(bindparam("ids", expanding=True))
)


class QuestionsToForget:
    """The drafts that are somebody's, by what is in the database now; raises `StoreError`."""

    def __init__(self, database: Database, whom: ToForget, team: str | None) -> None:
        self._database = database
        self._whom = whom
        self._team = team

    async def find(self) -> list[UUID]:
        """Return which they are."""
        ids = await self._database.read(self._candidates)
        found: list[UUID] = []
        for some in portions(ids, _READ_AT_ONCE):
            found += await self._database.read(partial(self._own, some))
        return found

    async def erase(self, some: Collection[UUID], now: datetime) -> int:
        """Erase the content of some of those that were found, and return how many still were."""

        def work(connection: Connection) -> int:
            statement = _SOME.with_for_update(of=drafts)
            rows = connection.execute(statement, {"ids": list(some)}).all()
            own = [row for row in rows if self._is_own(row)]
            for row in own:
                changes: dict[str, Any] = {**_NO_CONTENT}
                if row.state in UNDECIDED:
                    changes |= _expired(row, now)
                if isinstance(self._whom, PersonToForget):
                    changes["requester"] = NOBODY
                connection.execute(_DRAFT, {"the_id": row.id, **changes})
            return len(own)

        return await self._database.write(work)

    def _candidates(self, connection: Connection) -> Sequence[UUID]:
        """Return those that may be somebody's: what has content is also due."""
        found = select(drafts.c.id)
        if isinstance(self._whom, NumberToForget):
            found = found.where(drafts.c.due_at.is_not(None))
        else:
            found = found.where(drafts.c.requester == self._whom.person)
        if self._team is not None:
            found = found.where(drafts.c.team == self._team)
        # One whose id cannot be read is found by no statement.
        return [id_ for id_ in connection.execute(found).scalars() if isinstance(id_, UUID)]

    def _own(self, some: Sequence[UUID], connection: Connection) -> list[UUID]:
        rows = connection.execute(_SOME, {"ids": list(some)}).all()
        return [row.id for row in rows if self._is_own(row)]

    def _is_own(self, row: Row[Any]) -> bool:
        """Whether it is somebody's: a number also where it is only one of several written."""
        if isinstance(self._whom, PersonToForget):
            return True
        digits = self._whom.number.removeprefix("+")
        written = (row.recipient, row.number, row.prompt, row.unclear)
        texts = ["".join(filter(str.isdecimal, str(text))) for text in written if text]
        # As it is dialed at home, it lacks up to three digits of the country.
        return any(text and (digits in text or digits[3:] in text) for text in texts)


def portions(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Divide them into so many at a time."""
    for first in range(0, len(items), most):
        yield items[first : first + most]


def is_late(until: float) -> bool:
    """Whether that time, by the monotonic clock, has passed."""
    return time.monotonic() > until


def _expired(row: Row[Any], now: datetime) -> Mapping[str, Any]:
    """Return what changes of a question that is open: nobody can answer it any more."""
    return {
        "state": DraftState.EXPIRED,
        "decided_at": now,
        "settled_at": None,
        "attempts": 0,
        "due_at": now if row.message_ts is not None else None,
        "lease": None,
        "lease_until": None,
    }
