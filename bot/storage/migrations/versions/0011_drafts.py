"""Drafts: what mentions lacked moves out of calls."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_drafts = sa.table(
    "drafts",
    *(sa.column(name, sa.Uuid()) for name in ("id", "lease")),
    *(
        sa.column(name, sa.Text())
        for name in (
            "request_key", "team", "enterprise", "requester", "channel", "thread_ts", "kind",
            "state", "number", "prompt", "posted_in", "message_ts",
        )
    ),
    *(sa.column(name, _TIME) for name in ("created_at", "due_at", "decided_at", "settled_at")),
    sa.column("attempts", sa.Integer()),
)  # fmt: skip
_calls = sa.table(
    "calls",
    sa.column("id", sa.Uuid()),
    *(
        sa.column(name, sa.Text())
        for name in (
            "request_key", "team", "enterprise", "requester", "channel", "thread_ts", "recipient",
            "prompt", "ending", "posted_in", "result_in", "result_ts",
        )
    ),
    sa.column("requested_at", _TIME),
)  # fmt: skip


def upgrade() -> None:
    """Add the table, and carry on the mentions that asked for more."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("request_key", sa.Text(), nullable=False, unique=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("enterprise", sa.Text()),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("number", sa.Text()),
        sa.Column("recipient", sa.Text()),
        sa.Column("prompt", sa.Text()),
        sa.Column("unclear", sa.JSON()),
        sa.Column("about", sa.Uuid()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Uuid()),
        sa.Column("lease_until", _TIME),
        sa.Column("posted_in", sa.Text()),
        sa.Column("message_ts", sa.Text()),
        sa.Column("shown", sa.Text()),
        sa.Column("call_id", sa.Uuid()),
        sa.Column("taken_by", sa.Text()),
        sa.Column("decided_at", _TIME),
        sa.Column("settled_at", _TIME),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("drafts_due", "drafts", ["due_at"], postgresql_where=due, sqlite_where=due)
    op.create_index("drafts_by_age", "drafts", ["created_at"])
    _carry_on(datetime.now(UTC))


def _carry_on(now: datetime) -> None:
    """Make drafts of the mentions that lacked something; they keep their ids, as buttons do."""
    connection = op.get_bind()
    recent = sa.select(_calls).where(
        _calls.c.ending == "incomplete",
        sa.or_(_calls.c.result_ts.is_(None), _calls.c.requested_at > now - timedelta(days=30)),
    )
    drafts = [_draft(row, now) for row in connection.execute(recent).all()]
    if drafts:
        connection.execute(sa.insert(_drafts), drafts)
    series = sa.table("series", sa.column("id", sa.Uuid()))
    gone = sa.select(_calls.c.id).where(_calls.c.ending == "incomplete")
    connection.execute(sa.delete(series).where(series.c.id.in_(gone)))
    connection.execute(sa.delete(_calls).where(_calls.c.ending == "incomplete"))


def _draft(row: Any, now: datetime) -> dict[str, Any]:
    asked = row.requested_at
    asked = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    is_told, is_old = row.result_ts is not None, now - asked >= timedelta(days=1)
    # What nobody was told yet is told now, however long ago it was asked.
    created = asked if is_told else now
    state = ("expired" if is_old else "open") if is_told else "saved"
    is_over = state == "expired"
    due = {"saved": now, "open": created + timedelta(days=1), "expired": None}[state]
    return {
        "id": row.id,
        "request_key": row.request_key,
        "team": row.team,
        "enterprise": row.enterprise,
        "requester": row.requester,
        "channel": row.channel,
        "thread_ts": row.thread_ts,
        "kind": "unclear" if row.recipient else "no_number",
        "state": state,
        "created_at": created,
        "due_at": due,
        "number": None if is_over else row.recipient or None,
        "prompt": None if is_over else row.prompt or None,
        "attempts": 0,
        "posted_in": (row.result_in or row.posted_in or row.channel) if is_told else None,
        "message_ts": row.result_ts,
        "decided_at": created + timedelta(days=1) if is_over else None,
        "settled_at": now if is_over else None,
    }
