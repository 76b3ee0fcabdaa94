"""Turns: one person's many calls do not hold up another's one."""

from datetime import timedelta
from uuid import uuid4

from bot.core.calls.call import Call
from bot.core.calls.states import State
from bot.storage.calls.due import Due
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from tests.builders import NOON, an_announced_call
from tests.conftest import both_databases


def call_of(person: str, number: int, team: str = "T1") -> Call:
    """Return a call of a person that is due a little later than the one before."""
    at = NOON + timedelta(seconds=number)
    key = f"{person} {number}"
    return an_announced_call(
        id=uuid4(), request_key=key, requester=person, team=team, dial_at=at, due_at=at
    )


@both_databases
async def test_calls_are_taken_in_turn_and_then_by_their_time(database_url: str) -> None:
    async with Database.open(database_url) as database:
        store = Store(database)
        for number in range(5):
            await store.add(call_of("UADA", number))
        await store.add(call_of("UGRACE", 10))
        await store.add(call_of("UMARY", 11, team="T2"))
        await store.add(call_of("UGRACE", 12))

        order = []
        for _ in range(8):
            [claimed] = await store.claim(
                [Due([State.ANNOUNCED], 1)],
                now=NOON + timedelta(minutes=1),
                lease=timedelta(minutes=1),
                held=(),
            )
            order += [call.request_key for call in claimed]

    assert order[:3] == ["UADA 0", "UMARY 11", "UGRACE 10"]
    assert order[3:5] == ["UADA 1", "UGRACE 12"]
    assert order[5:] == ["UADA 2", "UADA 3", "UADA 4"]
