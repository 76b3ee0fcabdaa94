"""Asks the policy about a call, with what the database knows, in the transaction that goes on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select

from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.retry_plan import RetryPlan
from bot.core.policy.decide import decide
from bot.core.policy.decision import Decision, Held, Limit, awaits_approval
from bot.core.policy.facts import Caller, Facts, Usage
from bot.core.policy.frequency import most_of, usage_of
from bot.core.policy.policy import Policy
from bot.storage.encryption.sealing import searched
from bot.storage.leased.approval_rows import approved_by
from bot.storage.policy import statements
from bot.storage.policy.do_not_call import entry_of
from bot.storage.policy.pauses import pause_of

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class AskedCall:
    """A call that somebody asks for, what is known of them, and the policy of their workspace."""

    call: Call
    caller: Caller
    policy: Policy

    @property
    def at(self) -> datetime:
        """When it is to be dialed."""
        return max(self.call.requested_at, self.call.dial_at)

    def call_to_save(self, decision: Decision) -> Call:
        """Return the call as it is saved by what is decided: to be dialed, or approved first."""
        if isinstance(decision, Held) and awaits_approval(decision):
            return self.call.to_approve(Reason.by_policy(decision.fact))
        return self.call


class PolicyGate:
    """Decides about a workspace's calls; counting is exact for who holds the locks it names."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._request = statements.REQUEST_TO_APPROVE if policy.approval else statements.REQUEST
        self._most = {limit: most_of(policy, limit) for limit in Limit}

    def locks(self, team: str) -> Collection[str]:
        """Return the locks under which a workspace's calls are counted: none where none are."""
        return (f"calls of {team}",) if any(self._most.values()) else ()

    def is_known(self, connection: Connection, asked: AskedCall) -> bool:
        """Whether the same was asked for before, which counts nothing."""
        values = {"the_key": asked.call.request_key}
        return connection.execute(statements.KNOWN, values).first() is not None

    def decide_quickly(
        self, connection: Connection, asked: AskedCall, unsaved: Sequence[Call] = ()
    ) -> Decision | None:
        """Return what is decided about a new call; None if `decide` has to be asked.

        That is near a limit, or if it was asked for before. `unsaved` are the calls that are to be
        saved before it, in the same transaction.
        """
        call = asked.call
        values = self._values(connection, asked)
        counts = connection.execute(self._request, values).one()
        if counts.is_known or any(each.request_key == call.request_key for each in unsaved):
            return None
        most = statements.ATTEMPTS_MAX
        left_of_number, left_of_team = counts.left_of_number * most, counts.left_of_team * most
        if self._is_near(call, counts, left_of_number, left_of_team, unsaved):
            # No attempt follows nearly any of them.
            left = connection.execute(statements.ATTEMPTS_LEFT, values).one()
            if self._is_near(call, counts, left.of_number, left.of_team, unsaved):
                return None
        facts = self._facts(
            connection, asked, is_paused=counts.is_paused, is_blocked=counts.is_blocked
        )
        return decide(call.recipient, self._policy, facts, call.requested_at)

    def _is_near(
        self,
        call: Call,
        counts: Row[Any],
        left_of_number: int,
        left_of_team: int,
        unsaved: Sequence[Call],
    ) -> bool:
        """Whether a limit may be reached, with at most so many attempts left to be dialed."""
        if self._policy.approval:
            left_of_number += counts.to_approve_of_number * statements.ATTEMPTS_MAX
            left_of_team += counts.to_approve_of_team * statements.ATTEMPTS_MAX
        of_person = sum(each.requester == call.requester for each in unsaved)
        attempts = [(each.recipient, each.retry_plan.attempts) for each in unsaved]
        of_number = sum(count for recipient, count in attempts if recipient == call.recipient)
        of_team = sum(count for _, count in attempts)
        used = {
            Limit.PERSON_PER_HOUR: counts.asked_in_an_hour + of_person,
            Limit.PERSON_PER_DAY: counts.asked_in_a_day + of_person,
            Limit.NUMBER_PER_DAY: counts.sent_to_number + left_of_number + of_number,
            Limit.WORKSPACE_PER_DAY: counts.sent_of_team + left_of_team + of_team,
        }
        needed = call.retry_plan.attempts
        return any(most and used[limit] + needed > most for limit, most in self._most.items())

    def decide(self, connection: Connection, asked: AskedCall) -> Decision:
        """Return what is decided about a new call."""
        counts = connection.execute(statements.REQUEST, self._values(connection, asked)).one()
        facts = replace(
            self._facts(
                connection, asked, is_paused=counts.is_paused, is_blocked=counts.is_blocked
            ),
            person_per_hour=self._asked(connection, asked, Limit.PERSON_PER_HOUR),
            person_per_day=self._asked(connection, asked, Limit.PERSON_PER_DAY),
            number_per_day=self._planned(connection, asked, Limit.NUMBER_PER_DAY),
            workspace_per_day=self._planned(connection, asked, Limit.WORKSPACE_PER_DAY),
        )
        return decide(asked.call.recipient, self._policy, facts, asked.call.requested_at)

    def decide_dial(
        self,
        connection: Connection,
        call: Call,
        caller: Caller,
        now: datetime,
        *,
        by: str | None = None,
    ) -> Decision:
        """Return what is decided about a call that is to be dialed at `now`, or approved by `by`.

        First sends count, those of `call` itself aside; the person's limits are not asked again.
        """
        values = {
            "the_team": call.team,
            **searched(connection, call.recipient),
            "the_id": call.id,
            "a_day_ago": now - _DAY,
            "a_day_ahead": now + _DAY,
        }

        def usage(limit: Limit, statement: Select[Any]) -> Usage | None:
            if not (most := self._most[limit]):
                return None
            rows = connection.execute(statement, {**values, "most": most}).all()
            return usage_of(self._policy, limit, _times(row.dialing_since for row in rows), now)

        facts = Facts(
            caller,
            pause=pause_of(connection, call.team),
            do_not_call=entry_of(connection, call.team, call.recipient),
            number_per_day=usage(Limit.NUMBER_PER_DAY, statements.OTHERS_SENT_TO_NUMBER),
            workspace_per_day=usage(Limit.WORKSPACE_PER_DAY, statements.OTHERS_SENT_OF_TEAM),
            dial_at=call.dial_at,
            approved_by=self._approved_by(connection, call) if by is None else by,
        )
        return decide(call.recipient, self._policy, facts, now)

    def _approved_by(self, connection: Connection, call: Call) -> str | None:
        return approved_by(connection, call.series) if self._policy.approval else None

    def _facts(
        self, connection: Connection, asked: AskedCall, *, is_paused: bool, is_blocked: bool
    ) -> Facts:
        team, recipient = asked.call.team, asked.call.recipient
        return Facts(
            asked.caller,
            pause=pause_of(connection, team) if is_paused else None,
            do_not_call=entry_of(connection, team, recipient) if is_blocked else None,
            dial_at=asked.call.dial_at,
        )

    def _asked(self, connection: Connection, asked: AskedCall, limit: Limit) -> Usage | None:
        """Return how often the person asked for a call."""
        rows = self._newest(connection, statements.ASKED, asked, limit)
        times = _times(row.requested_at for row in rows)
        return usage_of(self._policy, limit, times, asked.call.requested_at)

    def _planned(self, connection: Connection, asked: AskedCall, limit: Limit) -> Usage | None:
        """Return how often the number or the workspace was called, and is to be called."""
        sent, *left = (
            (statements.SENT_TO_NUMBER, statements.LEFT_OF_NUMBER, statements.TO_APPROVE_OF_NUMBER)
            if limit is Limit.NUMBER_PER_DAY
            else (statements.SENT_OF_TEAM, statements.LEFT_OF_TEAM, statements.TO_APPROVE_OF_TEAM)
        )
        rows = self._newest(connection, sent, asked, limit)
        times = _times(row.dialing_since for row in rows)
        for statement in left if self._policy.approval else left[:1]:
            for row in self._newest(connection, statement, asked, limit):
                times += _still_to_come(row)
        times.sort(reverse=True)
        needed = asked.call.retry_plan.attempts
        return usage_of(self._policy, limit, times, asked.at, needed)

    def _newest(
        self,
        connection: Connection,
        statement: Select[Any],
        asked: AskedCall,
        limit: Limit,
    ) -> Sequence[Row[Any]]:
        values = {**self._values(connection, asked), "most": self._most[limit]}
        return connection.execute(statement, values).all()

    def _values(self, connection: Connection, asked: AskedCall) -> dict[str, Any]:
        call = asked.call
        return {
            "the_key": call.request_key,
            "the_team": call.team,
            "the_requester": call.requester,
            **searched(connection, call.recipient),
            "an_hour_before": call.requested_at - _HOUR,
            "a_day_before": call.requested_at - _DAY,
            "a_day_ago": asked.at - _DAY,
            "a_day_ahead": asked.at + _DAY,
            "most_in_an_hour": self._most[Limit.PERSON_PER_HOUR],
            "most_in_a_day": self._most[Limit.PERSON_PER_DAY],
            "most_to_number": self._most[Limit.NUMBER_PER_DAY],
            "most_of_team": self._most[Limit.WORKSPACE_PER_DAY],
        }


def _times(values: Iterable[object]) -> list[datetime]:
    """Return those that can be read: an odd row keeps nobody else from being counted."""
    return [value for value in values if isinstance(value, datetime)]


def _still_to_come(row: Row[Any]) -> list[datetime]:
    """Return when a call that is left, and the attempts that may follow it, are to be sent."""
    if row.ending is not None or not isinstance(row.dial_at, datetime):
        return []
    plan = row.retry_plan if isinstance(row.retry_plan, RetryPlan) else RetryPlan()
    # What was sent is counted by when it was.
    first = 0 if row.dialing_since is None else 1
    number = row.attempt_number if isinstance(row.attempt_number, int) else 1
    last = max(plan.attempts - max(number, 1), 0)
    return [row.dial_at + ahead * plan.distance for ahead in range(first, last + 1)]
