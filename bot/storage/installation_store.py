"""The store of the workspaces that the bot was installed in by OAuth, each with its token.

Every change has a later version, given under one lock: so a replica that asks for what has a later
version than the last it has seen misses none.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import Connection, Integer, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.membership import Installation
from bot.storage.column_types import EARLIEST, AnyText, Utc, readable
from bot.storage.engine.database import Database
from bot.storage.installation_rows import as_installation, as_values
from bot.storage.lenient import UnreadableValue
from bot.storage.tables import installations, oauth_states
from bot.storage.versions import is_later, last_version, version_of

_LOCK: Final = "installations"
# As many as one look takes: the rest are taken by the next.
_CHANGED_MAX: Final = 500
# So many states that nobody came back with are deleted at once.
_EXPIRED_MAX: Final = 100
_TABLE: Final = installations

OF_TEAMS: Final = select(_TABLE).where(_TABLE.c.team.in_(bindparam("teams", expanding=True)))
CHANGED: Final = (
    select(_TABLE.c.team, _TABLE.c.version)
    .where(is_later(_TABLE.c.version, bindparam("seen")))
    .order_by(_TABLE.c.version)
    .limit(bindparam("most", _CHANGED_MAX, Integer))
)
LAST_VERSION: Final = last_version(_TABLE.c.version)
_INSERT: Final[Mapping[str, Callable[[Any], Any]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_CHANGE: Final = update(_TABLE).where(_TABLE.c.team == bindparam("the_team"))
_REMOVE: Final = _CHANGE.where(
    _TABLE.c.removed_at.is_(None),
    _TABLE.c.bot_token.is_not(None),
    _TABLE.c.installed_at <= bindparam("not_after", type_=Utc()),
)
_ASK_FOR_SCOPES: Final = _CHANGE.where(
    _TABLE.c.bot_token.is_not(None), _TABLE.c.scopes == bindparam("known_scopes", type_=AnyText())
)
_FORGET: Final = _CHANGE.where(_TABLE.c.removed_at.is_not(None))
# The row stays: no later version is ever given again.
_FORGOTTEN: Final = ("url", "bot_user", "bot_id", "scopes", "installed_by", "installed_at",
                     "removed_at", "notice", "notice_at")  # fmt: skip
COUNT: Final = select(func.count()).where(_TABLE.c.bot_token.is_not(None))
NOTICES: Final = (
    select(_TABLE)
    # No time of ours would be the first for ever.
    .where(_TABLE.c.notice_at.between(EARLIEST, bindparam("now", type_=Utc())))
    .order_by(_TABLE.c.notice_at)
    .limit(bindparam("most", 10, Integer))
)
_MOVE_NOTICE: Final = _CHANGE.where(_TABLE.c.notice_at == bindparam("before", type_=Utc()))
REMOVED: Final = (
    select(_TABLE.c.team)
    .where(_TABLE.c.removed_at < bindparam("before", type_=Utc()), _TABLE.c.bot_token.is_(None))
    .order_by(_TABLE.c.removed_at)
    .limit(bindparam("most", 10, Integer))
)
_EXPIRED: Final = delete(oauth_states).where(
    oauth_states.c.state.in_(
        select(oauth_states.c.state)
        .where(oauth_states.c.expires_at <= bindparam("now", type_=Utc()))
        .limit(_EXPIRED_MAX)
    )
)
_CONSUME: Final = (
    delete(oauth_states)
    .where(
        oauth_states.c.state == bindparam("the_state"),
        oauth_states.c.expires_at > bindparam("now", type_=Utc()),
    )
    .returning(oauth_states.c.state)
)


class Notice(StrEnum):
    """What the installer is to be told in a direct message."""

    WELCOME = "welcome"
    SCOPES = "scopes"


@dataclass(frozen=True)
class KeptInstallation:
    """A workspace that the bot is installed in, or was: without a token, or with one not readable.

    `notice` is what its installer is still to be told.
    """

    key: str
    version: int
    installation: Installation
    token: SecretStr | None
    scopes: frozenset[str]
    installed_by: str | None
    installed_at: datetime
    changed_at: datetime
    notice: str | None
    notice_at: datetime | None
    is_locked: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the bot was removed there."""
        return self.token is None and not self.is_locked


class InstallationStore:
    """Reads and writes of them; all of it raises `StoreError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_version(self) -> int:
        """Return the version of the last change."""
        work = _scalar(LAST_VERSION)
        return await self._database.read(work)

    async def changed(self, seen: int) -> Mapping[str, int]:
        """Return what has changed since a version: the new versions, in their order."""

        def work(connection: Connection) -> dict[str, int]:
            rows = connection.execute(CHANGED, {"seen": seen}).all()
            return {row.team: row.version for row in rows if isinstance(row.version, int)}

        return await self._database.read(work)

    async def find(self, teams: Sequence[str]) -> KeptInstallation | None:
        """Return the first of several that has a token, which may be one that cannot be read."""
        kept = await self._of(teams)
        found = (kept[team] for team in teams if team in kept)
        return next((one for one in found if one.token or one.is_locked), None)

    async def of(self, team: str) -> KeptInstallation | None:
        """Return the one that is kept under `team`, also where the bot was removed."""
        return (await self._of([team])).get(team)

    async def _of(self, teams: Sequence[str]) -> dict[str, KeptInstallation]:
        def work(connection: Connection) -> dict[str, KeptInstallation]:
            rows = connection.execute(OF_TEAMS, {"teams": list(teams)}).all()
            return {row.team: _kept(row) for row in rows}

        return await self._database.read(work)

    async def install(
        self,
        installation: Installation,
        *,
        token: SecretStr,
        scopes: Collection[str],
        by: str,
        now: datetime,
    ) -> None:
        """Keep that the bot is installed, from now on with this token; its installer is told."""
        values = {
            **as_values(installation, now),
            # Nothing is found by it: it is for the mode with one token.
            "token_digest": "",
            "bot_token": token,
            "scopes": ",".join(sorted(scopes)),
            "installed_by": by,
            "installed_at": now,
            "removed_at": None,
            "notice": Notice.WELCOME,
            "notice_at": now,
        }

        def work(connection: Connection) -> None:
            row = {**values, "version": connection.execute(LAST_VERSION).scalar_one() + 1}
            statement = _INSERT[connection.dialect.name](_TABLE).values(row)
            new = {name: statement.excluded[name] for name in row if name != "team"}
            connection.execute(statement.on_conflict_do_update(index_elements=["team"], set_=new))

        await self._database.write(work, [_LOCK])

    async def remove(self, team: str, *, not_after: datetime, now: datetime) -> bool:
        """Erase a token; return False if there is none, or one of an installation after that."""
        values = {"bot_token": None, "removed_at": now, "learned_at": now, "notice_at": None}

        def work(connection: Connection) -> bool:
            version = connection.execute(LAST_VERSION).scalar_one() + 1
            removed = {"the_team": team, "not_after": not_after, "version": version, **values}
            return connection.execute(_REMOVE, removed).rowcount == 1

        return await self._database.write(work, [_LOCK])

    async def ask_for_scopes(
        self, kept: KeptInstallation, scopes: Collection[str], now: datetime
    ) -> None:
        """Let the installer be told once that scopes are missing: from now on they are not."""
        values = {
            "the_team": kept.key,
            "known_scopes": ",".join(sorted(kept.scopes)),
            "scopes": ",".join(sorted(scopes)),
            "notice": Notice.SCOPES,
            "notice_at": now,
            "learned_at": now,
        }
        await self._database.write(
            lambda connection: connection.execute(_ASK_FOR_SCOPES, values).rowcount
        )

    async def take_notices(self, now: datetime, again: timedelta) -> list[KeptInstallation]:
        """Return those whose installers are to be told something now, and are not told by others.

        Unless `told` is said of them, they are returned again after a while.
        """

        due = await self._database.read(
            lambda connection: connection.execute(NOTICES, {"now": now}).first()
        )
        if due is None:
            return []

        def work(connection: Connection) -> list[KeptInstallation]:
            taken = []
            for row in connection.execute(NOTICES, {"now": now}).all():
                later = {"the_team": row.team, "before": row.notice_at, "notice_at": now + again}
                if connection.execute(_MOVE_NOTICE, later).rowcount == 1:
                    taken.append(replace(_kept(row), notice_at=now + again))
            return taken

        return await self._database.write(work)

    async def told(self, kept: KeptInstallation) -> None:
        """Note that the installer was told, or cannot be, unless there is more to tell by now."""
        values = {"the_team": kept.key, "before": kept.notice_at, "notice_at": None}
        await self._database.write(
            lambda connection: connection.execute(_MOVE_NOTICE, values).rowcount
        )

    async def removed_before(self, before: datetime) -> list[str]:
        """Return some workspaces that the bot was removed from before that time."""
        return await self._database.read(
            lambda connection: list(connection.execute(REMOVED, {"before": before}).scalars())
        )

    async def forget(self, team: str, now: datetime) -> None:
        """Let nothing be known of a workspace that the bot was removed from, but that it was."""
        nothing: dict[str, Any] = dict.fromkeys(_FORGOTTEN)
        values = {"the_team": team, "learned_at": now, "token_digest": "", **nothing}
        await self._database.write(lambda connection: connection.execute(_FORGET, values).rowcount)

    async def count(self) -> int:
        """Return in how many workspaces the bot is installed."""
        work = _scalar(COUNT)
        return await self._database.read(work)

    async def issue(self, state: str, *, expires_at: datetime, now: datetime) -> None:
        """Keep a state that somebody is to come back with, in place of some that expired."""

        def work(connection: Connection) -> None:
            connection.execute(_EXPIRED, {"now": now})
            connection.execute(insert(oauth_states), {"state": state, "expires_at": expires_at})

        await self._database.write(work)

    async def consume(self, state: str, now: datetime) -> bool:
        """Take a state away; return False if there is none: it expired, or was taken before."""
        values = {"the_state": state, "now": now}
        return await self._database.write(
            lambda connection: connection.execute(_CONSUME, values).first() is not None
        )


def _scalar(statement: Any) -> Any:
    return lambda connection: connection.execute(statement).scalar_one()


def _kept(row: Row[Any]) -> KeptInstallation:
    is_locked = isinstance(row.bot_token, UnreadableValue)
    scopes = readable(row.scopes, None) or ""
    return KeptInstallation(
        key=row.team,
        version=version_of(row.version),
        installation=as_installation(row),
        token=None if is_locked else row.bot_token,
        scopes=frozenset(filter(None, scopes.split(","))),
        installed_by=readable(row.installed_by, None),
        installed_at=readable(row.installed_at, None) or EARLIEST,
        changed_at=readable(row.learned_at, EARLIEST),
        notice=readable(row.notice, None),
        notice_at=readable(row.notice_at, None),
        is_locked=is_locked,
    )
