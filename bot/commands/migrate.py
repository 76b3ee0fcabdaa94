"""`ringback migrate`: the schema is brought up to date, and what is kept is encrypted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.errors import InvalidSettings
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.encryption.reencryption import Reencrypted, Reencryption
from bot.storage.encryption.sealing import new_key as new_key
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database

_NO_KEYS = "ENCRYPTION_KEYS: is missing; `ringback new-key` prints one"
_NOT_BEGUN = "ENCRYPTION_KEYS: nothing is encrypted yet: run `ringback migrate --encrypt` first"


async def upgrade(settings: Settings) -> None:
    """Bring the schema up to date; raise `SchemaError` if that cannot be done."""
    async with _upgraded(settings):
        pass


async def encrypt(settings: Settings) -> None:
    """Let everything be encrypted from now on; raise `InvalidSettings` without keys."""
    if not settings.keys:
        raise InvalidSettings([_NO_KEYS])
    async with _upgraded(settings) as database:
        await Encryption(database).begin_writing()


async def reencrypt(settings: Settings, *, keys_lost: bool = False) -> Reencrypted:
    """Encrypt what is there with the newest key; raise `InvalidSettings` if that cannot be done."""
    if not settings.keys:
        raise InvalidSettings([_NO_KEYS])
    async with _upgraded(settings) as database:
        encryption = Encryption(database)
        if keys_lost:
            await encryption.replace_index_key()
        await encryption.start()
        if not database.sealing.is_writing:
            raise InvalidSettings([_NOT_BEGUN])
        done = await Reencryption(database).run(reindexes=keys_lost)
        # The last, so that the old key is needed until all is done.
        await encryption.wrap_again()
        await database.truncate_log()
        return done


@asynccontextmanager
async def _upgraded(settings: Settings) -> AsyncIterator[Database]:
    url = settings.database_url.get_secret_value()
    async with Database.open(url, settings.keys) as database:
        await migrations.upgrade(database.engine)
        yield database
