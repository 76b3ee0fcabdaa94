"""`ringback migrate`: the schema is brought up to date as a step of its own."""

from bot.settings import Settings
from bot.storage import migrations
from bot.storage.database import Database


async def upgrade(settings: Settings) -> None:
    """Bring the schema up to date; raise `SchemaError` if that cannot be done."""
    async with Database.open(settings.database_url.get_secret_value()) as database:
        await migrations.upgrade(database.engine)
