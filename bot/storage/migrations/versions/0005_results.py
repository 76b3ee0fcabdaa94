"""What CallCow reported, normalized, beside the raw payload."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of rows without it the raw payload is read."""
    op.add_column("calls", sa.Column("normalized_result", sa.JSON()))
