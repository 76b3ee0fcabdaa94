"""Approvals in the database: one decision, in one transaction with its call."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.approval import Approval, ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.reason import NOT_APPROVED, RESTORED
from bot.core.calls.states import EndReason, State
from bot.core.forget import PersonToForget
from bot.core.policy.decision import Allowed, AwaitingApproval, Decision, Held
from bot.core.policy.facts import Caller
from bot.core.policy.policy import Policy
from bot.storage.calls.due import Due
from bot.storage.calls.lists import CallLists
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.forget import Forgetting
from bot.storage.leased.approval_store import ApprovalStore
from bot.storage.policy.dial import DialPolicy
from bot.storage.policy.gate import AskedCall
from bot.storage.requests import Requests
from tests.builders import a_call
from tests.conftest import both_databases

POLICY: Final = Policy(hours=None, approval=True, approvers=frozenset({"UGRACE"}))
ADA: Final = Caller("UADA")
LEASE: Final = timedelta(seconds=60)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as opened:
        yield opened


async def asked(database: Database, *, is_announced: bool = True) -> tuple[Approval, Call]:
    """Let Ada ask for a call; return what it waits for, and the call."""
    now = utc_now()
    times = {"requested_at": now, "dial_at": now, "due_at": now}
    new = a_call(id=uuid4(), request_key=f"command:{uuid4()}", **times)
    answer = await Requests(database).add(AskedCall(new, ADA, POLICY))
    assert answer == Held(AwaitingApproval(frozenset({"UGRACE"})))
    call = await now_of(database, new.id)
    if is_announced:
        announced = call.announced(channel="CGENERAL", ts="100.1", now=now)
        assert await ApprovalStore(database).advance_call(call, announced)
        call = announced
    return await approval_of(database, call), call


async def now_of(database: Database, call_id: UUID) -> Call:
    """Return the call as the database has it."""
    found = await Store(database).get(call_id)
    assert found is not None
    return found


async def approval_of(database: Database, call: Call) -> Approval:
    """Return the approval as the database has it."""
    found = await ApprovalStore(database).get(call.series)
    assert found is not None
    return found


async def approve(database: Database, approval: Approval, call: Call) -> Decision | None:
    """Let Grace approve a call."""
    store = ApprovalStore(database)
    return await store.approve(approval, call, ADA, POLICY, by="UGRACE", now=utc_now())


@both_databases
@pytest.mark.parametrize("is_announced", [False, True])
async def test_nobody_claims_a_call_that_waits(database: Database, is_announced: bool) -> None:
    await asked(database, is_announced=is_announced)

    in_a_year = utc_now() + timedelta(days=365)
    claims = [Due([state], 10) for state in State]
    found = await Store(database).claim(claims, now=in_a_year, lease=LEASE, held=[])

    assert found == [[] for _ in State]


@both_databases
async def test_an_approval_lets_the_dial_be_made(database: Database) -> None:
    approval, call = await asked(database)
    policy = DialPolicy(database)
    assert isinstance(await policy.decide(call, ADA, POLICY, utc_now()), Held)

    assert await approve(database, approval, call) == Allowed()

    approved = await now_of(database, call.id)
    assert (approved.due_at, approved.reason) == (approved.dial_at, None)
    assert await policy.decide(approved, ADA, POLICY, utc_now()) == Allowed()
    second = replace(approved, id=uuid4(), series_id=approved.id, attempt_number=2)
    assert await policy.decide(second, ADA, POLICY, utc_now()) == Allowed()


@both_databases
async def test_what_was_decided_is_not_decided_again(database: Database) -> None:
    approval, call = await asked(database)
    store = ApprovalStore(database)
    assert await store.decline(approval, by="UGRACE", now=utc_now())

    assert await approve(database, approval, call) is None
    assert not await store.decline(approval, by="ULINUS", now=utc_now())
    assert not await store.end(approval, ApprovalState.EXPIRED, NOT_APPROVED, utc_now())

    decided = await approval_of(database, call)
    assert (decided.state, decided.decided_by) == (ApprovalState.DECLINED, "UGRACE")
    assert (await now_of(database, call.id)).ending is EndReason.NOT_PLACED


@both_databases
async def test_a_call_without_a_thread_is_not_approved(database: Database) -> None:
    approval, call = await asked(database, is_announced=False)

    waiting = replace(call, state=State.ANNOUNCED)
    assert await approve(database, approval, waiting) is None

    assert (await now_of(database, call.id)).awaits_approval


@both_databases
async def test_a_cancellation_lets_the_message_be_looked_after_at_once(database: Database) -> None:
    approval, call = await asked(database)
    store, now = ApprovalStore(database), utc_now()
    [leased] = await store.claim(now=now, limit=9, lease=LEASE, held=[])
    assert await store.advance(leased, leased.asked(channel="C1", ts="1.2", now=now))

    assert await UndialedCalls(database).cancel(call.id, by="UADA", now=now)

    assert await approve(database, approval, call) is None
    [due] = await store.claim(now=utc_now(), limit=9, lease=LEASE, held=[])
    assert (due.id, due.state) == (approval.id, ApprovalState.OPEN)


@both_databases
async def test_call_now_changes_nothing_of_it(database: Database) -> None:
    _, call = await asked(database)

    assert not await UndialedCalls(database).dial_now(call.id, now=utc_now())

    assert (await now_of(database, call.id)).due_at is None


@both_databases
async def test_a_decision_takes_the_lease_from_a_step_that_is_under_way(database: Database) -> None:
    _, call = await asked(database)
    store = ApprovalStore(database)
    [leased] = await store.claim(now=utc_now(), limit=9, lease=LEASE, held=[])

    assert await approve(database, leased, call) == Allowed()

    assert not await store.advance(leased, leased.asked(channel="C1", ts="1.2", now=utc_now()))
    await store.add_message(leased, channel="C1", ts="1.2", now=utc_now())
    decided = await approval_of(database, call)
    assert (decided.state, decided.message_ts) == (ApprovalState.APPROVED, "1.2")


@both_databases
async def test_who_approved_goes_with_the_content_of_the_call(database: Database) -> None:
    approval, _ = await asked(database)
    now = utc_now()
    assert await ApprovalStore(database).decline(approval, by="UGRACE", now=now)
    reported = text("UPDATE calls SET state = 'reported', due_at = NULL")
    await database.write(lambda connection: connection.execute(reported).rowcount)

    later = now + timedelta(days=90)
    assert await Erasure(database, read_payload).erase_calls(ended_before=later, now=later) == 1

    assert await ApprovalStore(database).get(approval.id) is None


@both_databases
async def test_an_approver_who_is_forgotten_has_approved_all_the_same(database: Database) -> None:
    approval, call = await asked(database)
    assert await approve(database, approval, call) == Allowed()

    forgetting = Forgetting(database, read_payload)
    await forgetting.forget(PersonToForget("UGRACE"), team="T1", now=utc_now())

    assert (await approval_of(database, call)).decided_by == ""
    approved = await now_of(database, call.id)
    assert await DialPolicy(database).decide(approved, ADA, POLICY, utc_now()) == Allowed()


@both_databases
async def test_a_requester_who_is_forgotten_leaves_nothing_to_decide(database: Database) -> None:
    approval, call = await asked(database)

    forgetting = Forgetting(database, read_payload)
    await forgetting.forget(PersonToForget("UADA"), team="T1", now=utc_now())

    assert await approve(database, approval, call) is None
    assert (await approval_of(database, call)).requester == ""
    assert (await now_of(database, call.id)).ending is EndReason.NOT_PLACED


@both_databases
async def test_after_a_restore_nothing_waits_for_an_approval(database: Database) -> None:
    approval, call = await asked(database)

    assert await UndialedCalls(database).end_all(why=RESTORED, now=utc_now()) == 1

    assert await approve(database, approval, call) is None
    assert (await now_of(database, call.id)).ending is EndReason.NO_RESULT


@both_databases
async def test_what_waits_is_listed_before_what_is_scheduled(database: Database) -> None:
    _, waiting = await asked(database)
    tomorrow = utc_now() + timedelta(days=1)
    later = a_call(id=uuid4(), request_key="later", dial_at=tomorrow, due_at=tomorrow)
    assert await Store(database).add(later)

    listed = await CallLists(database).scheduled_of("UADA", "T1", most=10)

    assert [call.id for call in listed] == [waiting.id, later.id]
