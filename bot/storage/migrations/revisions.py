"""Which revision the schema is of, which versions can use it, and how it is brought further.

Versions up to revision 0002 refuse a schema whose `alembic_version` they do not know. It stays at
0002 for them; what came later is noted in a table of its own, beside the oldest revision whose
version still runs on the schema (`compatible_from`).
"""

import functools
from typing import Final

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, select

from bot.storage.tables import schema_compatibility

OLD_TABLE: Final = "alembic_version"
TABLE: Final = "schema_revision"
# The last revision that is noted in the old table.
_LAST_OLD: Final = "0002"

_log = structlog.get_logger(__name__)


def upgrade(connection: Connection) -> None:
    """Run the revisions that are missing; raise `CommandError` for a schema of no use."""
    if is_current(connection):
        return
    if _revision(connection, TABLE) is None:
        old = _revision(connection, OLD_TABLE)
        if old is None or old < _LAST_OLD:
            _run(connection, OLD_TABLE, _LAST_OLD)
        MigrationContext.configure(connection, opts={"version_table": TABLE}).stamp(
            _script(), max(old or _LAST_OLD, _LAST_OLD)
        )
        _end_transaction(connection)
    _run(connection, TABLE, "head")


def is_current(connection: Connection) -> bool:
    """Return whether this version can use the schema as it is, False if it is an older one.

    Raises `CommandError` for any other.
    """
    script = _script()
    head, old, revision = (
        script.get_current_head(),
        _revision(connection, OLD_TABLE),
        _revision(connection, TABLE),
    )
    if old is not None:
        # Raises `CommandError` for one that is not among ours.
        script.get_revision(old)
    if revision is None or head is None or revision <= head:
        return revision == head
    compatible_from = connection.scalar(select(schema_compatibility.c.compatible_from))
    if compatible_from is None or compatible_from > head:
        raise CommandError(f"revision {revision} is not for this version")
    _log.info("schema of a newer version", revision=revision, compatible_from=compatible_from)
    return True


def _run(connection: Connection, version_table: str, target: str) -> None:
    _end_transaction(connection)
    config = _config()
    config.attributes |= {"connection": connection, "version_table": version_table}
    command.upgrade(config, target)


def _end_transaction(connection: Connection) -> None:
    """Let Alembic begin its own, one for each revision; SQLite's one is for all of them."""
    if connection.dialect.name != "sqlite" and connection.in_transaction():
        connection.commit()


def _revision(connection: Connection, version_table: str) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    return context.get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


@functools.cache
def _script() -> ScriptDirectory:
    """Return the revisions there are: files of this version, which do not change."""
    return ScriptDirectory.from_config(_config())
