"""The store of workspaces' own settings: what holds in each, known without asking the database.

Every change of any workspace has a later version, given under one lock: so a replica that asks for
what has a later version than the last it has seen misses none. It asks when somebody wants to know,
every two seconds at most; until then what it knows stands.
"""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog
from pydantic import SecretStr
from sqlalchemy import Connection, Integer, Row, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.audit import Act, AuditEntry
from bot.core.bounded import Bounded
from bot.core.errors import StoreError
from bot.core.workspace_settings import (
    RETENTION_DAYS_MAX,
    KeptSettings,
    OwnSettings,
    WorkspaceSettings,
    narrowed,
)
from bot.storage.audit import record
from bot.storage.engine.database import Database
from bot.storage.lenient import UnreadableValue
from bot.storage.tables import has_own_key, has_retention, schema_compatibility, workspace_settings
from bot.storage.versions import is_later, last_version, version_of

_LOOK_SECONDS: Final = 2.0
# Of so many workspaces it is known what holds; one that comes to be asked for again is read again.
_KNOWN_MAX: Final = 20_000
# As many as one look takes: the rest are taken by the next.
_CHANGED_MAX: Final = 500
# The first revision whose version keeps to them.
_KEPT_TO_SINCE: Final = "0023"
_LOCK: Final = "workspace settings"

OF_TEAM: Final = select(workspace_settings).where(
    workspace_settings.c.team == bindparam("the_team")
)
CHANGED: Final = (
    select(workspace_settings)
    .where(is_later(workspace_settings.c.version, bindparam("seen")))
    .order_by(workspace_settings.c.version)
    .limit(bindparam("most", type_=Integer))
)
_LAST_VERSION: Final = last_version(workspace_settings.c.version)
_HAS_OWN_KEYS: Final = select(exists().where(has_own_key))
RETENTIONS: Final = (
    select(workspace_settings.c.team, workspace_settings.c.retention_days)
    .where(
        has_retention,
        workspace_settings.c.retention_days.between(1, RETENTION_DAYS_MAX),
        workspace_settings.c.team > bindparam("after"),
    )
    .order_by(workspace_settings.c.team)
    .limit(bindparam("most", type_=Integer))
)
_INSERT: Final = {
    name: insert(workspace_settings).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_UPDATE: Final = update(workspace_settings).where(
    workspace_settings.c.team == bindparam("the_team")
)
_UPDATE_AFTER: Final = _UPDATE.where(workspace_settings.c.version == bindparam("after"))

_END_VERSIONS_BEFORE: Final = (
    update(schema_compatibility)
    .where(schema_compatibility.c.compatible_from < _KEPT_TO_SINCE)
    .values(compatible_from=_KEPT_TO_SINCE)
)

_log = structlog.get_logger(__name__)


_NOTHING: Final = KeptSettings(OwnSettings())


class WorkspaceSettingsStore:
    """Reads and writes of them; all of it raises `StoreError` when the database fails.

    `operator` is what holds where a workspace has set nothing.
    """

    def __init__(self, database: Database, operator: WorkspaceSettings) -> None:
        self._database = database
        self.operator = operator
        self._of_nobody = narrowed(operator, OwnSettings())
        # By workspace: the version, and what holds.
        self._known: Bounded[str, tuple[int, WorkspaceSettings]] = Bounded(_KNOWN_MAX)
        self._seen = 0
        self._looked_at = -_LOOK_SECONDS
        # Whether any workspace has a CallCow key of its own.
        self.has_own_keys = False

    @property
    def keeps_keys(self) -> bool:
        """Whether a CallCow key can be kept: only ever encrypted."""
        return self._database.sealing.has_keys

    async def start(self) -> None:
        """Learn from which version on changes are looked for."""

        def work(connection: Connection) -> tuple[int, bool]:
            version = connection.execute(_LAST_VERSION).scalar_one()
            return version, bool(connection.execute(_HAS_OWN_KEYS).scalar_one())

        self._seen, self.has_own_keys = await self._database.read(work)
        self._looked_at = time.monotonic()

    async def of(self, team: str) -> WorkspaceSettings:
        """Return what holds in a workspace, as it was two seconds ago or later."""
        await self.look()
        known = self._known.get(team)
        if known is None:
            self._know(team, await self.kept(team))
            known = self._known[team]
        return known[1]

    async def look(self) -> None:
        """Take what has changed, if the last look is old; what is known stands while that fails."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_SECONDS:
            return
        # Whoever asks meanwhile does not look as well.
        self._looked_at = now
        values = {"seen": self._seen, "most": _CHANGED_MAX}
        try:
            rows = await self._database.read(
                lambda connection: connection.execute(CHANGED, values).all()
            )
        except StoreError as error:
            _log.info("settings of workspaces not looked up", error=str(error))
            return
        for row in rows:
            kept = _kept(row)
            self._know(row.team, kept)
            self._seen = max(self._seen, kept.version)
        if len(rows) == _CHANGED_MAX:
            self._looked_at -= _LOOK_SECONDS

    async def kept(self, team: str) -> KeptSettings:
        """Return what a workspace has set for itself, as it is now."""
        values = {"the_team": team}
        row = await self._database.read(
            lambda connection: connection.execute(OF_TEAM, values).one_or_none()
        )
        return _NOTHING if row is None else _kept(row)

    async def retentions(self) -> dict[str, int]:
        """Return the days for which workspaces keep content that keep it less long than others."""
        found: dict[str, int] = {}
        operators, last = self.operator.retention_days, ""
        while rows := await self._database.read(partial(_retentions, last)):
            last = rows[-1].team
            found |= {
                row.team: days
                for row in rows
                if isinstance(days := row.retention_days, int)
                and (not operators or days < operators)
            }
        return found

    async def save(
        self,
        team: str,
        own: OwnSettings,
        *,
        callcow_key: SecretStr | None,
        removes_key: bool = False,
        after: int,
        changes: Sequence[str],
        by: str,
        now: datetime,
    ) -> bool:
        """Write what a workspace sets, in place of version `after`; False if that is not the last.

        Without a `callcow_key` the one that there is stays, unless it is removed. The audit keeps
        each of the `changes`.
        """
        values: dict[str, Any] = {
            "own": own.to_json(),
            "retention_days": own.retention_days or None,
            "changed_at": now,
            "changed_by": by,
        }
        if callcow_key is not None or removes_key:
            values["callcow_key"] = callcow_key

        def work(connection: Connection) -> bool:
            version = connection.execute(_LAST_VERSION).scalar_one() + 1
            row = {"team": team, "callcow_key": None, **values, "version": version}
            if after == 0:
                insert = _INSERT[connection.dialect.name]
                is_last = connection.execute(insert, row).rowcount == 1
            else:
                changed = {"the_team": team, "after": after, **values, "version": version}
                is_last = connection.execute(_UPDATE_AFTER, changed).rowcount == 1
            if is_last:
                # A version before would keep to the operator's rules alone, and use another key.
                connection.execute(_END_VERSIONS_BEFORE)
                entries = (
                    AuditEntry(now, team, Act.SETTINGS_CHANGED, by, rule=each) for each in changes
                )
                record(connection, entries)
            return is_last

        saved = await self._database.write(work, [_LOCK])
        await self._learn(team)
        return saved

    async def erase_key(self, team: str, now: datetime) -> None:
        """Erase the CallCow key of a workspace; its rules stay, should the bot come back.

        A key that is just being tried is not saved any more, even if it is the first.
        """
        await self._erase(team, {"callcow_key": None, "changed_at": now}, also_nothing=True)

    async def erase(self, team: str, now: datetime) -> None:
        """Erase all that a workspace has set, its CallCow key included."""
        nothing: dict[str, Any] = {
            "own": {},
            "callcow_key": None,
            "retention_days": None,
            "changed_by": None,
        }
        await self._erase(team, {**nothing, "changed_at": now})

    async def _erase(
        self, team: str, values: Mapping[str, Any], *, also_nothing: bool = False
    ) -> None:
        """Write the values in the row that there is, and learn of it, as every replica does.

        With `also_nothing` there is one afterwards in any case, so that its version is a later one.
        """

        def work(connection: Connection) -> None:
            later = {"version": connection.execute(_LAST_VERSION).scalar_one() + 1, **values}
            changed = connection.execute(_UPDATE, {"the_team": team, **later})
            if also_nothing and changed.rowcount == 0:
                insert = _INSERT[connection.dialect.name]
                connection.execute(insert, {"team": team, "own": {}, **later})

        await self._database.write(work, [_LOCK])
        await self._learn(team)

    async def _learn(self, team: str) -> None:
        """Take what was changed here at once; if that fails, the next look does."""
        with contextlib.suppress(StoreError):
            self._know(team, await self.kept(team))

    def _know(self, team: str, kept: KeptSettings) -> None:
        """Take what holds in a workspace, unless something later is known."""
        if team in self._known and self._known[team][0] > kept.version:
            return
        self.has_own_keys |= kept.callcow_key is not None
        holds = self._of_nobody
        if kept != _NOTHING:
            operator = self.operator
            if kept.is_locked:
                # Its calls are not made at the operator's cost.
                operator = replace(operator, callcow_key=None)
                _log.error("callcow key unreadable", team=team)
            holds = narrowed(operator, kept.own, kept.callcow_key)
        self._known[team] = kept.version, holds


def _retentions(after: str, connection: Connection) -> list[Any]:
    values = {"after": after, "most": _CHANGED_MAX}
    found: list[Any] = list(connection.execute(RETENTIONS, values))
    return found


def _kept(row: Row[Any]) -> KeptSettings:
    is_locked = isinstance(row.callcow_key, UnreadableValue)
    own = row.own if isinstance(row.own, dict) else {}
    return KeptSettings(
        OwnSettings.read(own),
        None if is_locked else row.callcow_key,
        version_of(row.version),
        is_locked,
    )
