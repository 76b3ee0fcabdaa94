"""The CallCow keys of all workspaces, each with its rate: those with the same key share it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from bot.core.bounded import Bounded
from bot.core.calls.call import Call
from bot.core.calls.call_record import SEND_WITHIN
from bot.storage.calls.due import Permits
from bot.storage.engine.database import Database
from bot.storage.rate_table import SharedRate, digest_of
from bot.storage.workspace_settings import WorkspaceSettingsStore

# Of so many keys it is known what is left of their permits; of others it is read again.
_KEYS_MAX: Final = 1000
# So many workspaces are known to wait; the calls of others are tried, and told to wait.
_TEAMS_MAX: Final = 1000
_MARK_LENGTH: Final = 16


@dataclass(frozen=True)
class CallCowKey:
    """A key and its permits; `is_operators` for the one of the environment."""

    secret: SecretStr
    rate: SharedRate
    is_operators: bool

    @property
    def mark(self) -> str:
        """What tells the key from others, and is no way back to it."""
        return digest_of(self.secret)[:_MARK_LENGTH]

    def has_dialed(self, call: Call) -> bool:
        """Whether it is the key that a call was sent with; the version before knew but one."""
        return self.is_operators if call.dialed_with is None else call.dialed_with == self.mark


class CallCowKeys:
    """Knows with which key a workspace's calls are made, and which keys have permits left."""

    def __init__(
        self, database: Database, settings: WorkspaceSettingsStore, per_minute: int
    ) -> None:
        self._database = database
        self._settings = settings
        self._per_minute = per_minute
        self._known: Bounded[str, CallCowKey] = Bounded(_KEYS_MAX)
        # By workspaces with a key of their own, the digests of those.
        self._own: Bounded[str, str] = Bounded(_TEAMS_MAX)
        key = settings.operator.callcow_key
        self._operators = None if key is None else self._new(key, is_operators=True)

    async def of(self, team: str) -> CallCowKey | None:
        """Return the key that a workspace has, None for none; raises `StoreError`."""
        secret = (await self._settings.of(team)).callcow_key
        operators = self._operators
        if secret is None or (operators is not None and secret == operators.secret):
            self._own.pop(team, None)
            return operators if secret is not None else None
        digest = digest_of(secret)
        self._own[team] = digest
        key = self._known.get(digest) or self._new(secret)
        self._known[digest] = key
        return key

    async def permits(self) -> Permits:
        """Return which keys have permits left, as far as this process knows."""
        await self._settings.look()
        left = None if self._operators is None else self._operators.rate.unpromised()
        if not self._settings.has_own_keys:
            return Permits(left)
        waiting = [
            team
            for team, digest in self._own.items()
            if (key := self._known.get(digest)) is not None and key.rate.left() == 0
        ]
        return Permits(left, waiting)

    def to_wait_for(self, permits: Permits) -> Permits:
        """Return the same without keys of which CallCow takes nothing: that is an outage.

        What waits for a permit is not late, and an outage moves no call.
        """
        operators, teams = permits.operators, permits.teams_waiting
        if self._operators is not None and _is_out(self._operators):
            operators = None
        if teams is not None:
            keys = ((team, self._known.get(self._own.get(team, ""))) for team in teams)
            teams = [team for team, key in keys if key is not None and not _is_out(key)]
        return Permits(operators, teams)

    def rates(self) -> Iterable[SharedRate]:
        """Return the rates of the keys that are known."""
        own = [key.rate for key in self._known.values()]
        return own if self._operators is None else [self._operators.rate, *own]

    def _new(self, secret: SecretStr, *, is_operators: bool = False) -> CallCowKey:
        rate = SharedRate(self._database, secret, self._per_minute)
        return CallCowKey(secret, rate, is_operators)


def _is_out(key: CallCowKey) -> bool:
    return key.rate.refused_seconds >= SEND_WITHIN.total_seconds()
