"""The database, opened and brought up to date, and everything that reads or writes it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.callcow.payload import read_payload
from bot.settings import Settings
from bot.storage import migrations
from bot.storage.audit import AuditLog
from bot.storage.callcow_keys import CallCowKeys
from bot.storage.calls.lists import CallLists
from bot.storage.calls.results import Results
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.channel_slots import ChannelSlots
from bot.storage.clock_difference import ClockDifference
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.forget import Forgetting
from bot.storage.installation_store import InstallationStore
from bot.storage.leased.approval_store import ApprovalStore
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.dial import DialPolicy
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from bot.storage.requests import Requests
from bot.storage.rows import CallRows
from bot.storage.workspace_settings import WorkspaceSettingsStore


@dataclass(frozen=True)
class Storage:
    """What there is of one database."""

    database: Database
    encryption: Encryption
    clock: ClockDifference
    calls: Store
    series: SeriesStore
    lists: CallLists
    undialed: UndialedCalls
    results: Results
    requests: Requests
    drafts: DraftStore
    approvals: ApprovalStore
    settings: WorkspaceSettingsStore
    keys: CallCowKeys
    dial_policy: DialPolicy
    do_not_call: DoNotCallList
    pauses: Pauses
    installations: InstallationStore
    slots: ChannelSlots
    audit: AuditLog
    erasure: Erasure
    forgetting: Forgetting


async def open_storage(settings: Settings, stack: AsyncExitStack) -> Storage:
    """Return the storage; raise `InvalidSettings` without a key, or `SchemaError`."""
    database = await stack.enter_async_context(
        Database.open(settings.database_url.get_secret_value(), settings.keys)
    )
    prepare = migrations.upgrade if settings.migrate_at_start else migrations.check
    await prepare(database.engine)
    # It served for that alone: no connection is kept for it.
    await database.engine.dispose()
    encryption = Encryption(database)
    await encryption.start()
    of_workspaces = WorkspaceSettingsStore(database, settings.of_operator)
    await of_workspaces.start()
    rows = CallRows(read_payload)
    return Storage(
        database=database,
        encryption=encryption,
        clock=ClockDifference(database),
        calls=Store(database, rows),
        series=SeriesStore(database, rows),
        lists=CallLists(database, rows),
        undialed=UndialedCalls(database, rows),
        results=Results(database),
        requests=Requests(database),
        drafts=DraftStore(database),
        approvals=ApprovalStore(database),
        settings=of_workspaces,
        keys=CallCowKeys(database, of_workspaces, settings.callcow_rate_per_minute),
        dial_policy=DialPolicy(database),
        do_not_call=DoNotCallList(database),
        pauses=Pauses(database),
        installations=InstallationStore(database),
        slots=ChannelSlots(database),
        audit=AuditLog(database),
        erasure=Erasure(database, read_payload),
        forgetting=Forgetting(database, read_payload),
    )
