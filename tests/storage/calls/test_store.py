"""The calls table: save, claim, update; the same on SQLite and on PostgreSQL."""

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from bot.clock import utc_now
from bot.core.calls.call import Call
from bot.core.calls.reason import NO_RESULT, Reason
from bot.core.calls.states import EndReason, State
from bot.storage.calls.due import Due
from bot.storage.calls.results import Results
from bot.storage.calls.store import Store
from bot.storage.engine.database import Database
from bot.storage.tables import metadata
from tests.builders import a_call
from tests.conftest import both_databases

LEASE = timedelta(seconds=60)
MINUTE = timedelta(minutes=1)
FOUR_MINUTES = timedelta(minutes=4)
RESULT = {"call_status": "success", "provider_status": "completed"}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return a new database."""
    async with Database.open(database_url) as database:
        yield database


@pytest.fixture
def store(database: Database) -> Store:
    """Return its calls."""
    return Store(database)


@pytest.fixture
def results(database: Database) -> Results:
    """Return the same."""
    return Results(database)


async def claimed(store: Store, *states: State, limit: int = 10, **options: Any) -> list[Call]:
    """Claim what is due now in those states."""
    due = Due(states, limit, options.pop("dial_before", None), options.pop("dialed_by", None))
    given = {"now": utc_now(), "lease": LEASE, "held": (), **options}
    [calls] = await store.claim([due], **given)
    return calls


async def leased(store: Store, **changes: Any) -> Call:
    """Save a call and claim it."""
    call = a_call(due_at=utc_now(), **changes)
    await store.add(call)
    [taken] = await claimed(store, call.state)
    return taken


async def saved(store: Store, call: Call) -> Call:
    """Return the call as the database has it."""
    found = await store.get(call.id)
    assert found is not None
    return found


@both_databases
async def test_a_call_comes_back_as_it_was_saved(store: Store) -> None:
    now = utc_now()
    call = a_call(
        enterprise="E1",
        thread_ts="1.2",
        response_url=SecretStr("https://hooks.slack.com/x"),
        prompt="Grüße ☎️\nzwei",
        state=State.ENDED,
        due_at=now,
        attempts=3,
        lease=uuid4(),
        lease_until=now,
        dialing_since=now,
        ending=EndReason.RESULT,
        result={"call_summary": "\u0000 \ud800 ☎️", "nested": [{"a": [1, None, 1.5]}]},
    )

    await store.add(call)

    assert await store.get(call.id) == call


@both_databases
async def test_every_field_of_a_call_comes_back(store: Store) -> None:
    now = utc_now()
    words = {
        name: f"{name} ☎️ 'x'; --"
        for name in ("enterprise", "thread_ts", "asked_in", "posted_in", "place_error",
                     "message_ts",
                     "workflow_id", "provider_call_id", "result_ts",
                     "result_in", "canceled_by", "dialed_with")
    }  # fmt: skip
    times = {
        name: now + timedelta(microseconds=number)
        for number, name in enumerate(
            ("lease_until", "dialing_since", "last_dial_at", "announced_at", "placed_at",
             "ended_at", "reported_at", "erased_at")
        )
    }  # fmt: skip
    call = a_call(
        **words,
        **times,
        lease=uuid4(),
        response_url=SecretStr("https://hooks.slack.com/x"),
        ending=EndReason.NO_RESULT,
        result={"a": "b"},
        previous=uuid4(),
        series_id=uuid4(),
        reason=Reason.legacy("words ☎️ 'x'; --"),
    )
    assert None not in vars_of(call).values()

    await store.add(call)

    assert await store.get(call.id) == call


@both_databases
async def test_a_result_nested_as_deep_as_is_read_comes_back(store: Store) -> None:
    result: dict[str, Any] = {}
    for _ in range(98):
        result = {"a": [result]} if len(str(result)) % 2 else {"a": result}

    await store.add(call := a_call(result=result))

    assert (await saved(store, call)).result == result


@both_databases
async def test_a_time_of_another_zone_comes_back_as_the_same_time_in_utc(store: Store) -> None:
    berlin = utc_now().astimezone(timezone(timedelta(hours=2)))

    await store.add(call := a_call(dial_at=berlin))

    found = (await saved(store, call)).dial_at
    assert (found, found.tzinfo) == (berlin, UTC)


@both_databases
async def test_a_secret_comes_back_hidden(store: Store) -> None:
    await store.add(call := a_call(callback_secret=SecretStr("hush-hush")))

    found = await saved(store, call)
    assert found.callback_secret.get_secret_value() == "hush-hush"
    assert "hush-hush" not in repr(found)


@both_databases
async def test_the_same_request_is_saved_once(store: Store) -> None:
    first, again = a_call(request_key="view:V1"), a_call(request_key="view:V1", id=uuid4())

    assert await store.add(first) is True
    assert await store.add(again) is False
    assert await store.get(again.id) is None


@both_databases
async def test_the_same_request_twice_at_once_is_saved_once(store: Store) -> None:
    twins = [a_call(request_key="view:V1", id=uuid4()) for _ in range(2)]

    added = await asyncio.gather(*(store.add(call) for call in twins))

    assert sorted(added) == [False, True]


@both_databases
async def test_a_claim_takes_what_is_due_the_longest_due_first(store: Store) -> None:
    now = utc_now()
    ages = {
        minutes: a_call(
            id=uuid4(),
            request_key=str(minutes),
            due_at=now - timedelta(minutes=minutes),
            # Whatever their time: nobody's call stands before another's.
            dial_at=now + timedelta(minutes=minutes),
        )
        for minutes in (3, 2, 1, -1)
    }
    for call in ages.values():
        await store.add(call)

    calls = await claimed(store, State.REQUESTED, limit=2)

    assert {call.id for call in calls} == {ages[3].id, ages[2].id}


@both_databases
async def test_a_claim_takes_only_the_states_that_are_wanted(store: Store) -> None:
    await store.add(a_call(due_at=utc_now(), state=State.WAITING))

    assert await claimed(store, State.REQUESTED, State.ENDED) == []
    assert len(await claimed(store, State.WAITING)) == 1


@both_databases
async def test_what_is_leased_is_not_claimed_until_the_lease_has_run_out(store: Store) -> None:
    call = await leased(store)

    assert await claimed(store, State.REQUESTED) == []
    later = utc_now() + LEASE
    [again] = await claimed(store, State.REQUESTED, now=later)
    assert again.id == call.id
    assert again.lease != call.lease


@both_databases
async def test_what_this_process_holds_is_not_claimed_though_its_lease_ran_out(
    store: Store,
) -> None:
    call = await leased(store)

    later = utc_now() + LEASE
    assert await claimed(store, State.REQUESTED, now=later, held=[call.lease]) == []


@both_databases
async def test_a_claim_can_ask_for_calls_of_an_earlier_time_only(store: Store) -> None:
    now = utc_now()
    await store.add(a_call(due_at=now, dial_at=now))

    assert await claimed(store, State.REQUESTED, dial_before=now - timedelta(minutes=1)) == []
    assert len(await claimed(store, State.REQUESTED, dial_before=now + timedelta(minutes=1))) == 1


@both_databases
async def test_a_claim_of_earlier_calls_takes_those_that_were_dialed_by_a_time(
    store: Store,
) -> None:
    now = utc_now()
    dialed = {"due_at": now, "dial_at": now, "dialing_since": now - MINUTE}
    await store.add(a_call(state=State.ANNOUNCED, **dialed))
    earlier: dict[str, Any] = {"dial_before": now - MINUTE}

    two_minutes_ago = now - 2 * MINUTE
    assert await claimed(store, State.ANNOUNCED, **earlier, dialed_by=two_minutes_ago) == []
    assert len(await claimed(store, State.ANNOUNCED, **earlier, dialed_by=now - MINUTE)) == 1


@both_databases
async def test_two_replicas_that_claim_at_once_share_nothing(
    store: Store, database_url: str
) -> None:
    for number in range(20):
        await store.add(a_call(id=uuid4(), request_key=str(number), due_at=utc_now()))

    async with Database.open(database_url) as other:
        one, two = await asyncio.gather(
            claimed(store, State.REQUESTED, limit=15),
            claimed(Store(other), State.REQUESTED, limit=15),
        )

    rest = await claimed(store, State.REQUESTED, limit=20)
    assert len({call.id for call in one + two + rest}) == len(one + two + rest) == 20


@both_databases
async def test_a_step_is_written_if_its_lease_still_is_its_own(store: Store) -> None:
    call = await leased(store)
    after = a_call(**{**vars_of(call), "state": State.ANNOUNCED, "message_ts": "1.2"})

    assert await store.advance(call, after) is True
    assert await saved(store, call) == after


@both_databases
async def test_a_step_that_lost_its_lease_changes_nothing(store: Store) -> None:
    call = await leased(store)
    stranger = a_call(**{**vars_of(call), "lease": uuid4()})
    after = a_call(**{**vars_of(stranger), "state": State.ANNOUNCED})

    assert await store.advance(stranger, after) is False
    assert await saved(store, call) == call


@both_databases
async def test_a_step_from_another_state_changes_nothing(store: Store) -> None:
    call = await leased(store)
    stale = a_call(**{**vars_of(call), "state": State.WAITING})

    assert await store.advance(stale, a_call(**{**vars_of(stale), "attempts": 9})) is False
    assert await saved(store, call) == call


@both_databases
@pytest.mark.parametrize(
    ("asked", "since", "may"),
    [
        (timedelta(minutes=14, seconds=59), None, True),
        (timedelta(minutes=15), None, True),
        (timedelta(minutes=15, microseconds=1), None, False),
        (timedelta(0), timedelta(0), True),
        (timedelta(0), timedelta(minutes=4, microseconds=-1), True),
        (timedelta(minutes=15, seconds=1), None, False),
        (timedelta(minutes=20), timedelta(minutes=3, seconds=59), True),
        (timedelta(minutes=20), timedelta(minutes=4), False),
        (timedelta(0), timedelta(seconds=-5), False),
    ],
    ids=[
        "fresh",
        "at the limit",
        "just past the limit",
        "sent this moment",
        "the last moment of the window",
        "too late",
        "in the window",
        "past the window",
        "from the future",
    ],
)
async def test_a_dial_is_noted_only_while_it_may_be_sent(
    store: Store, asked: timedelta, since: timedelta | None, may: bool
) -> None:
    now = utc_now()
    call = await leased(
        store,
        state=State.ANNOUNCED,
        dial_at=now - asked,
        dialing_since=None if since is None else now - since,
    )

    later = now + MINUTE
    sent = call.sent(now=now, due_at=later, lease_until=later, dialed_with="the key's mark")

    assert await store.start_dial(call, now=now, after=sent, too_old=now - FOUR_MINUTES) is may
    assert await saved(store, call) == (sent if may else call)


@both_databases
@pytest.mark.parametrize("lost", ["lease", "state"])
async def test_a_dial_is_not_noted_for_a_step_that_lost_its_call(store: Store, lost: str) -> None:
    now = utc_now()
    call = await leased(store, state=State.ANNOUNCED, dial_at=now)
    stale = replace(call, lease=uuid4()) if lost == "lease" else replace(call, state=State.WAITING)

    assert await store.start_dial(stale, now=now, after=stale, too_old=now - FOUR_MINUTES) is False
    assert await saved(store, call) == call


@both_databases
async def test_a_dial_is_not_noted_once_a_result_has_come(store: Store, results: Results) -> None:
    now = utc_now()
    call = await leased(store, state=State.ANNOUNCED, dial_at=now)
    assert await recorded(results, call)

    assert await store.start_dial(call, now=now, after=call, too_old=now - FOUR_MINUTES) is False
    assert (await saved(store, call)).dialing_since is None


@both_databases
async def test_ids_that_come_late_change_nothing_but_themselves(store: Store) -> None:
    call = a_call(state=State.REPORTED, ending=EndReason.RESULT, result=RESULT, due_at=None)
    await store.add(call)

    await store.add_ids(call.id, workflow_id="w", provider_call_id="c")

    assert await saved(store, call) == replace(call, workflow_id="w", provider_call_id="c")


@both_databases
async def test_no_ids_are_nothing_to_write(store: Store) -> None:
    await store.add(call := a_call(workflow_id="known"))

    assert await store.add_ids(call.id, workflow_id=None, provider_call_id=None) is False
    assert await saved(store, call) == call


@both_databases
async def test_a_lease_that_is_given_back_leaves_what_the_step_has_written(store: Store) -> None:
    now = utc_now()
    call = await leased(store, state=State.ANNOUNCED, dial_at=now)
    sent = a_call(**{**vars_of(call), "due_at": now + MINUTE})
    await store.start_dial(call, now=now, after=sent, too_old=now - FOUR_MINUTES)

    assert await store.release(call, not_before=now) is True
    found = await saved(store, call)
    assert (found.lease, found.due_at, found.dialing_since) == (None, now + MINUTE, now)


@both_databases
async def test_a_lease_that_is_given_back_can_ask_for_a_rest(store: Store) -> None:
    call = await leased(store)
    later = utc_now() + MINUTE

    await store.release(call, not_before=later)

    assert (await saved(store, call)).due_at == later


@both_databases
async def test_ids_are_added_only_where_none_is_known(store: Store) -> None:
    call = a_call(workflow_id="known")
    await store.add(call)

    await store.add_ids(call.id, workflow_id="other", provider_call_id="new", message_ts=None)

    found = await saved(store, call)
    assert (found.workflow_id, found.provider_call_id) == ("known", "new")


async def recorded(results: Results, call: Call, status: str = "success") -> bool:
    """Record a result of that status."""
    return await results.record_result(
        call.id,
        {**RESULT, "call_status": status},
        workflow_id="w",
        provider_call_id="c",
        now=utc_now(),
    )


@both_databases
@pytest.mark.parametrize("state", list(State))
async def test_a_result_ends_the_call_in_every_state_and_takes_the_lease_away(
    store: Store, results: Results, state: State
) -> None:
    call = await leased(store, state=state)

    assert await recorded(results, call) is True
    found = await saved(store, call)
    assert (found.state, found.ending, found.lease) == (State.ENDED, EndReason.RESULT, None)
    assert found.result == RESULT
    assert await store.advance(call, a_call(**{**vars_of(call), "attempts": 9})) is False


@both_databases
async def test_of_two_results_at_once_one_wins(store: Store, results: Results) -> None:
    call = await leased(store, state=State.WAITING)

    done = await asyncio.gather(recorded(results, call), recorded(results, call, "voicemail"))

    assert sorted(done) == [False, True]


@both_databases
async def test_of_two_results_at_once_at_two_replicas_one_wins_and_is_kept(
    store: Store, results: Results, database_url: str
) -> None:
    call = await leased(store, state=State.WAITING)

    async with Database.open(database_url) as other:
        first, second = await asyncio.gather(
            recorded(results, call), recorded(Results(other), call, "voicemail")
        )

    assert sorted([first, second]) == [False, True]
    kept = (await saved(store, call)).result
    assert kept == {**RESULT, "call_status": "success" if first else "voicemail"}


@both_databases
async def test_a_result_keeps_the_ids_that_are_known_and_adds_the_others(
    store: Store, results: Results
) -> None:
    call = await leased(store, state=State.WAITING, workflow_id="known")

    await recorded(results, call)

    found = await saved(store, call)
    assert (found.workflow_id, found.provider_call_id) == ("known", "c")


@both_databases
async def test_a_result_of_no_call_is_not_recorded(results: Results) -> None:
    assert await recorded(results, a_call()) is False


@both_databases
@pytest.mark.parametrize(
    ("ending", "replaced"),
    [
        (EndReason.NO_RESULT, True),
        (EndReason.NOT_PLACED, True),
        (EndReason.CANCELED, False),
        (EndReason.RESULT, False),
    ],
)
async def test_a_real_result_replaces_only_the_lack_of_one(
    store: Store, results: Results, ending: EndReason, replaced: bool
) -> None:
    call = a_call(state=State.REPORTED, ending=ending, result_ts="1.2", reason=NO_RESULT)
    await store.add(call)

    assert await recorded(results, call) is replaced
    found = await saved(store, call)
    assert found.ending is (EndReason.RESULT if replaced else ending)
    assert found.result_ts == (None if replaced else "1.2")


@both_databases
async def test_looking_whether_it_works_leaves_nothing_open_that_a_write_would_wait_for(
    store: Store, database_url: str
) -> None:
    await store.add(a_call(request_key="first"))
    gc.disable()
    try:
        assert await store.works()
        async with Database.open(database_url) as beside:
            await Store(beside).add(a_call(id=uuid4(), request_key="second"))

        assert await store.add(a_call(id=uuid4(), request_key="third"))
    finally:
        gc.enable()


@both_databases
async def test_it_works_as_long_as_the_table_can_be_read(database_url: str) -> None:
    async with Database.open(database_url) as database:
        assert await Store(database).works() is True
        async with database.engine.begin() as rows:
            await rows.run_sync(metadata.drop_all)
        assert await Store(database).works() is False


def vars_of(call: Call) -> dict[str, Any]:
    """Return a call's fields, to make another from."""
    return {name: getattr(call, name) for name in call.__dataclass_fields__}
