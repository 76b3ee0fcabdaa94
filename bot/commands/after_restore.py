"""`ringback after-restore`: what a restored database would dial again is ended, in words."""

from dataclasses import dataclass

from bot.clock import utc_now
from bot.core.calls.reason import RESTORED
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from bot.storage.leased.draft_store import DraftStore


@dataclass(frozen=True)
class Ended:
    """How many calls, and questions that a call could have been made of, were ended."""

    calls: int
    questions: int


async def end_undialed(settings: Settings) -> Ended:
    """End every call that the backup knows as not dialed, and every question that is open in it.

    It may have been dialed since, and a question answered: nothing here proves that it was not.
    The threads are told by the next `serve`. Raises `SchemaError` and `StoreError`.
    """
    url = settings.database_url.get_secret_value()
    async with Database.open(url, settings.keys) as database:
        await migrations.upgrade(database.engine)
        await Encryption(database).start()
        drafts = DraftStore(database)
        return Ended(
            calls=await UndialedCalls(database).end_all(why=RESTORED, now=utc_now()),
            questions=await drafts.expire_open(now=utc_now()),
        )
