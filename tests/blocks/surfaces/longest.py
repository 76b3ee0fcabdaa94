"""Every surface with the longest of everything."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

import phonenumbers

from bot.blocks.messages.approvals import approval_message
from bot.blocks.messages.drafts import draft_message
from bot.blocks.messages.help import help_message
from bot.blocks.messages.result import result_message
from bot.blocks.messages.status import status_message
from bot.blocks.views.details import details
from bot.blocks.views.form import Origin, call_form
from bot.blocks.views.home import RECENT_MAX, home_tab, list_message
from bot.blocks.views.settings import settings_form
from bot.blocks.views.transcript import transcript
from bot.blocks.words.problems import doubts_by_field
from bot.core.approval import ApprovalState
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.series import Series
from bot.core.calls.states import EndReason
from bot.core.doubt import Doubt, DoubtKind
from bot.core.draft import DraftKind
from bot.core.links import Links
from bot.core.policy.policy import Policy
from bot.core.workspace_settings import HOUSE_RULES_MAX, OwnSettings, WorkspaceSettings
from tests.blocks.surfaces.examples import (
    AWAITS,
    DONE,
    LINKS,
    PAYLOADS,
    TOMORROW,
    Surface,
    reported,
    series,
)
from tests.builders import (
    a_call_with_result,
    a_draft,
    a_waiting_call,
    an_announced_call,
    an_approval,
    an_ended_call,
)

CHARACTERS: Final = {
    "ampersands": "&",
    "Markdown": "**a** [b](https://a.example) `c` <!here> <@U1> ",
    "right to left": "שלום עולם ",
    "emoji": "😀",
    "a code fence that never closes": "```\nx <b>y\n",
}


def longest(characters: str) -> dict[str, Surface]:
    """Return every surface with the longest of everything, made of one kind of `CHARACTERS`."""
    return dict(_longest(CHARACTERS[characters]))


def _longest(character: str) -> Iterator[tuple[str, Surface]]:
    payload = {
        **DONE,
        "call_summary": _text(character, 24_000),
        "messages": [{"role": "user", "content": _text(character, 100)}] * 2000,
        "form_fills": [
            {"name": f"{n} {_text(character, 300)}", "value": _text(character, 1000)}
            for n in range(120)
        ],
    }
    prompt = _text(character, 3000)
    going, done = a_waiting_call(prompt=prompt), replace(reported(payload), prompt=prompt)
    reason = Reason.refused(_text(character, 3000), status=400)
    not_placed = an_ended_call(EndReason.NOT_PLACED, prompt=prompt, reason=reason)
    names = dict.fromkeys(("UADA", "UGRACE"), _text(character, 80))
    for name, call in {"going on": going, "done": done, "not placed": not_placed}.items():
        yield f"status, {name}", status_message(call, LINKS, None, names)
    for name, call in {"done": done, "not placed": not_placed}.items():
        yield f"result, {name}", result_message(call, LINKS)
    yield "status, stopped by somebody", status_message(*_stopped(prompt), names)
    yield "status, approved by somebody", status_message(*_approved(prompt), names)
    to_approve = an_announced_call(prompt=prompt, reason=AWAITS)
    yield "status, waiting for approval", status_message(to_approve, LINKS, None, names)
    yield "approval", approval_message(an_approval(), to_approve, ["U2"], names)
    closed = an_approval(state=ApprovalState.CLOSED)
    yield "approval, not placed", approval_message(closed, not_placed, [], names)
    doubts = [
        Doubt(kind, typed=_text(character, 3000), country="US", instead="12", length=3001)
        for kind in DoubtKind
    ]
    yield "answer", draft_message(a_draft(DraftKind.UNCLEAR, *doubts), "/call")
    number, problems = _text(character, 3000), doubts_by_field(doubts)
    yield (
        "form",
        call_form(Origin(), number=number, prompt=prompt, problems=problems, house_rules=prompt),
    )
    yield "help", help_message("/call", prompt, needs_approval=True)
    own = OwnSettings(
        house_rules=_text(character, HOUSE_RULES_MAX),
        callers=frozenset(f"U{n}" for n in range(99)),
        countries=frozenset(phonenumbers.SUPPORTED_REGIONS),
    )
    everybody = WorkspaceSettings("US", own.callers, Policy(countries=own.countries))
    beyond = dict.fromkeys(OwnSettings.model_fields, prompt)
    yield "settings", settings_form(everybody, own, problems=beyond)
    scheduled = [
        an_announced_call(id=UUID(int=n), dial_at=TOMORROW, prompt=prompt) for n in range(11)
    ]
    scheduled[:5] = [replace(call, reason=AWAITS) for call in scheduled[:5]]
    yield "home", home_tab(scheduled, [done] * RECENT_MAX, LINKS, "/call")
    yield "list", list_message(scheduled, [done] * 10, LINKS)
    for page in (0, 10_000):
        yield f"transcript, page {page}", transcript(done, page)
        yield f"details, page {page}", details(done, page)


def _stopped(prompt: str) -> tuple[Call, Links, Series]:
    given_up = an_ended_call(EndReason.CANCELED, prompt=prompt, canceled_by="UGRACE")
    stopped = series(a_call_with_result(PAYLOADS["no answer"]), given_up)
    return stopped.current, LINKS, stopped


def _approved(prompt: str) -> tuple[Call, Links, Series]:
    call = a_waiting_call(prompt=prompt)
    approval = an_approval(state=ApprovalState.APPROVED, decided_by="UGRACE")
    return call, LINKS, replace(series(call), attempts=[call], approval=approval)


def _text(character: str, length: int) -> str:
    return (character * length)[:length]
