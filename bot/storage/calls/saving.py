"""Calls as they are inserted and updated within a transaction, whoever's that is."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from bot.core.approval import Approval
from bot.core.calls.call import Call
from bot.storage.calls import statements
from bot.storage.calls.series import series_row
from bot.storage.calls.turns import turn_of
from bot.storage.leased.approval_rows import add_approvals
from bot.storage.tables import number_columns, secret_columns


def add_calls(connection: Connection, added: Sequence[Call]) -> list[bool]:
    """Insert calls in a transaction of somebody else's; return for each whether it is new.

    With one that is to be approved, the approval is saved.
    """
    are_new = insert_calls(connection, added)
    new = [call for call, is_new in zip(added, are_new, strict=True) if is_new]
    add_approvals(
        connection,
        [Approval.asked_for(call, call.requested_at) for call in new if call.awaits_approval],
    )
    return are_new


def insert_calls(connection: Connection, added: Sequence[Call]) -> list[bool]:
    """Insert the calls at once and return for each whether it is new."""
    rows = [_values(call) for call in added]
    # A new call has no more than half of its columns: the others need not be named.
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    given = [
        {name: row[name] for name in names} | {"turn": turn_of(connection, row)} for row in rows
    ]
    inserted = connection.execute(statements.INSERT[connection.dialect.name], given)
    new = set(inserted.scalars())
    first = [series_row(call) for call in added if call.id in new and call.series_id is None]
    if first:
        connection.execute(statements.INSERT_SERIES[connection.dialect.name], first)
    return [call.id in new for call in added]


def add_attempt(connection: Connection, attempt: Call) -> None:
    """Insert a further attempt if one is still planned: the bot may have been removed."""
    values = {"the_id": attempt.previous}
    plan = connection.execute(statements.RETRY_PLAN, values).scalar_one()
    # The version before makes calls without one.
    if plan is None or plan.attempts >= attempt.attempt_number:
        insert_calls(connection, [attempt])


def call_changes(before: Call, after: Call) -> dict[str, Any]:
    """Return what differs between the two."""
    return {
        item.name: getattr(after, item.name)
        for item in fields(Call)
        if getattr(after, item.name) != getattr(before, item.name)
    }


def _values(call: Call) -> dict[str, Any]:
    values = {item.name: getattr(call, item.name) for item in fields(call)}
    return values | number_columns(call.recipient) | secret_columns(call.callback_secret)
