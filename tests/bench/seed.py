"""Rows that are there before a measurement begins."""

import secrets
from datetime import timedelta
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.states import State
from bot.demo.slack.workspace import ADA, GENERAL, TEAM
from bot.storage import migrations
from bot.storage.engine.database import Database
from bot.storage.tables import calls
from tests.builders import a_waiting_call
from tests.many_rows import copy_row

_CHUNK = 2_000


async def waiting(database_url: str, count: int, *, root_ts: str) -> list[tuple[str, str]]:
    """Save so many calls that wait for their callbacks; return their ids and secrets."""
    now = utc_now()
    made = [
        a_waiting_call(
            id=uuid4(),
            request_key=f"seed:{uuid4()}",
            callback_secret=SecretStr(secrets.token_urlsafe(32)),
            team=TEAM,
            requester=ADA,
            channel=GENERAL,
            posted_in=GENERAL,
            message_ts=root_ts,
            dialing_since=now,
            last_dial_at=now,
            requested_at=now,
            dial_at=now,
            due_at=now + timedelta(hours=1),
        )
        for _ in range(count)
    ]
    async with Database.open(database_url) as database:
        await migrations.upgrade(database.engine)
        async with database.engine.begin() as connection:
            for start in range(0, count, _CHUNK):
                rows = [vars_of(call) for call in made[start : start + _CHUNK]]
                await connection.execute(insert(calls), rows)
    return [(str(call.id), call.callback_secret.get_secret_value()) for call in made]


async def reported(database_url: str, count: int, **changes: object) -> None:
    """Save so many calls that are done: one, and copies of it made by the database itself.

    They are as `changes` says, otherwise of today.
    """
    await waiting(database_url, 1, root_ts="1.000100")
    async with Database.open(database_url) as database, database.engine.begin() as connection:
        await connection.execute(
            calls.update().values(
                state=State.REPORTED,
                due_at=None,
                result={"call_status": "success"},
                **changes,
            )
        )
    # The bot's own engine gives no statement so much time.
    patient = create_async_engine(database_url)
    await copy_row(patient, calls, count - 1)
    await patient.dispose()


def vars_of(call: Call) -> dict[str, object]:
    """Return a call as a row."""
    return {name: getattr(call, name) for name in Call.__dataclass_fields__}
