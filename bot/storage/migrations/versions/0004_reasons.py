"""Why a call has no result, as data; what was a sentence stays readable."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of rows without it the sentence in `error` is read.

    Nothing is carried over: a million rows would be locked while they are written again.
    """
    op.add_column("calls", sa.Column("reason", sa.JSON()))
