"""Saves what is asked for, if the policy lets it: the counting and the call are one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from bot.core.audit import Act, AuditEntry
from bot.core.policy.decision import Allowed, Decision, is_taken
from bot.core.policy.kept import rule_of
from bot.storage.audit import record
from bot.storage.calls.saving import add_calls
from bot.storage.engine.database import Database
from bot.storage.policy.gate import AskedCall, PolicyGate

# What became of a request; None if the same was asked for before, which changes nothing.
Answer = Decision | None


class Requests:
    """Every way in asks this for a call; all of it raises `StoreError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # As one object, since works of the same function are done together.
        self._add = self._add_all

    async def add(self, asked: AskedCall) -> Answer:
        """Save a call if it is allowed, and return what is decided about it."""
        locks = PolicyGate(asked.policy).locks(asked.call.team)
        return await self._database.write_with_others(self._add, asked, locks)

    def _add_all(self, connection: Connection, items: list[AskedCall]) -> list[Answer]:
        answers: list[Answer] = []
        unsaved: dict[int, AskedCall] = {}
        for number, asked in enumerate(items):
            calls = [each.call for each in unsaved.values()]
            answer = PolicyGate(asked.policy).decide_quickly(connection, asked, calls)
            if answer is None:
                # What comes before it is saved first, so that it is counted.
                answers = self._save(connection, unsaved, answers)
                unsaved = {}
                answer = decided(connection, asked)
            answers.append(answer)
            if answer is not None and is_taken(answer):
                unsaved[number] = replace(asked, call=asked.call_to_save(answer))
        answers = self._save(connection, unsaved, answers)
        note(connection, items, answers)
        return answers

    def _save(
        self, connection: Connection, unsaved: dict[int, AskedCall], answers: list[Answer]
    ) -> list[Answer]:
        """Save what is allowed; what another replica has saved meanwhile was asked for before."""
        if not unsaved:
            return answers
        are_new = add_calls(connection, [asked.call for asked in unsaved.values()])
        repeated = {number for number, is_new in zip(unsaved, are_new, strict=True) if not is_new}
        return [None if number in repeated else each for number, each in enumerate(answers)]


def decided(connection: Connection, asked: AskedCall) -> Answer:
    """Return what is decided about one call, in a transaction that holds the gate's locks."""
    gate = PolicyGate(asked.policy)
    return None if gate.is_known(connection, asked) else gate.decide(connection, asked)


def note(connection: Connection, items: Sequence[AskedCall], answers: Sequence[Answer]) -> None:
    """Keep in the audit what was asked for, and what was refused by which rule."""
    entries = []
    for asked, answer in zip(items, answers, strict=True):
        call = asked.call
        entry = partial(AuditEntry, call.requested_at, call.team)
        if answer is None:
            continue
        if is_taken(answer):
            entries.append(entry(Act.REQUESTED, call.requester, call.id))
        if not isinstance(answer, Allowed):
            # What is held was taken; what is refused is no call.
            act, call_id = (Act.HELD, call.id) if is_taken(answer) else (Act.REFUSED, None)
            entries.append(entry(act, call.requester, call_id, rule_of(answer.fact)))
    record(connection, entries)
