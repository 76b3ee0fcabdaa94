"""No statement of the stores reads a whole table, however many rows there are."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final, Self
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, Executable, Table, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

import bot.storage
from bot.callcow.payload import read_payload
from bot.clock import utc_now
from bot.core.approval import Approval, ApprovalState
from bot.core.audit import Act, AuditEntry
from bot.core.calls.call import Call
from bot.core.calls.reason import NOT_APPROVED, RESTORED, Reason
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import State
from bot.core.draft import Draft
from bot.core.forget import NumberToForget, PersonToForget
from bot.core.membership import Installation
from bot.core.policy.decision import Allowed, AwaitingApproval
from bot.core.policy.facts import Caller
from bot.core.policy.policy import Policy
from bot.core.workspace_settings import OwnSettings, WorkspaceSettings
from bot.storage.audit import AuditLog
from bot.storage.calls.due import Due, Permits
from bot.storage.calls.lists import CallLists
from bot.storage.calls.results import Results
from bot.storage.calls.saving import add_calls
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.channel_slots import ChannelSlots
from bot.storage.encryption.reencryption import KeptRows
from bot.storage.encryption.sealing import new_key
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.forget import Forgetting
from bot.storage.forget_questions import QuestionsToForget
from bot.storage.installation_store import InstallationStore
from bot.storage.installations import Installations
from bot.storage.leased.approval_store import ApprovalStore
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.dial import DialPolicy
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.gate import AskedCall
from bot.storage.policy.pauses import Pauses
from bot.storage.rate_table import SharedRate
from bot.storage.requests import Requests
from bot.storage.tables import approvals, audit, calls, do_not_call, drafts, series
from bot.storage.workspace_settings import WorkspaceSettingsStore
from tests.builders import (
    NOON,
    NUMBER,
    a_call,
    an_announced_call,
    an_approval,
    an_ended_call,
)
from tests.conftest import both_databases
from tests.core.test_draft import a_draft
from tests.many_rows import copy_row
from tests.storage.plans import Plans

ROWS: Final = 100_000
LEASE: Final = timedelta(seconds=60)
POLICY: Final = Policy(hours=None, calls_per_number_per_day=1)
OPERATORS: Final = WorkspaceSettings("US", frozenset(), POLICY)
TO_APPROVE: Final = Reason.by_policy(AwaitingApproval(frozenset({"U9"})))
KEY: Final = SecretStr("ck_live_one")
# What may be read to its end: an index of what is left to do alone, or its first entry.
READ_WHOLE: Final = {
    "approvals by approvals_due",
    "approvals by approvals_open_of_team",
    "calls by calls_due",
    "calls by calls_left_of_number",
    "calls by calls_left_of_requester",
    "calls by calls_undialed_of_team",
    "drafts by drafts_due",
}


@dataclass
class Stores:
    """The stores of one database."""

    database: Database
    store: Store
    lists: CallLists
    results: Results
    series: SeriesStore
    undialed: UndialedCalls
    drafts: DraftStore
    approvals: ApprovalStore
    erasure: Erasure
    forgetting: Forgetting
    requests: Requests
    audit: AuditLog
    do_not_call: DoNotCallList
    pauses: Pauses
    installations: Installations
    rate: SharedRate
    settings: WorkspaceSettingsStore
    slots: ChannelSlots
    policy: Policy

    @classmethod
    def of(cls, database: Database, policy: Policy) -> Self:
        """Return the stores of a database, and what the policy of calls says."""
        return cls(
            database,
            Store(database),
            CallLists(database),
            Results(database),
            SeriesStore(database),
            UndialedCalls(database),
            DraftStore(database),
            ApprovalStore(database),
            Erasure(database, read_payload),
            Forgetting(database, read_payload),
            Requests(database),
            AuditLog(database),
            DoNotCallList(database),
            Pauses(database),
            Installations(database, SecretStr("xoxb-1")),
            SharedRate(database, KEY, 1_000),
            WorkspaceSettingsStore(database, OPERATORS),
            ChannelSlots(database),
            policy,
        )

    async def leased_call(self, **changes: Any) -> Call:
        """Save a call and claim it."""
        now = utc_now()
        given = {"due_at": now, "dial_at": now, "requested_at": now, **changes}
        call = a_call(id=uuid4(), request_key=f"plan:{uuid4()}", **given)
        assert await self.store.add(call)
        due = Due([call.state], 100)
        [found] = await self.store.claim([due], now=utc_now(), lease=LEASE, held=[uuid4()])
        return next(each for each in found if each.id == call.id)

    async def leased_draft(self, **changes: Any) -> Draft:
        """Save a draft and claim it."""
        now = utc_now()
        given = {"due_at": now, "created_at": now, **changes}
        draft = a_draft(id=uuid4(), request_key=f"plan:{uuid4()}", **given)
        assert await self.drafts.add(draft, now=now)
        found = await self.drafts.claim(now=utc_now(), limit=100, lease=LEASE, held=[uuid4()])
        return next(each for each in found if each.id == draft.id)

    async def leased_approval(self, **changes: Any) -> tuple[Approval, Call]:
        """Save a call that waits for an approval, and claim that."""
        now = utc_now()
        given = {"due_at": now, "dial_at": now, "requested_at": now, **changes}
        call = an_announced_call(id=uuid4(), request_key=f"plan:{uuid4()}", **given)
        waiting = call.to_approve(TO_APPROVE)
        assert await self.database.write(lambda connection: add_calls(connection, [waiting]))
        found = await self.approvals.claim(now=utc_now(), limit=100, lease=LEASE, held=[uuid4()])
        return next(each for each in found if each.id == call.id), waiting


async def _advance(stores: Stores) -> None:
    call = await stores.leased_call()
    now = utc_now()
    follows = {"series_id": call.id, "previous": call.id}
    following = a_call(id=uuid4(), request_key=f"plan:{uuid4()}", **follows)
    announced = call.announced(channel="C1", ts="3.1", now=now)
    await stores.store.advance(call, announced, then=following)


async def _start_dial(stores: Stores) -> None:
    call = await stores.leased_call(state=State.ANNOUNCED)
    now = utc_now()
    sent = call.sent(now=now, due_at=now, lease_until=now + LEASE, dialed_with="key")
    await stores.store.start_dial(call, now=now, after=sent, too_old=now - LEASE)


async def _decide_dial(stores: Stores) -> None:
    call = a_call(recipient="+14155550000")
    await DialPolicy(stores.database).decide(call, Caller("U7"), stores.policy, utc_now())


async def _claim_approvals(stores: Stores) -> None:
    await stores.leased_approval()
    odd = text("UPDATE approvals SET state = 'of tomorrow', lease = NULL WHERE due_at IS NOT NULL")
    await stores.database.write(lambda connection: connection.execute(odd).rowcount)
    await stores.approvals.claim(now=utc_now(), limit=8, lease=LEASE, held=[uuid4()])


async def _advance_approval(stores: Stores) -> None:
    approval, _ = await stores.leased_approval()
    await stores.approvals.advance(approval, approval.tried_again())


async def _advance_waiting_call(stores: Stores) -> None:
    _, call = await stores.leased_approval()
    await stores.approvals.advance_call(call, replace(call, prompt="Ask Ada"))


async def _approve(stores: Stores) -> None:
    approval, call = await stores.leased_approval(recipient="+14155550000")
    caller = Caller(call.requester)
    decision = await stores.approvals.approve(
        approval, call, caller, POLICY, by="U9", now=utc_now()
    )
    assert decision == Allowed()


async def _decline(stores: Stores) -> None:
    approval, _ = await stores.leased_approval()
    assert await stores.approvals.decline(approval, by="U9", now=utc_now())


async def _end_approval(stores: Stores) -> None:
    approval, _ = await stores.leased_approval()
    assert await stores.approvals.end(approval, ApprovalState.EXPIRED, NOT_APPROVED, utc_now())


async def _request_to_approve(stores: Stores) -> None:
    """Ask for calls where each needs an approval, which one has."""
    policy = Policy(
        hours=None, calls_per_number_per_day=2, approval=True, approvers=frozenset({"U9"})
    )
    for number in range(4):
        asked = an_asked_call(f"plan:approval:{number}", "+14155550199", policy)
        await Requests(stores.database).add(asked)
    await DialPolicy(stores.database).decide(a_call(), Caller("U7"), policy, utc_now())


async def _cancel(stores: Stores) -> None:
    call = await stores.leased_call()
    assert await stores.undialed.cancel(call.id, by="UADA", now=utc_now())


async def _release(stores: Stores) -> None:
    await stores.store.release(await stores.leased_call(), not_before=utc_now())


async def _record_result(stores: Stores) -> None:
    now = utc_now()
    plan = RetryPlan(attempts=3, distance=timedelta(minutes=15))
    call = an_ended_call(id=uuid4(), request_key=f"plan:{uuid4()}", ended_at=now, retry_plan=plan)
    await stores.store.add(call)
    await stores.results.record_result(
        call.id,
        {"call_status": "success"},
        workflow_id="workflow",
        provider_call_id="call",
        now=now,
        replaces=call,
        gives_up=RESTORED,
    )


async def _claim(stores: Stores) -> None:
    await stores.store.add(a_call(id=uuid4(), request_key="plan:odd", due_at=utc_now()))
    odd = text("UPDATE calls SET if_unanswered = 'of tomorrow' WHERE request_key = 'plan:odd'")
    await stores.database.write(lambda connection: connection.execute(odd).rowcount)
    wanted = [Due([state], 8) for state in State]
    wanted.append(Due([State.ANNOUNCED], 8, permits=Permits(1, ["T1"])))
    await stores.store.claim(wanted, now=utc_now(), lease=LEASE, held=[uuid4()])


async def _wait_for_permits(stores: Stores) -> None:
    await stores.store.wait_for_permits(now=utc_now())
    await stores.store.wait_for_permits(now=utc_now(), permits=Permits(0, ["T1"]))


async def _look_for_settings(stores: Stores) -> None:
    await WorkspaceSettingsStore(stores.database, OPERATORS).look()


async def _save_settings(stores: Stores) -> None:
    for after in (0, 1):
        await stores.settings.save(
            "T5", OwnSettings(), callcow_key=KEY, after=after, changes=["x"], by="UADA", now=NOON
        )


async def _erase_calls(stores: Stores) -> None:
    for team in (None, "T9"):
        await stores.erasure.erase_calls(ended_before=utc_now(), now=utc_now(), team=team)


async def _keep_result(stores: Stores) -> None:
    call = await stores.leased_call()
    await stores.results.keep_result(call.id, {"call_status": "success"})


async def _shown(stores: Stores) -> None:
    call = await stores.leased_call()
    found = await stores.series.get(call.id)
    assert found is not None
    await stores.series.shown(found)


async def _take(stores: Stores) -> None:
    draft = await stores.leased_draft()
    asked = an_asked_call(draft.call_key, recipient="+14155552600")
    after = draft.called(asked.call.id, by="press", now=utc_now())
    await stores.drafts.take(draft, after, asked)


async def _decide(stores: Stores) -> None:
    draft = await stores.leased_draft()
    await stores.drafts.decide(draft, draft.canceled(utc_now()))


def an_asked_call(request_key: str, recipient: str = NUMBER, policy: Policy = POLICY) -> AskedCall:
    """Return what somebody asks for now."""
    now = utc_now()
    times = {"requested_at": now, "dial_at": now, "due_at": now}
    call = a_call(id=uuid4(), request_key=request_key, recipient=recipient, **times)
    return AskedCall(call, Caller("U7"), policy)


async def _request(stores: Stores) -> None:
    # The second near the limit of its number, where what counts is read.
    for number in range(2):
        await stores.requests.add(an_asked_call(f"plan:request:{number}", policy=stores.policy))
    await _request_to_approve(stores)


async def _claim_drafts(stores: Stores) -> None:
    given = {"due_at": utc_now(), "created_at": utc_now()}
    await stores.drafts.add(a_draft(id=uuid4(), request_key="odd", **given), now=utc_now())
    odd = text("UPDATE drafts SET kind = 'of tomorrow' WHERE request_key = 'odd'")
    await stores.database.write(lambda connection: connection.execute(odd).rowcount)
    await stores.drafts.claim(now=utc_now(), limit=8, lease=LEASE, held=[uuid4()])


async def _advance_draft(stores: Stores) -> None:
    draft = await stores.leased_draft()
    await stores.drafts.advance(draft, draft.tried_again())


async def _add_message(stores: Stores) -> None:
    draft = await stores.leased_draft()
    await stores.drafts.add_message(draft, channel="C1", ts="3.2", now=utc_now())


async def _add_entry(stores: Stores) -> None:
    await stores.audit.add(AuditEntry(utc_now(), "T1", Act.BLOCKED, "UADA"))


async def _since(stores: Stores) -> None:
    for chosen in ({}, {"team": "T1"}, {"person": "U7"}):
        await stores.audit.since(utc_now(), most=100, **chosen)


async def _forget(stores: Stores) -> None:
    for whom in (NumberToForget("+14155552600"), PersonToForget("U0NOBODY")):
        await stores.forgetting.forget(whom, team="T1", by="UADA", now=utc_now())


async def _find_questions(stores: Stores) -> None:
    for whom in (NumberToForget("+14155552600"), PersonToForget("U0NOBODY")):
        await QuestionsToForget(stores.database, whom, "T1").find()


async def _erase_questions(stores: Stores) -> None:
    questions = QuestionsToForget(stores.database, PersonToForget("U0NOBODY"), "T1")
    await questions.erase([uuid4()], utc_now())


async def _keep_installation(stores: Stores) -> None:
    where = Installation(team="T1", enterprise=None, org_wide=False, url=None)
    await stores.installations.keep(where, utc_now())


async def _of_installations(name: str, stores: Stores) -> None:
    store, now = InstallationStore(stores.database), utc_now()
    where = Installation(team="T8", enterprise=None, org_wide=False, url=None)
    token = SecretStr("xoxb-8")
    await store.install(where, token=token, scopes=["commands"], by="U8", now=now)
    kept = await store.of("T8")
    assert kept is not None
    tried: dict[str, Callable[[], Awaitable[object]]] = {
        "last_version": store.last_version,
        "changed": lambda: store.changed(0),
        "find": lambda: store.find(["T8", "E8"]),
        "of": lambda: store.of("T8"),
        "install": _nothing,
        "remove": lambda: store.remove("T8", not_after=utc_now(), now=utc_now()),
        "ask_for_scopes": lambda: store.ask_for_scopes(kept, ["commands", "chat:write"], now),
        "take_notices": lambda: store.take_notices(utc_now(), LEASE),
        "told": lambda: store.told(kept),
        "removed_before": lambda: store.removed_before(now),
        "forget": lambda: store.forget("T8", now),
        "count": store.count,
        "issue": lambda: store.issue("new", expires_at=now, now=now),
        "consume": lambda: store.consume("none", now),
    }
    await tried[name]()


# One for each method of a store, named as it is.
METHODS: Final[Mapping[str, Callable[[Stores], Awaitable[object]]]] = {
    "Store.works": lambda stores: stores.store.works(),
    "Store.backlog": lambda stores: stores.store.backlog(),
    "Store.add": lambda stores: stores.leased_call(),
    "Store.get": lambda stores: stores.store.get(uuid4()),
    "Store.claim": _claim,
    "Store.advance": _advance,
    "Store.start_dial": _start_dial,
    "Store.release": _release,
    "Store.wait_for_permits": _wait_for_permits,
    "Store.add_ids": lambda stores: stores.store.add_ids(
        uuid4(), posted_in="C1", message_ts="3.3", workflow_id="1", provider_call_id="2"
    ),
    "Results.record_result": _record_result,
    "Results.is_secret_of": lambda stores: stores.results.is_secret_of(uuid4(), "secret"),
    "Results.keep_result": _keep_result,
    "UndialedCalls.cancel": _cancel,
    "UndialedCalls.dial_now": lambda stores: stores.undialed.dial_now(uuid4(), now=utc_now()),
    "UndialedCalls.end_of": lambda stores: stores.undialed.end_of(
        "T1", why=RESTORED, now=utc_now()
    ),
    "UndialedCalls.end_all": lambda stores: stores.undialed.end_all(why=RESTORED, now=utc_now()),
    "CallLists.calls_of": lambda stores: stores.lists.calls_of("U7", "T1", most=20),
    "CallLists.scheduled_of": lambda stores: stores.lists.scheduled_of("U7", "T1", most=20),
    "CallLists.count_scheduled_of": lambda stores: stores.lists.count_scheduled_of("U7", "T1"),
    "SeriesStore.get": lambda stores: stores.series.get(uuid4()),
    "SeriesStore.shown": _shown,
    "DialPolicy.decide": _decide_dial,
    "DraftStore.add": lambda stores: stores.leased_draft(),
    "DraftStore.add_call": lambda stores: stores.drafts.add_call(an_asked_call("plan:message")),
    "DraftStore.take": _take,
    "DraftStore.decide": _decide,
    "DraftStore.get": lambda stores: stores.drafts.get(uuid4()),
    "DraftStore.before": lambda stores: stores.drafts.before("message:C1:100.1"),
    "DraftStore.is_known": lambda stores: stores.drafts.is_known("event:Ev1"),
    "DraftStore.questions": lambda stores: stores.drafts.questions("T1", "U1", "C1", since=NOON),
    "DraftStore.call_of_thread": lambda stores: stores.drafts.call_of_thread("T1", "C1", "1.7"),
    "DraftStore.claim": _claim_drafts,
    "DraftStore.advance": _advance_draft,
    "DraftStore.add_message": _add_message,
    "DraftStore.expire_open": lambda stores: stores.drafts.expire_open(now=utc_now()),
    "DraftStore.delete_old": lambda stores: stores.drafts.delete_old(before=NOON, most=100),
    "ApprovalStore.get": lambda stores: stores.approvals.get(uuid4()),
    "ApprovalStore.advance": _advance_approval,
    "ApprovalStore.add_message": lambda stores: stores.approvals.add_message(
        an_approval(), channel="C1", ts="3.2", now=utc_now()
    ),
    "ApprovalStore.advance_call": _advance_waiting_call,
    "ApprovalStore.approve": _approve,
    "ApprovalStore.decline": _decline,
    "ApprovalStore.end": _end_approval,
    "ApprovalStore.claim": _claim_approvals,
    "Erasure.erase_calls": _erase_calls,
    "Erasure.erase_rules_of": lambda stores: stores.erasure.erase_rules_of("T9"),
    "Erasure.drop_response_urls": lambda stores: stores.erasure.drop_response_urls(
        requested_before=utc_now()
    ),
    "Erasure.drop_callback_secrets": lambda stores: stores.erasure.drop_callback_secrets(
        ended_before=utc_now()
    ),
    "Forgetting.forget": _forget,
    "QuestionsToForget.find": _find_questions,
    "QuestionsToForget.erase": _erase_questions,
    "Forgetting.truncate_log": lambda stores: stores.forgetting.truncate_log(),
    "Erasure.truncate_log": lambda stores: stores.erasure.truncate_log(),
    "Requests.add": _request,
    "AuditLog.add": _add_entry,
    "AuditLog.since": _since,
    "AuditLog.delete_before": lambda stores: stores.audit.delete_before(NOON),
    "DoNotCallList.entry": lambda stores: stores.do_not_call.entry("T1", NUMBER),
    "DoNotCallList.add": lambda stores: stores.do_not_call.add("T1", NUMBER, "UADA", NOON),
    "DoNotCallList.remove": lambda stores: stores.do_not_call.remove("T1", NUMBER, "UADA", NOON),
    "Pauses.current": lambda stores: stores.pauses.current("T1"),
    "Pauses.pause": lambda stores: stores.pauses.pause("T1", "UADA", NOON),
    "Pauses.resume": lambda stores: stores.pauses.resume("T1", "UADA", NOON),
    "Installations.last": lambda stores: stores.installations.last(),
    "Installations.keep": _keep_installation,
    "WorkspaceSettingsStore.start": lambda stores: stores.settings.start(),
    "WorkspaceSettingsStore.of": lambda stores: stores.settings.of("T9"),
    "WorkspaceSettingsStore.look": _look_for_settings,
    "WorkspaceSettingsStore.kept": lambda stores: stores.settings.kept("T1"),
    "WorkspaceSettingsStore.save": _save_settings,
    "WorkspaceSettingsStore.retentions": lambda stores: stores.settings.retentions(),
    "WorkspaceSettingsStore.erase_key": lambda stores: stores.settings.erase_key("T1", NOON),
    "WorkspaceSettingsStore.erase": lambda stores: stores.settings.erase("T1", NOON),
    # They ask the store of settings, and nothing else.
    "CallCowKeys.of": lambda stores: _nothing(),
    "CallCowKeys.permits": lambda stores: _nothing(),
    **{
        f"InstallationStore.{name}": partial(_of_installations, name)
        for name in (
            "last_version",
            "changed",
            "find",
            "of",
            "install",
            "remove",
            "ask_for_scopes",
            "take_notices",
            "told",
            "removed_before",
            "forget",
            "count",
            "issue",
            "consume",
        )
    },
    "ChannelSlots.take": lambda stores: stores.slots.take("T1", "C1"),
    "SharedRate.acquire_dial": lambda stores: stores.rate.acquire_dial(),
    "SharedRate.acquire_poll": lambda stores: stores.rate.acquire_poll(),
    "SharedRate.pause": lambda stores: stores.rate.pause(1),
    # It reads no table.
    "ClockDifference.is_right": lambda stores: _nothing(),
    "Encryption.works": lambda stores: _nothing(),
    "Encryption.start": lambda stores: Encryption(stores.database).start(),
    "Encryption.is_right": lambda stores: Encryption(stores.database).is_right(),
    "Encryption.wrap_again": lambda stores: Encryption(stores.database).wrap_again(),
    "Encryption.replace_index_key": lambda stores: Encryption(stores.database).replace_index_key(),
    "Encryption.begin_writing": lambda stores: Encryption(stores.database).begin_writing(),
    "Reencryption.run": lambda stores: _reencrypt(stores),
}


async def _reencrypt(stores: Stores) -> None:
    """Rewrite a portion of each table."""
    nobodys = UUID(int=0)
    for table, last in ((calls, [nobodys]), (drafts, [nobodys]), (do_not_call, ["", ""])):
        rows = KeptRows(table, stores.database.sealing)
        portion = await stores.database.read(rows.after(last))
        keys = [rows.key(row) for row in portion]
        await stores.database.write(partial(_rewrite, rows, keys))


def _rewrite(rows: KeptRows, keys: list[Sequence[Any]], connection: Connection) -> None:
    rows.rewrite(connection, keys)


async def _nothing() -> None:
    pass


def modules() -> list[Any]:
    """Return every module of the storage, the migrations aside."""
    found = pkgutil.walk_packages(bot.storage.__path__, "bot.storage.")
    return [
        importlib.import_module(each.name)
        for each in found
        if not each.ispkg and not each.name.startswith("bot.storage.migrations")
    ]


def methods() -> set[str]:
    """Return the methods of all classes that are given a database, and are no other's base."""
    return {
        f"{name}.{method}"
        for module in modules()
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__ and "database" in inspect.signature(kind).parameters
        for method, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)
        if not method.startswith("_") and not kind.__subclasses__()
    }


def constants() -> dict[str, Executable]:
    """Return the statements that are built once; those of one dialect each are left out."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, Executable) and not isinstance(value, Table) and name[0] != "_"
    }


def test_every_method_of_the_stores_is_tried() -> None:
    assert set(METHODS) == methods()


async def with_many_rows(
    engine: AsyncEngine, rows: int = ROWS, of_calls: Mapping[str, str] | None = None
) -> None:
    """Fill the tables that grow; `of_calls` is what else differs from call to call."""
    ended = an_ended_call(state=State.REPORTED, due_at=None, retry_plan=None)
    sometimes_without = "CASE WHEN numbers.number % 10 = 0 THEN 'no_result' ELSE 'result' END"
    number = "'+1415555' || (1000 + numbers.number % 5000)"
    person = "'U' || numbers.number % 500"
    row = {name: getattr(ended, name) for name in Call.__dataclass_fields__}
    for table, one, differs in (
        (calls, row, {"ending": sometimes_without, "recipient": number, **(of_calls or {})}),
        (series, _series_row(), {}),
        (drafts, vars(a_draft(due_at=None, settled_at=NOON)), {}),
        (approvals, vars(an_approval(due_at=None, state=ApprovalState.APPROVED)), _OF_APPROVALS),
        (audit, {"id": uuid4(), "at": NOON, "team": "T1", "person": "U1", "act": "x"}, {}),
        (
            do_not_call,
            {"team": "T1", "number": "+1", "added_by": "U1", "added_at": NOON},
            {"added_by": person},
        ),
    ):
        async with engine.begin() as connection:
            await connection.execute(insert(table), one)
        await copy_row(engine, table, rows, differs)


# What differs from one approval to another.
_OF_APPROVALS: Final = {"decided_by": "'U' || numbers.number % 500"}


def _series_row() -> dict[str, Any]:
    plan = RetryPlan(attempts=1, distance=timedelta(0))
    return {"id": uuid4(), "team": "T1", "channel": "C1", "retry_plan": plan, "version": 0}


@pytest.mark.slow
@both_databases
async def test_no_statement_reads_a_whole_table(database_url: str) -> None:
    # With keys, since a number is then looked up by what stands for it as well.
    async with Database.open(database_url, [new_key()]) as database:
        await Encryption(database).start()
        await with_many_rows(database.engine)
        grown = {table.name for table in (calls, series, drafts, approvals, audit, do_not_call)}
        plans = Plans(database.sync_engine, grown)
        stores = Stores.of(database, POLICY)

        for method in METHODS.values():
            await method(stores)

    scans = {statement: found - READ_WHOLE for statement, found in plans.scans.items()}
    assert not [f"{found} read by {statement}" for statement, found in scans.items() if found]
    run = {id(statement) for statement in plans.statements}
    assert sorted(name for name, built in constants().items() if id(built) not in run) == []
