"""What an approver may ask for: to let a call be made, or not."""

from collections.abc import Callable

import structlog

from bot.clock import utc_now
from bot.core.approval import Approval, ApprovalState
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.reason import DECLINED, Reason
from bot.core.calls.states import EndReason
from bot.core.errors import (
    ApprovalDecided,
    NotAllowed,
    NotApprover,
    OtherTeam,
    OwnApproval,
    UnknownCall,
)
from bot.core.ids import parse_id
from bot.core.person import Person
from bot.core.policy.decision import LimitReached, Refused
from bot.core.policy.kept import rule_of
from bot.metrics import Metrics
from bot.service.calls import CallService
from bot.slack.home_tabs import Home
from bot.storage.calls.store import Store
from bot.storage.leased.approval_store import ApprovalStore
from bot.storage.workspace_settings import WorkspaceSettingsStore

_log = structlog.get_logger(__name__)


class ApprovalService:
    """The rules for decisions. `wake` tells this process that work is due.

    Each raises what `People.admit` raises, `OwnApproval` for whoever asked for the call,
    `NotApprover` for whoever is none of the `approvers`, `ApprovalDecided` if there is nothing to
    decide any more, `UnknownCall` and `StoreError`.
    """

    def __init__(
        self,
        service: CallService,
        approvals: ApprovalStore,
        store: Store,
        home: Home,
        metrics: Metrics,
        settings: WorkspaceSettingsStore,
        *,
        wake: Callable[[], None],
    ) -> None:
        self._service = service
        self._approvals = approvals
        self._store = store
        self._home = home
        self._metrics = metrics
        self._settings = settings
        self._wake = wake

    async def approve(self, approval_id: str, person: Person) -> None:
        """Let a call be dialed at its time, as far as the rules do now.

        Raises `NotAllowed` at a limit, which leaves it to be approved later; what other rules
        refuse ends as not placed.
        """
        approval, call = await self._open(approval_id, person)
        caller = self._service.people.caller_of(call.team, call.requester)
        settings = await self._settings.of(call.team)
        decision = await self._approvals.approve(
            approval, call, caller, settings.policy, by=person.id, now=utc_now()
        )
        match decision:
            case None:
                raise await self._decided(approval)
            case Refused(LimitReached()):
                raise NotAllowed(decision)
            case Refused(fact):
                self._metrics.refused.labels(rule_of(fact)).inc()
                self._ended(call, Reason.by_policy(fact))
            case _:
                _log.info("call approved", call=str(call.id))
                self._changed(call)

    async def decline(self, approval_id: str, person: Person) -> None:
        """Let a call not be made."""
        approval, call = await self._open(approval_id, person)
        if not await self._approvals.decline(approval, by=person.id, now=utc_now()):
            raise await self._decided(approval)
        self._ended(call, DECLINED)

    async def _open(self, approval_id: str, person: Person) -> tuple[Approval, Call]:
        """Return what a person may decide about."""
        approval = await self._approvals.get(parsed) if (parsed := parse_id(approval_id)) else None
        team = await self._service.people.admit(person)
        if approval is None:
            raise UnknownCall("no such approval")
        if approval.team != team:
            raise OtherTeam("a call of another team")
        if person.id == approval.requester:
            raise OwnApproval("their own call")
        if person.id not in (await self._settings.of(team)).policy.approvers:
            raise NotApprover("none of the approvers")
        state = approval.state_at(utc_now())
        if state is not ApprovalState.OPEN:
            raise ApprovalDecided(state, approval.decided_by)
        call = await self._store.get(approval.call_id)
        if call is None:
            raise UnknownCall("no such call")
        if not call.awaits_approval:
            # Decided since the approval was read, or ended without a decision.
            raise await self._decided(approval)
        return approval, call

    async def _decided(self, approval: Approval) -> ApprovalDecided:
        """Return the error that says what was decided a moment ago."""
        now = await self._approvals.get(approval.id) or approval
        is_open = now.state is ApprovalState.OPEN
        return ApprovalDecided(ApprovalState.CLOSED if is_open else now.state, now.decided_by)

    def _ended(self, call: Call, reason: Reason) -> None:
        ended = call.ended(EndReason.NOT_PLACED, now=utc_now(), reason=reason)
        self._metrics.count_end(after_end(ended).outcome)
        _log.info("call not approved", call=str(call.id), reason=reason.kind)
        self._changed(call)

    def _changed(self, call: Call) -> None:
        self._home.show_soon(call.requester, call.team)
        self._wake()
