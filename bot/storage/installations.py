"""The store of installations: what Slack last said of where the bot is installed."""

import hashlib
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Connection, delete, insert, select

from bot.core.membership import Installation
from bot.storage.engine.database import Database
from bot.storage.installation_rows import as_installation, as_values
from bot.storage.lenient import UNREADABLE
from bot.storage.tables import installations


class Installations:
    """Reads and writes of installations; all of it raises `StoreError` when the database fails.

    An installation is found by the token it was learned with: another token may be another
    workspace's.
    """

    def __init__(self, database: Database, token: SecretStr) -> None:
        self._database = database
        # Enough to tell tokens apart, and no way back to them.
        self._digest = hashlib.sha256(token.get_secret_value().encode()).hexdigest()

    async def last(self) -> Installation | None:
        """Return what was last said for this token, None if nothing ever was."""
        table = installations
        found = select(table).where(table.c.token_digest == self._digest).limit(1)
        row = await self._database.read(lambda connection: connection.execute(found).first())
        if row is None or UNREADABLE in row:
            return None
        return as_installation(row)

    async def keep(self, installation: Installation, now: datetime) -> None:
        """Keep what Slack said now, in place of what it said before."""
        if installation.key is None:
            return
        values = {**as_values(installation, now), "token_digest": self._digest}
        table = installations
        before = (table.c.team == installation.key) | (table.c.token_digest == self._digest)

        def work(connection: Connection) -> None:
            connection.execute(delete(table).where(before))
            connection.execute(insert(table).values(values))

        await self._database.write(work)
