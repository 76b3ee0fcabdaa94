"""Asks the policy right before a dial, and again in the write that begins it."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.core.call import Call
from bot.core.policy.decision import Allowed, Decision
from bot.core.policy.facts import Caller
from bot.storage.engine.database import Database
from bot.storage.policy.gate import PolicyGate


class DialPolicy:
    """What the policy decides right before a dial."""

    def __init__(self, database: Database, gate: PolicyGate) -> None:
        self._database = database
        self._gate = gate

    async def decide(self, call: Call, caller: Caller, now: datetime) -> Decision:
        """Return what is decided about the call at `now`; raises `StoreError`."""
        return await self._database.read(
            lambda connection: self._gate.decide_dial(connection, call, caller, now)
        )

    def condition(self, call: Call, caller: Caller, now: datetime) -> Callable[[Connection], bool]:
        """Return the same question for a transaction that holds the `locks`: it counts exactly."""

        def is_allowed(connection: Connection) -> bool:
            return self._gate.decide_dial(connection, call, caller, now) == Allowed()

        return is_allowed

    def locks(self, call: Call) -> Collection[str]:
        """Return the locks under which the call is counted."""
        return self._gate.locks(call.team)
