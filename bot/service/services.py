"""Everything that handlers may ask for, by its part."""

from dataclasses import dataclass

from bot.service.approvals import ApprovalService
from bot.service.calls import CallService
from bot.service.drafts import DraftService
from bot.service.messages import MessageService
from bot.service.results import ResultService
from bot.service.rules import RulesService
from bot.service.settings import SettingsService


@dataclass(frozen=True)
class Services:
    """The services of one application."""

    calls: CallService
    results: ResultService
    messages: MessageService
    drafts: DraftService
    approvals: ApprovalService
    rules: RulesService
    settings: SettingsService
