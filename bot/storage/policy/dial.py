"""Asks the policy right before a dial, and again in the write that begins it."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.core.calls.call import Call
from bot.core.policy.decision import Allowed, Decision
from bot.core.policy.facts import Caller
from bot.core.policy.policy import Policy
from bot.storage.engine.database import Database
from bot.storage.policy.gate import PolicyGate


class DialPolicy:
    """What the policy decides right before a dial."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decide(self, call: Call, caller: Caller, policy: Policy, now: datetime) -> Decision:
        """Return what is decided about the call at `now`; raises `StoreError`."""
        gate = PolicyGate(policy)
        return await self._database.read(
            lambda connection: gate.decide_dial(connection, call, caller, now)
        )

    def condition(
        self, call: Call, caller: Caller, policy: Policy, now: datetime
    ) -> Callable[[Connection], bool]:
        """Return the same question for a transaction that holds the `locks`: it counts exactly."""
        gate = PolicyGate(policy)

        def is_allowed(connection: Connection) -> bool:
            return gate.decide_dial(connection, call, caller, now) == Allowed()

        return is_allowed

    def locks(self, call: Call, policy: Policy) -> Collection[str]:
        """Return the locks under which the call is counted."""
        return PolicyGate(policy).locks(call.team)
