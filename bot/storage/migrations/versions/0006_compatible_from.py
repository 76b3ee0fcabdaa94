"""Which versions can use the schema: that of revision 0002 still runs on it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table with its one row."""
    table = op.create_table(
        "schema_compatibility", sa.Column("compatible_from", sa.Text(), primary_key=True)
    )
    op.bulk_insert(table, [{"compatible_from": "0002"}])
