"""What people may ask of calls: to place, cancel, show and list them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.clock import utc_now
from bot.core.audit import Act, AuditEntry
from bot.core.calls.after_end import after_end
from bot.core.calls.call import Call
from bot.core.calls.outcome import Outcome
from bot.core.calls.reason import UNINSTALLED
from bot.core.calls.states import EndReason
from bot.core.errors import (
    AwaitsApproval,
    ContentErased,
    MembershipUnknown,
    NotAllowed,
    NotCallOwner,
    NotShownHere,
    OtherTeam,
    Unchangeable,
    UnknownCall,
)
from bot.core.ids import parse_id
from bot.core.person import Person
from bot.core.phone import masked
from bot.core.policy.decision import Allowed, OutsideHours, Refused, awaits_approval
from bot.core.policy.emergency import emergency, emergency_asked_for
from bot.core.policy.hours import closed
from bot.core.policy.kept import rule_of
from bot.core.policy.number_facts import facts_of
from bot.core.reading.reader import Reading
from bot.core.request import CallRequest
from bot.core.seal import Seal
from bot.metrics import Metrics
from bot.service.people import People, with_key
from bot.slack.call_overview import CallOverview
from bot.slack.home_tabs import Home
from bot.slack.workspaces import Workspaces
from bot.storage.audit import AuditLog
from bot.storage.calls.lists import CallLists
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.policy.gate import AskedCall
from bot.storage.requests import Answer, Requests
from bot.storage.workspace_settings import WorkspaceSettingsStore

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Postponed:
    """Why a call goes at the next opening, not now; `is_news` unless it was to go then anyway."""

    fact: OutsideHours
    is_news: bool


class CallService:
    """The rules for what comes in. `wake` tells this process's dispatcher that work is due.

    Whatever a person asks for raises `OtherTeam` if it is not one of the workspace's own people,
    and `MembershipUnknown` while Slack does not say. `seal` is on what forms and views carry.
    """

    def __init__(
        self,
        store: Store,
        lists: CallLists,
        undialed: UndialedCalls,
        requests: Requests,
        audit: AuditLog,
        workspaces: Workspaces,
        home: Home,
        metrics: Metrics,
        settings: WorkspaceSettingsStore,
        people: People,
        *,
        seal: Seal,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._lists = lists
        self._undialed = undialed
        self._requests = requests
        self._audit = audit
        self._workspaces = workspaces
        self._home = home
        self._metrics = metrics
        self._settings = settings
        self._wake = wake
        self.people = people
        self.seal = seal

    def check_number(self, reading: Reading, region: str) -> None:
        """Raise `NotAllowed` if what was read is an emergency number, which is no phone number.

        `region` is whose numbers are typed without a country code.
        """
        if reading.recipient is not None:
            return
        urgent = emergency(reading.number, region)
        if urgent is None and not reading.number:
            urgent = emergency_asked_for(reading.prompt, region)
        if urgent is not None:
            self._metrics.refused.labels(rule_of(urgent)).inc()
            raise NotAllowed(Refused(urgent))

    async def request(self, request: CallRequest) -> None:
        """Save the call that `request` asks for; a repeated request changes nothing.

        Raises `NotAllowed` if the policy does not let it be placed, `NoCallCowKey` while no call
        can be made, and `StoreError` if it could not be saved.
        """
        asked = await self.new_call(request)
        self.settle(asked.call, await self._requests.add(asked))

    async def new_call(self, request: CallRequest) -> AskedCall:
        """Return the call that `request` asks for, which is not saved yet."""
        team = await self.people.admit(request.person)
        key = self.people.key_in(team, request.request_key)
        return await self.asked(Call.new(replace(request, team=team, request_key=key), utc_now()))

    async def asked(self, call: Call) -> AskedCall:
        """Return a new call with what is known of who asks for it, and the policy for it.

        Raises `NoCallCowKey`.
        """
        settings = with_key(await self._settings.of(call.team))
        return AskedCall(call, self.people.caller_of(call.team, call.requester), settings.policy)

    def settle(self, call: Call, answer: Answer) -> None:
        """Have a call that was saved announced, unless the same request was saved before.

        Raises `NotAllowed` if it was not allowed.
        """
        if answer is None:
            _log.info("request repeated", request_key=call.request_key)
            return
        is_held = awaits_approval(answer)
        if not isinstance(answer, Allowed) and not is_held:
            rule = rule_of(answer.fact)
            self._metrics.refused.labels(rule).inc()
            _log.info("call not allowed", recipient=masked(call.recipient), rule=rule)
            raise NotAllowed(answer)
        self._metrics.requested.inc()
        number = masked(call.recipient)
        _log.info("call requested", call=str(call.id), recipient=number, awaits_approval=is_held)
        self._home.show_soon(call.requester, call.team)
        self._wake()

    async def call_to_show(self, call_id: str, person: Person, *, channel: str | None) -> Call:
        """Return the call of that id to somebody who may see it.

        That is its requester, an admin, or a person in its own channel: `channel` is where Slack
        says that they are. Raises `NotShownHere`, `UnknownCall` if there is none, `ContentErased`,
        `Unreadable`.
        """
        call = _with_content(await self._call_of(call_id, person))
        if not await self.people.may_act_on(person, call) and channel not in call.places:
            raise NotShownHere("another channel")
        return call

    async def note_transcript_shown(self, call: Call, person: Person) -> None:
        """Keep in the audit that somebody is about to see a transcript; raises `StoreError`."""
        entry = AuditEntry(utc_now(), call.team, Act.TRANSCRIPT_SHOWN, person.id, call.id)
        await self._audit.add(entry)

    async def call_to_show_again(self, call_id: str, person: Person, *, shown: str | None) -> Call:
        """Return the same for a further page of a view: `shown` is whose call the view shows."""
        call = _with_content(await self._call_of(call_id, person))
        if not await self.people.may_act_on(person, call) and shown != str(call.id):
            raise NotShownHere("another view")
        return call

    async def _call_of(self, call_id: str, person: Person) -> Call:
        call = await self._store.get(parsed) if (parsed := parse_id(call_id)) else None
        try:
            team = await self.people.admit(person)
        except MembershipUnknown:
            # Whoever could place a call can press its buttons: they were admitted then.
            if call is None or not await self.people.was_admitted(person, call.requester):
                raise
            return call
        if call is None:
            raise UnknownCall("no such call")
        if call.team != team:
            raise OtherTeam("a call of another team")
        return call

    async def calls_of(self, person: Person) -> CallOverview:
        """Return a person's own calls; raises `Unreadable`."""
        return await CallOverview.of(self._lists, person.id, await self.people.admit(person))

    async def show_home_tab(self, person: Person) -> None:
        """Publish the home tab of a person who looks at it."""
        await self._home.open(person)

    async def show_more_calls(self, person: Person, most: int) -> None:
        """Publish a person's home tab with so many of their recent calls."""
        await self.people.admit(person)
        await self._home.open(person, most)

    async def cancel(self, call_id: str, person: Person) -> None:
        """Cancel a call before it is dialed; its thread is told.

        Raises `NotCallOwner` for anybody but its requester and the admins, `Unchangeable` if
        something of it has been sent to CallCow or it has ended, and `StoreError`.
        """
        call = await self._own_call(call_id, person)
        if not await self._undialed.cancel(call.id, by=person.id, now=utc_now()):
            raise await self._too_late(call)
        self._metrics.count_end(Outcome.CANCELED_BEFORE_DIALING)
        _log.info("call canceled", call=str(call.id))
        self._home.show_soon(call.requester, call.team)
        self._wake()

    async def dial_now(self, call_id: str, person: Person) -> Postponed | None:
        """Dial a scheduled call now; raises what `cancel` raises, and `AwaitsApproval`.

        Where it is a closed hour, the call goes at the next opening, which is returned.
        """
        call, now = await self._own_call(call_id, person), utc_now()
        if not await self._undialed.dial_now(call.id, now=now):
            current = await self._store.get(call.id)
            if current is not None and current.awaits_approval:
                raise AwaitsApproval("nothing is due before that")
            raise await self._too_late(call)
        _log.info("call dialed before its time", call=str(call.id))
        self._wake()
        policy = (await self._settings.of(call.team)).policy
        known = facts_of(call.recipient)
        closure = closed(known, policy, now) if known is not None else None
        if closure is None:
            self._home.show_soon(call.requester, call.team)
            return None
        # The dial moves the call, and shows it in the home tab then.
        opening, fact = closure
        return Postponed(fact, is_news=call.dial_at != opening)

    async def _too_late(self, call: Call) -> Unchangeable:
        """Return the error that says what became of a call, which is read again."""
        now = await self._store.get(call.id) or call
        was_made = now.placed_at is not None or now.ending is EndReason.RESULT
        return Unchangeable(dialed_at=now.last_dial_at if was_made else None, ending=now.ending)

    async def uninstalled(self, teams: Sequence[str], at: datetime) -> None:
        """End what was not dialed yet for a workspace that took the bot away then.

        `teams` are it and its organization. Its token and key are erased; raises `StoreError`.
        """
        team = await self._workspaces.removed(teams, at)
        if team is None:
            _log.info("removal of another installation ignored", teams=teams)
            return
        ended = await self._undialed.end_of(team, why=UNINSTALLED, now=utc_now())
        for call in ended:
            self._metrics.count_end(after_end(call).outcome)
        await self._settings.erase_key(team, utc_now())
        _log.warning("uninstalled", team=team, calls_ended=len(ended))
        self._wake()

    async def _own_call(self, call_id: str, person: Person) -> Call:
        call = await self._call_of(call_id, person)
        if not await self.people.may_act_on(person, call):
            raise NotCallOwner("somebody else's call")
        return call


def _with_content(call: Call) -> Call:
    if call.erased_at is not None:
        raise ContentErased("nothing is left to show")
    return call
