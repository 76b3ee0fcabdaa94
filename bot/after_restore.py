"""`ringback after-restore`: what a restored database would dial again is ended, in words."""

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.reason import RESTORED
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.store import Store


async def end_undialed(settings: Settings) -> int:
    """End every call that the backup knows as not dialed, and return how many there were.

    It may have been dialed since: nothing here proves that it was not. The threads are told by
    the next `serve`. Raises `SchemaError` and `StoreError`.
    """
    async with Database.open(settings.database_url.get_secret_value()) as database:
        await migrations.upgrade(database.engine)
        store = Store(database, read_payload)
        return await store.end_all_undialed(why=RESTORED, now=utc_now())
