"""Content can be encrypted: beside what stands for a number is the number, encrypted."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.gently import add_column

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    add_column("calls", sa.Column("sealed_number", sa.Text()))
    add_column("do_not_call", sa.Column("sealed_number", sa.Text()))
    op.create_table(
        "encryption",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("index_key", sa.Text(), nullable=False),
        sa.Column("is_writing", sa.Boolean(), nullable=False),
    )
