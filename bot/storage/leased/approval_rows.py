"""Rows of the table `approvals` within the transactions of their calls."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from bot.core.approval import Approval
from bot.storage.leased import approval_statements as statements
from bot.storage.lenient import UNREADABLE


def add_approvals(connection: Connection, asked: Iterable[Approval]) -> None:
    """Save approvals in the transaction that lets their calls wait for them."""
    rows = [
        {item.name: getattr(approval, item.name) for item in fields(approval)} for approval in asked
    ]
    if rows:
        connection.execute(statements.INSERT[connection.dialect.name], rows)


def approval_of(connection: Connection, series_id: UUID) -> Approval | None:
    """Return what was decided about a series; None where nothing has to be, or can be read."""
    row = connection.execute(statements.LEASE.get, {"the_id": series_id}).one_or_none()
    if row is None or UNREADABLE in tuple(row):
        return None
    return Approval(**row._mapping)


def approved_by(connection: Connection, series_id: UUID) -> str | None:
    """Return who approved a series, empty for somebody who was forgotten; None if nobody did."""
    row = connection.execute(statements.APPROVED_BY, {"the_id": series_id}).one_or_none()
    return None if row is None else row.decided_by or ""


def look_at_approvals(connection: Connection, calls: Collection[UUID], now: datetime) -> None:
    """Let the messages be brought up to date that ask for approvals of calls which have ended."""
    if calls:
        connection.execute(statements.LOOK_AT, {"calls": list(calls), "now": now})


def delete_approvals(connection: Connection, calls: Collection[UUID]) -> None:
    """Delete who approved calls whose content is erased."""
    if calls:
        connection.execute(statements.DELETE_OF, {"calls": list(calls)})
