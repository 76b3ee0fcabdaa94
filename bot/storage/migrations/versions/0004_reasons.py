"""Why a call has no result, as data; what was a sentence stays readable."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and carry the sentences over; `error` stays for the version before."""
    op.add_column("calls", sa.Column("reason", sa.JSON()))
    calls = sa.table(
        "calls", sa.column("error", sa.Text()), sa.column("reason", sa.JSON(none_as_null=True))
    )
    as_json = (
        sa.func.json_build_object("kind", "legacy", "text", calls.c.error)
        if op.get_bind().dialect.name == "postgresql"
        else sa.func.json_object("kind", "legacy", "text", calls.c.error)
    )
    statement = calls.update().where(calls.c.error.is_not(None)).values(reason=as_json)
    op.execute(statement)
