"""What handlers may ask for, each service with what it needs."""

from bot.app.slack import Slack
from bot.app.storage import Storage
from bot.app.worker import Worker
from bot.callcow.client import CallCow
from bot.core.seal import Seal
from bot.metrics import Metrics
from bot.service.approvals import ApprovalService
from bot.service.calls import CallService
from bot.service.drafts import DraftService
from bot.service.messages import MessageService
from bot.service.people import People
from bot.service.results import ResultService
from bot.service.rules import RulesService
from bot.service.services import Services
from bot.service.settings import SettingsService
from bot.settings import Settings


def build_services(
    settings: Settings,
    storage: Storage,
    slack: Slack,
    callcow: CallCow,
    worker: Worker,
    metrics: Metrics,
) -> Services:
    """Return the services."""
    home, names, wake = slack.home, slack.names, worker.wake
    people = People(
        slack.workspaces,
        storage.settings,
        caller_of=names.known_caller,
        known_names=names.known_names,
        ask_about=names.known_as,
    )
    calls = CallService(
        storage.calls,
        storage.lists,
        storage.undialed,
        storage.requests,
        storage.audit,
        slack.workspaces,
        home,
        metrics,
        storage.settings,
        people,
        seal=Seal(settings.sealing_secrets),
        wake=wake,
    )
    approvals = ApprovalService(
        calls,
        storage.approvals,
        storage.calls,
        home,
        metrics,
        storage.settings,
        wake=wake,
    )
    rules = RulesService(
        calls,
        storage.do_not_call,
        storage.pauses,
        storage.forgetting,
        storage.settings,
        wake=wake,
        erased=worker.retention.truncate_log_soon,
    )
    drafts = DraftService(calls, storage.drafts, wake=worker.drafts.wake)
    return Services(
        calls=calls,
        results=ResultService(storage.calls, storage.results, metrics, wake=wake),
        messages=MessageService(calls, storage.drafts, drafts),
        drafts=drafts,
        approvals=approvals,
        rules=rules,
        settings=SettingsService(calls, storage.settings, names, callcow, home, wake=wake),
    )
