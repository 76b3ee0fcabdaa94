"""The bot can be installed in many workspaces: each has its token, or had one."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.gently import add_column

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table."""
    add_column("installations", sa.Column("version", sa.Integer()))
    for name in ("bot_token", "scopes", "installed_by", "notice"):
        add_column("installations", sa.Column(name, sa.Text()))
    for name in ("installed_at", "removed_at", "notice_at"):
        add_column("installations", sa.Column(name, _TIME))
    op.create_index("installations_version", "installations", ["version"])
    for name in ("removed_at", "notice_at"):
        only = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"installations_{name}",
            "installations",
            [name],
            postgresql_where=only,
            sqlite_where=only,
        )
    op.create_table(
        "oauth_states",
        sa.Column("state", sa.Text(), primary_key=True),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("oauth_states_expires_at", "oauth_states", ["expires_at"])
