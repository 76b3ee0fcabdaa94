"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes.get("version_table", "alembic_version"),
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
