"""The do-not-call list, the pauses of workspaces and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "do_not_call",
        sa.Column("team", sa.Text(), primary_key=True),
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "pauses",
        sa.Column("team", sa.Text(), primary_key=True),
        sa.Column("paused_by", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("person", sa.Text()),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("call", sa.Uuid()),
        sa.Column("rule", sa.Text()),
    )
    op.create_index("audit_at", "audit", ["at"])
    op.create_index("audit_of_team", "audit", ["team", "at"])
    by_person = sa.text("person IS NOT NULL")
    op.create_index(
        "audit_of_person", "audit", ["person"],
        postgresql_where=by_person, sqlite_where=by_person,
    )  # fmt: skip
