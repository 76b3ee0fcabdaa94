"""`ringback forget`: erases what is kept of a number's or a person's calls, wherever they were."""

from dataclasses import dataclass

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.forget import Forgotten, ToForget
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from bot.storage.forget import Forgetting


@dataclass(frozen=True)
class ForgetReport:
    """What is gone, and whether SQLite's log still holds some of it, since others read it."""

    forgotten: Forgotten
    is_in_log: bool

    @property
    def lines(self) -> list[str]:
        """What is said about it."""
        gone = self.forgotten
        calls = "1 call" if gone.calls == 1 else f"{gone.calls} calls"
        messages = "1 message" if gone.questions == 1 else f"{gone.questions} messages"
        said = [f"erased: the content of {calls} and {messages} to the bot"]
        if gone.under_way:
            said.append(
                f"calls that were not over: {gone.under_way}; nothing more is dialed for them, and "
                "no result is kept; the bot says so in their threads"
            )
        if self.is_in_log:
            said.append(
                "the database's log still holds some of it, since the bot reads it: run this again"
            )
        said.append("not erased: messages in Slack, backups, and what CallCow keeps")
        return said


async def forget(settings: Settings, whom: ToForget, team: str | None = None) -> ForgetReport:
    """Erase it, in one workspace or in all, and return what was erased.

    Raises `SchemaError` and `StoreError`.
    """
    url = settings.database_url.get_secret_value()
    async with Database.open(url, settings.keys) as database:
        await migrations.check(database.engine)
        await Encryption(database).start()
        forgetting = Forgetting(database, read_payload, is_beside_bot=True)
        gone = await forgetting.forget(whom, team=team, now=utc_now())
        return ForgetReport(gone, is_in_log=not await forgetting.truncate_log())
