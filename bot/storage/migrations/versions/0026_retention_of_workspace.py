"""For how long a workspace keeps what its calls were about, where it has set that."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.gently import add_column

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; few workspaces have one."""
    add_column("workspace_settings", sa.Column("retention_days", sa.Integer()))
    only = sa.text("retention_days IS NOT NULL")
    op.create_index(
        "workspace_settings_with_retention",
        "workspace_settings",
        ["team"],
        postgresql_where=only,
        sqlite_where=only,
    )
