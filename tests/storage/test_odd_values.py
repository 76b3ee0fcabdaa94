"""Whatever a row of any table holds, each reader goes on with all other rows."""

import io
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.commands.audit import AuditRequest, print_audit
from bot.core.audit import Act, AuditEntry
from bot.core.calls.call import Call
from bot.core.forget import NumberToForget, PersonToForget
from bot.core.membership import Installation
from bot.core.policy.decision import Allowed, OnDoNotCallList, Paused
from bot.core.policy.facts import Caller
from bot.core.policy.policy import Policy
from bot.storage.audit import AuditLog
from bot.storage.calls.due import Due
from bot.storage.calls.lists import CallLists
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.channel_slots import SLOT_SECONDS, ChannelSlots
from bot.storage.column_types import EARLIEST
from bot.storage.engine.database import Database
from bot.storage.forget import Forgetting
from bot.storage.installations import Installations
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.dial import DialPolicy
from bot.storage.policy.gate import AskedCall
from bot.storage.rate_table import SharedRate
from bot.storage.requests import Requests
from bot.storage.tables import (
    audit,
    calls,
    channel_slots,
    do_not_call,
    drafts,
    installations,
    pauses,
    rates,
    series,
)
from tests.builders import NOON, NUMBER, a_call, a_waiting_call
from tests.conftest import both_databases
from tests.core.test_draft import a_draft
from tests.world import World

# Hundreds of rows each.
pytestmark = pytest.mark.slow

# What another version, a hand or a fault may have left; what a database refuses is left out.
_PLANS: Final = [
    """'{"attempts": 1000000000, "distance": 1}'""",
    """'{"attempts": 3, "distance": 1e15}'""",
    """'{"permits": [["x"], 5, [1e300, 1], [1, null], {}]}'""",
    "'[1]'",
    "'{}'",
    "'null'",
]
# SQLite takes all of them in each column, PostgreSQL those of a type.
ODD: Final = [
    *_PLANS,
    "NULL",
    "''",
    "'yesterday'",
    "'{'",
    "-1",
    "9000000000000000000",
    "1e300",
    "x'ff00'",
    "'a' || char(0)",
    "printf('%.*c', 50000, 'x')",
    "'<!channel>'",
    "'0001-01-01 00:00:00.000000'",
    "'9999-12-31 23:59:59.999999'",
]
ODD_BY_TYPE: Final[Mapping[type[Any], list[str]]] = {
    Text: ["NULL", "''", "'x'", "repeat('x', 50000)", "E'\\u202e'", "'<!channel>'"],
    Integer: ["NULL", "-1", "2147483647", "-2147483648"],
    Float: ["-1", "1e300", "'infinity'", "'-infinity'", "'NaN'"],
    DateTime: [
        "NULL", "'infinity'", "'-infinity'", "'4000-01-01 BC'", "'20000-01-01'", "'0001-01-01'",
        "'9999-12-31'",
    ],
    JSON: ["NULL", *_PLANS],
    Uuid: ["NULL", "gen_random_uuid()"],
    Boolean: ["NULL", "true"],
}  # fmt: skip
LEASE: Final = timedelta(minutes=1)
AT_ANY_TIME: Final = Policy(hours=None)
LIMITED: Final = Policy(
    hours=None,
    calls_per_person_per_hour=5,
    calls_per_person_per_day=6,
    calls_per_number_per_day=7,
    calls_per_day=8,
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an open database with its schema."""
    async with Database.open(database_url) as opened:
        yield opened


def odd_for(database: Database, column: Column[Any]) -> list[str]:
    """Return the odd values of a column."""
    if database.engine.dialect.name == "sqlite":
        return ODD
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return next(odd for type_, odd in ODD_BY_TYPE.items() if isinstance(kind, type_))


def odd_in(database: Database, table: Table) -> list[tuple[str, str]]:
    """Return each column of a table that is no key of it, with each odd value."""
    return [
        (column.key, value)
        for column in table.columns
        if not column.primary_key
        for value in odd_for(database, column)
    ]


async def spoil(
    rows: AsyncConnection, table: Table, key: Mapping[str, Any], name: str, odd: str
) -> bool:
    """Put an odd value into a row; return False if the database takes no such value."""
    here = [table.c[column] == value for column, value in key.items()]
    changed = table.update().where(*here).values({name: literal_column(odd)})
    try:
        async with rows.begin_nested():
            assert (await rows.execute(changed)).rowcount == 1
    except SQLAlchemyError:
        return False
    return True


async def with_odd_rows(
    database: Database, table: Table, row: Callable[[], dict[str, Any]], *keys: str
) -> list[dict[str, Any]]:
    """Add a row for each odd value of each column; return them as they were before."""
    added = []
    async with database.engine.begin() as rows:
        for name, odd in odd_in(database, table):
            values = row()
            await rows.execute(insert(table), values)
            if await spoil(rows, table, {key: values[key] for key in keys}, name, odd):
                added.append(values)
    # Both databases take enough of them for the test to be one.
    assert len(added) > len(table.columns)
    return added


def row_of(value: Any) -> dict[str, Any]:
    """Return a call or a draft as a row of its table."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def a_sent_call() -> dict[str, Any]:
    """Return a call that counts for every limit, of which something is left to do."""
    now = utc_now()
    times = dict.fromkeys(("requested_at", "dial_at", "due_at", "dialing_since"), now)
    return row_of(a_waiting_call(id=uuid4(), request_key=f"odd:{uuid4()}", **times))


def asked(team: str = "T2", policy: Policy = LIMITED) -> AskedCall:
    """Return what is asked for now, where nobody has a limit."""
    now = utc_now()
    times = dict.fromkeys(("requested_at", "dial_at", "due_at"), now)
    call = a_call(id=uuid4(), request_key=f"good:{uuid4()}", team=team, **times)
    return AskedCall(call, Caller(call.requester), policy)


@both_databases
async def test_odd_calls_keep_no_other_from_being_asked_for_dialed_listed_or_forgotten(
    database: Database,
) -> None:
    store = Store(database)
    await with_odd_rows(database, calls, a_sent_call, "id")
    await store.add(good := asked("T1").call)

    with capture_logs():
        [claimed] = await store.claim([Due([good.state], 1)], now=utc_now(), lease=LEASE, held=())
        listed = await CallLists(database).calls_of("UADA", "T1", most=10_000)
        scheduled = await CallLists(database).scheduled_of("UADA", "T1", most=10_000)
        backlog = await store.backlog()
        # What it counts beside them is another matter: it can be decided.
        near_its_limits = await Requests(database).add(asked("T1"))
        elsewhere = await Requests(database).add(asked())
        at_the_dial = await DialPolicy(database).decide(good, Caller("UADA"), LIMITED, utc_now())
        forgotten = await Forgetting(database, read_payload).forget(
            NumberToForget(NUMBER), team="T1", now=utc_now()
        )

    assert [call.id for call in claimed] == [good.id]
    assert good.id in [call.id for call in listed]
    assert all(isinstance(call, Call) for call in scheduled)
    assert backlog
    assert near_its_limits is not None
    assert elsewhere == Allowed()
    assert at_the_dial is not None
    assert forgotten.calls > 0


@both_databases
async def test_what_is_counted_of_a_day_are_the_calls_of_that_day(database: Database) -> None:
    store = Store(database)
    for value in odd_for(database, calls.c.dialing_since):
        values = a_sent_call()
        await store.add(Call(**values))
        async with database.engine.begin() as rows:
            if not await spoil(rows, calls, {"id": values["id"]}, "dialing_since", value):
                await spoil(rows, calls, {"id": values["id"]}, "dialing_since", "NULL")
    now = utc_now()

    decision = await DialPolicy(database).decide(asked("T1").call, Caller("UADA"), LIMITED, now)

    assert decision == Allowed()


@both_databases
async def test_odd_drafts_keep_no_other_from_being_answered(database: Database) -> None:
    store = DraftStore(database)
    now = utc_now()

    def a_row() -> dict[str, Any]:
        key = f"message:{uuid4()}"
        return row_of(a_draft(id=uuid4(), request_key=key, due_at=now, created_at=now))

    odd = await with_odd_rows(database, drafts, a_row, "id")
    good = a_draft(id=uuid4(), request_key="message:good", due_at=now, created_at=now)
    assert await store.add(good, now=now)

    with capture_logs():
        claimed = []
        while found := await store.claim(now=utc_now(), limit=50, lease=LEASE, held=()):
            claimed += found
        assert good.id in [draft.id for draft in claimed]
        assert [draft.id for draft in (await store.before("message:good")).drafts] == [good.id]
        questions = await store.questions("T1", "UADA", "CGENERAL", since=NOON)
        for draft in odd:
            await store.before(draft["request_key"])
        await Forgetting(database, read_payload).forget(PersonToForget("UADA"), now=now)
        await store.expire_open(now=now)
        await store.delete_old(before=now, most=10_000)

    assert questions is not None
    assert await store.get(good.id) is None


@both_databases
async def test_an_odd_series_keeps_its_calls_from_nobody(database: Database) -> None:
    store = Store(database)
    for name, odd in odd_in(database, series):
        call = a_waiting_call(id=uuid4(), request_key=f"odd:{uuid4()}")
        await store.add(call)
        async with database.engine.begin() as rows:
            await spoil(rows, series, {"id": call.id}, name, odd)

        found = await SeriesStore(database).get(call.id)

        assert found is not None, (name, odd)
        assert [attempt.id for attempt in found.attempts] == [call.id]
        assert isinstance(found.version, int)


@both_databases
async def test_odd_rows_of_the_audit_keep_no_other_from_being_printed(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.audit._PAGE", 7)
    log = AuditLog(database)

    def a_row() -> dict[str, Any]:
        one = {"id": uuid4(), "at": NOON, "team": "T1", "person": "UADA", "act": Act.DIALED}
        return {**one, "call": uuid4(), "rule": None}

    await with_odd_rows(database, audit, a_row, "id")
    await log.add(AuditEntry(NOON + LEASE, "T1", Act.BLOCKED, "U0LAST"))

    for form in ("csv", "json"):
        out = io.StringIO()
        await print_audit(world.settings, AuditRequest(EARLIEST, None, form), out)
        assert out.getvalue().count("U0LAST") == 1
    assert await log.since(NOON + LEASE, most=100)
    while await log.delete_before(utc_now()):
        pass
    assert [entry.person for entry in await log.since(NOON, most=100)] == []


@both_databases
async def test_a_number_on_the_list_is_never_called_whatever_stands_beside_it(
    database: Database,
) -> None:
    numbers = (f"+1415555{number}" for number in range(1000, 9999))
    odd = await with_odd_rows(
        database,
        do_not_call,
        lambda: {"team": "T2", "number": next(numbers), "added_by": "UADA", "added_at": NOON},
        "team",
        "number",
    )

    for row in odd:
        call = asked().call
        wanted = AskedCall(
            a_call(**{**row_of(call), "recipient": row["number"]}), Caller("U1"), AT_ANY_TIME
        )
        answer = await Requests(database).add(wanted)
        assert isinstance(getattr(answer, "fact", None), OnDoNotCallList), row


@both_databases
async def test_a_stop_of_all_calls_holds_whatever_stands_beside_it(database: Database) -> None:
    teams = (f"T{number}" for number in range(1000, 9999))
    odd = await with_odd_rows(
        database,
        pauses,
        lambda: {"team": next(teams), "paused_by": "UADA", "paused_at": NOON},
        "team",
    )

    for row in odd:
        answer = await Requests(database).add(asked(row["team"], AT_ANY_TIME))
        assert isinstance(getattr(answer, "fact", None), Paused), row


@both_databases
async def test_an_odd_installation_is_one_that_slack_never_told(database: Database) -> None:
    store = Installations(database, SecretStr("xoxb-one"))
    where = Installation(team="T1", enterprise=None, org_wide=False, url=None)
    for name, odd in odd_in(database, installations):
        await store.keep(where, utc_now())
        async with database.engine.begin() as rows:
            await spoil(rows, installations, {"team": "T1"}, name, odd)

        found = await store.last()

        assert found is None or isinstance(found, Installation), (name, odd)
        await store.keep(where, utc_now())
        assert await store.last() == where


@both_databases
async def test_an_odd_rate_or_second_of_a_channel_holds_nothing_up(database: Database) -> None:
    slots = ChannelSlots(database)
    await slots.take("T1", "C1")
    await SharedRate(database, SecretStr("ck_live_one"), 60).acquire_dial()
    for name, odd in odd_in(database, rates):
        async with database.engine.connect() as connection:
            [key] = (await connection.execute(select(rates.c.key_digest))).scalars()
        async with database.engine.begin() as rows:
            await spoil(rows, rates, {"key_digest": key}, name, odd)

        assert await SharedRate(database, SecretStr("ck_live_one"), 60).acquire_dial() == 0, odd
    for name, odd in odd_in(database, channel_slots):
        async with database.engine.begin() as rows:
            await spoil(rows, channel_slots, {"channel": "T1:C1"}, name, odd)

        assert await slots.take("T1", "C1") <= SLOT_SECONDS, odd
    async with database.engine.connect() as connection:
        counted = select(func.count()).select_from(channel_slots)
        assert (await connection.execute(counted)).scalar_one() == 1
