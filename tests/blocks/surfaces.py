"""Every surface in every state, by name: what the gallery shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.blocks.approvals import approval_message
from bot.blocks.details import details
from bot.blocks.drafts import draft_message
from bot.blocks.form import OTHER_CHANNEL, Chosen, Origin, call_form
from bot.blocks.help import help_message
from bot.blocks.home import RECENT_MAX, home_tab, list_message
from bot.blocks.message import Message
from bot.blocks.notice import notice
from bot.blocks.problems import by_field, doubts_by_field, sentences
from bot.blocks.result import result_message
from bot.blocks.status import status_message
from bot.blocks.transcript import transcript
from bot.blocks.user_messages import (
    CANCELED,
    DIALING_NOW,
    MAYBE_SAVED,
    NO_VIEW,
    NOT_SAVED,
    OLD_BUTTON,
    not_done,
    place_closed,
    result_not_shown,
)
from bot.core.approval import ApprovalState
from bot.core.call import Call
from bot.core.doubt import Doubt, DoubtKind, PlaceProblem, RequestField, TimeProblem
from bot.core.draft import DraftKind, DraftState
from bot.core.errors import (
    ApprovalDecided,
    AwaitsApproval,
    ContentErased,
    DraftExpired,
    DraftReplaced,
    DraftTaken,
    MembershipUnknown,
    NotApprover,
    NotCallOwner,
    NotDraftOwner,
    NotShownHere,
    OtherTeam,
    OwnApproval,
    TooLate,
    UnknownCall,
)
from bot.core.links import Links
from bot.core.policy.decision import AwaitingApproval, OutsideHours
from bot.core.policy.kept import to_json
from bot.core.reason import (
    DECLINED,
    NO_RESULT,
    NOT_ANNOUNCED,
    NOT_APPROVED,
    REDIRECTED,
    RESTORED,
    UNINSTALLED,
    Reason,
)
from bot.core.request import IfUnanswered
from bot.core.retry_plan import PLANS
from bot.core.series import Series
from bot.core.states import EndReason, State
from tests.blocks.policy_surfaces import policy_surfaces
from tests.builders import (
    NOON,
    NUMBER_SPOKEN,
    PROMPT,
    a_call,
    a_call_with_result,
    a_draft,
    a_waiting_call,
    an_announced_call,
    an_approval,
    an_ended_call,
)

Surface = Message | dict[str, Any]

_LINKS: Final = Links("https://x.slack.com/")
_NAMES: Final = {"UADA": "Ada", "UGRACE": "Grace"}
_THREE: Final = PLANS[IfUnanswered.THREE_IN_ALL]
_TOMORROW: Final = NOON + timedelta(days=1)
_SAID: Final = [
    {"role": "assistant", "content": "Hello, I am an AI. Is a table free on Friday at 7?"},
    {"role": "user", "content": "7 is full. 7:30?"},
]
_SUMMARY: Final = "**Booked** Friday 7:30 pm, two people, under Josh; 7 pm was full."
_FILLS: Final = [{"name": "day", "value": "Friday"}, {"name": "partySize", "value": "2"}]
_DONE: Final = {"call_status": "success", "provider_status": "completed", "duration": 133}
_PAYLOADS: Final[dict[str, dict[str, Any]]] = {
    "completed": {**_DONE, "call_summary": _SUMMARY, "messages": _SAID, "form_fills": _FILLS},
    "completed, nobody heard": {**_DONE, "call_summary": "Done.", "messages": _SAID[:1]},
    "completed, no conversation": _DONE,
    "many answers": {
        **_DONE,
        "messages": _SAID,
        "form_fills": [{"name": f"question_{n}", "value": f"Answer {n}"} for n in range(44)],
    },
    "no answer": {
        "call_status": "not_picked_up",
        "provider_status": "no-answer",
        "call_summary": "No one answered.",
    },
    "busy": {"call_status": "not_picked_up", "provider_status": "busy"},
    "voicemail": {"call_status": "voicemail", "call_summary": "I left a message.", "duration": 20},
    "failed": {"call_status": "not_picked_up", "provider_status": "failed"},
    "an outcome of its own": {"call_status": "handed_over", "provider_status": "completed"},
}
_REASONS: Final = {
    "refused, no number connected": Reason.refused("No phone number connected", status=400),
    "refused": Reason.refused("Prompt violates the policy", status=400),
    "key refused": Reason.refused("Invalid API key", status=401, by_key=True),
    "too late": Reason.too_late(late_by=timedelta(minutes=16), within=timedelta(minutes=15)),
    "no thread": Reason.no_thread("channel_not_found"),
    "restored": RESTORED,
    "uninstalled": UNINSTALLED,
    "not announced": NOT_ANNOUNCED,
    "declined": DECLINED,
    "not approved": NOT_APPROVED,
    "approval not asked for": Reason.approval_not_asked("not_in_channel"),
}
_AWAITS: Final = Reason.by_policy(AwaitingApproval(frozenset({"UADA", "UGRACE"})))
_BY_MANY: Final = Reason.by_policy(AwaitingApproval(frozenset({"U1", "U2", "U3", "U4"})))
_ERRORS: Final = [
    UnknownCall(""), ContentErased(""), OtherTeam(""), MembershipUnknown(""), NotShownHere(""),
    NotDraftOwner(""), DraftExpired(""), DraftTaken(""), DraftReplaced(""), NotCallOwner(""),
    TooLate(), TooLate(dialed_at=NOON), TooLate(is_canceled=True), OwnApproval(""),
    NotApprover(""), AwaitsApproval(""),
    *(ApprovalDecided(state, "UGRACE") for state in ApprovalState),
]  # fmt: skip
_OPENING: Final = datetime(2026, 11, 26, 8, tzinfo=ZoneInfo("America/Los_Angeles"))
_CLOSED: Final = OutsideHours(local_time=_OPENING - timedelta(hours=3), local_opening=_OPENING)
_ANSWERS: Final = {
    "confirm": a_draft(),
    "again": a_draft(DraftKind.AGAIN),
    "number newer than ours": a_draft(DraftKind.CONFIRM, Doubt(DoubtKind.UNKNOWN_NUMBER)),
    "two numbers": a_draft(DraftKind.UNCLEAR, Doubt(DoubtKind.SEVERAL_NUMBERS)),
    "extension": a_draft(
        DraftKind.UNCLEAR, Doubt(DoubtKind.EXTENSION, typed="ext. 12", instead="12")
    ),
    "not to call": a_draft(DraftKind.UNCLEAR, Doubt(DoubtKind.NOT_TO_CALL)),
    "no number": a_draft(DraftKind.NO_NUMBER),
    "greeting": a_draft(DraftKind.GREETING),
    "thanks": a_draft(DraftKind.THANKS),
    "not admitted": a_draft(DraftKind.NOT_ADMITTED),
    "not allowed": a_draft(DraftKind.NOT_ALLOWED),
    "closed hour": a_draft(DraftKind.CALL_THEN, unclear={"policy": to_json(_CLOSED)}),
    "canceled": a_draft(DraftKind.CALL_THEN, state=DraftState.CANCELED),
    "expired": a_draft(state=DraftState.EXPIRED),
    "replaced": a_draft(state=DraftState.REPLACED),
}


def _text(character: str, length: int) -> str:
    return (character * length)[:length]


CHARACTERS: Final = {
    "ampersands": "&",
    "Markdown": "**a** [b](https://a.example) `c` <!here> <@U1> ",
    "right to left": "שלום עולם ",
    "emoji": "😀",
    "a code fence that never closes": "```\nx <b>y\n",
}


def surfaces() -> dict[str, Surface]:
    """Return every surface in each of its states, by its name."""
    return dict(
        [
            *_statuses(),
            *_approvals(),
            *_results(),
            *_drafts(),
            *_forms(),
            *_own_calls(),
            *_told(),
            *policy_surfaces(),
        ]
    )


def longest(characters: str) -> dict[str, Surface]:
    """Return every surface with the longest of everything, made of one kind of `CHARACTERS`."""
    return dict(_longest(CHARACTERS[characters]))


def series(*attempts: Call) -> Series:
    """Return calls as the attempts of one request of three."""
    numbered = [
        replace(call, id=UUID(int=number), attempt_number=number, retry_plan=_THREE)
        for number, call in enumerate(attempts, 1)
    ]
    return Series(
        id=UUID(int=1), attempts=numbered, posted_in="CGENERAL", message_ts=numbered[0].message_ts
    )


def _reported(payload: dict[str, Any], **changes: Any) -> Call:
    posted = {"state": State.REPORTED, "result_ts": "100.2", "result_in": "CGENERAL"}
    return replace(a_call_with_result(payload), **{**posted, **changes})


def _statuses() -> Iterator[tuple[str, Surface]]:
    calls = {
        "calling": a_waiting_call(),
        "scheduled": an_announced_call(dial_at=_TOMORROW, retry_plan=_THREE),
        "waiting for approval": an_announced_call(reason=_AWAITS),
        "waiting for approval, scheduled": an_announced_call(
            reason=_BY_MANY, dial_at=_TOMORROW, retry_plan=_THREE
        ),
        "waiting for CallCow": an_announced_call(attempts=3),
        "unconfirmed": a_waiting_call(placed_at=None),
        "most likely not placed": a_waiting_call(placed_at=None, reason=REDIRECTED),
        "in a direct message instead": a_waiting_call(
            posted_in="D1", place_error="not_in_channel"
        ),
        "canceled": an_ended_call(EndReason.CANCELED, canceled_by="UGRACE"),
        "no result": an_ended_call(EndReason.NO_RESULT, reason=NO_RESULT, result_ts="100.2"),
        "erased": an_ended_call(recipient="", prompt="", erased_at=NOON),
        **{f"not placed, {name}": an_ended_call(EndReason.NOT_PLACED, reason=reason)
           for name, reason in _REASONS.items()},
        **{name: _reported(payload) for name, payload in _PAYLOADS.items()},
        "completed, in somebody's thread": _reported(
            _PAYLOADS["completed"], thread_ts="99.1", message_ts="100.1"
        ),
        "completed, result in a direct message": _reported(_PAYLOADS["completed"], result_in="D1"),
    }  # fmt: skip
    for name, call in calls.items():
        yield f"status: {name}", status_message(call, _LINKS, None, _NAMES)
    for name, (state, call) in {
        "approved": (ApprovalState.APPROVED, a_waiting_call()),
        "approved, scheduled": (ApprovalState.APPROVED, an_announced_call(dial_at=_TOMORROW)),
        "declined": (
            ApprovalState.DECLINED, an_ended_call(EndReason.NOT_PLACED, reason=DECLINED),
        ),
    }.items():  # fmt: skip
        approval = an_approval(state=state, decided_by="UGRACE")
        decided = replace(series(call), attempts=[call], approval=approval)
        yield f"status: {name}", status_message(call, _LINKS, decided, _NAMES)
    no_answer = a_call_with_result(_PAYLOADS["no answer"])
    following = an_announced_call(dial_at=NOON + timedelta(hours=1))
    given_up = an_ended_call(EndReason.CANCELED)
    for name, attempts in {
        "nobody answered, another attempt follows": [no_answer, following],
        "second attempt": [no_answer, a_waiting_call()],
        "trying was stopped": [no_answer, replace(given_up, canceled_by="UADA")],
        "nobody answered three times": [
            no_answer, no_answer, _reported(_PAYLOADS["no answer"]),
        ],
        "answered at last": [no_answer, _reported(_PAYLOADS["completed"])],
        "a late, better outcome stopped the rest": [_reported(_PAYLOADS["completed"]), given_up],
    }.items():  # fmt: skip
        one = series(*attempts)
        yield f"series: {name}", status_message(one.current, _LINKS, one, _NAMES)


def _approvals() -> Iterator[tuple[str, Surface]]:
    call = an_announced_call(reason=_AWAITS)
    scheduled = replace(call, dial_at=_TOMORROW, retry_plan=_THREE)
    not_placed = an_ended_call(EndReason.NOT_PLACED, reason=Reason.no_thread("is_archived"))
    for name, (state, about) in {
        "open": (ApprovalState.OPEN, call),
        "open, scheduled": (ApprovalState.OPEN, scheduled),
        "approved": (ApprovalState.APPROVED, call),
        "declined": (ApprovalState.DECLINED, call),
        "expired": (ApprovalState.EXPIRED, call),
        "canceled": (
            ApprovalState.CLOSED, an_ended_call(EndReason.CANCELED, canceled_by="UADA"),
        ),
        "not placed": (ApprovalState.CLOSED, not_placed),
        "erased": (
            ApprovalState.CLOSED,
            an_ended_call(EndReason.NOT_PLACED, recipient="", prompt="", erased_at=NOON),
        ),
    }.items():  # fmt: skip
        by = "UGRACE" if state in (ApprovalState.APPROVED, ApprovalState.DECLINED) else None
        approval = an_approval(state=state, decided_by=by)
        yield f"approval: {name}", approval_message(approval, about, {"UADA", "UGRACE"}, _NAMES)
    by_many = approval_message(an_approval(), call, ["U2", "U3", "U4", "U5"], _NAMES)
    yield "approval: open, of many", by_many


def _results() -> Iterator[tuple[str, Surface]]:
    for name, payload in _PAYLOADS.items():
        yield f"result: {name}", result_message(a_call_with_result(payload), _LINKS)
    for name, reason in _REASONS.items():
        call = an_ended_call(EndReason.NOT_PLACED, reason=reason)
        yield f"result: not placed, {name}", result_message(call, _LINKS)
    no_result = an_ended_call(EndReason.NO_RESULT, reason=NO_RESULT)
    yield "result: no result", result_message(no_result, _LINKS)
    third = replace(a_call_with_result(_PAYLOADS["no answer"]), attempt_number=3, retry_plan=_THREE)
    yield "result: third attempt", result_message(third, _LINKS)
    done = a_call_with_result(_PAYLOADS["completed"])
    yield (
        "result: in a direct message instead",
        result_message(done, _LINKS, is_elsewhere=True),
    )
    yield (
        "result: erased",
        result_message(an_ended_call(recipient="", prompt="", erased_at=NOON), _LINKS),
    )
    yield "result: cannot be shown", Message(result_not_shown(done), [])


def _drafts() -> Iterator[tuple[str, Surface]]:
    for name, draft in _ANSWERS.items():
        yield f"answer: {name}", draft_message(draft, "/call")
    moved = draft_message(a_draft(), "/call", moved_from="CGENERAL")
    yield "answer: in a direct message instead", moved
    called = a_draft(state=DraftState.CALLED)
    for name, call in {
        "calling": a_call(),
        "scheduled": an_announced_call(dial_at=_TOMORROW),
        "waiting for approval": an_announced_call(reason=_AWAITS),
        "unconfirmed": a_waiting_call(placed_at=None),
        "called": a_call_with_result(),
        "canceled": an_ended_call(EndReason.CANCELED),
        "not placed": an_ended_call(EndReason.NOT_PLACED),
    }.items():
        yield f"answer: done, {name}", draft_message(called, "/call", call)
    edited = a_draft(DraftKind.ALREADY_CALLED)
    yield "answer: edited after the call", draft_message(edited, "/call", a_call_with_result())


def _forms() -> Iterator[tuple[str, Surface]]:
    here = Origin(channel="CGENERAL")
    yield "form: empty", call_form(Origin())
    yield "form: in a channel", call_form(here, number=NUMBER_SPOKEN, prompt=PROMPT)
    yield (
        "form: another channel",
        call_form(here, chosen=Chosen(place=OTHER_CHANNEL, channel="CSALES")),
    )
    thread = Origin(channel="CGENERAL", thread_ts="100.1")
    chosen = Chosen(if_unanswered=IfUnanswered.THREE_IN_ALL.value, after_voicemail=True)
    yield (
        "form: call again, in a thread",
        call_form(thread, number=NUMBER_SPOKEN, prompt=PROMPT, chosen=chosen),
    )
    rules = "Say at the start that you are an AI."
    yield "form: with house rules", call_form(Origin(), house_rules=rules)
    problems = doubts_by_field([Doubt(DoubtKind.TOO_SHORT, typed="415 555", country="US")])
    yield "form: a problem", call_form(here, number="415 555", problems=problems)
    for kind in DoubtKind:
        doubt = Doubt(kind, typed="415 555", country="US", instead=NUMBER_SPOKEN, length=3001)
        yield f"form: problem, {kind.value}", notice(sentences([doubt]))
    for problem in (*TimeProblem, *PlaceProblem):
        words = by_field({RequestField.WHEN: [problem]})[RequestField.WHEN.value]
        yield f"form: error, {problem.name}", notice(words)


def _own_calls() -> Iterator[tuple[str, Surface]]:
    scheduled = [an_announced_call(id=UUID(int=n), dial_at=_TOMORROW) for n in range(2)]
    recent = [
        a_waiting_call(),
        a_waiting_call(placed_at=None),
        an_announced_call(attempts=3),
        *(_reported(payload) for payload in _PAYLOADS.values()),
        *(an_ended_call(EndReason.NOT_PLACED, reason=reason) for reason in _REASONS.values()),
        an_ended_call(EndReason.CANCELED),
        an_ended_call(recipient="", prompt="", erased_at=NOON),
    ]
    yield "home: nothing yet", home_tab([], [], _LINKS, "/call")
    yield "home: calls in every state", home_tab(scheduled, recent, _LINKS, "/call", older=20)
    yield "list: nothing yet", list_message([], [], _LINKS)
    yield "list: some calls", list_message(scheduled, recent[:5], _LINKS)
    to_approve = [an_announced_call(id=UUID(int=9), reason=_AWAITS), *scheduled]
    yield "list: waiting for approval", list_message(to_approve, [], _LINKS)
    yield "help", help_message("/call")
    yield "help: with approvals", help_message("/call", needs_approval=True)
    yield "help: with house rules", help_message("/call", "Say at the start that you are an AI.")
    call = _reported(_PAYLOADS["completed"])
    yield "transcript", transcript(call)
    yield "transcript: nothing said", transcript(_reported(_PAYLOADS["no answer"]))
    yield "details", details(call)
    not_placed = an_ended_call(EndReason.NOT_PLACED, reason=_REASONS["refused"])
    yield "details: not placed", details(not_placed)
    yield "details: many answers", details(_reported(_PAYLOADS["many answers"]))


def _told() -> Iterator[tuple[str, Surface]]:
    texts = [NOT_SAVED, MAYBE_SAVED, NO_VIEW, OLD_BUTTON, DIALING_NOW, CANCELED]
    for text in [*texts, *map(not_done, _ERRORS)]:
        yield f"told: {text[:40]}", notice(text)
    for code in ("not_in_channel", "is_archived", "thread_not_found", "something_new"):
        yield f"told: {code}", notice(place_closed(a_call(place_error=code)))


def _longest(character: str) -> Iterator[tuple[str, Surface]]:
    payload = {
        **_DONE,
        "call_summary": _text(character, 24_000),
        "messages": [{"role": "user", "content": _text(character, 100)}] * 2000,
        "form_fills": [
            {"name": f"{n} {_text(character, 300)}", "value": _text(character, 1000)}
            for n in range(120)
        ],
    }
    prompt = _text(character, 3000)
    going, done = a_waiting_call(prompt=prompt), replace(_reported(payload), prompt=prompt)
    reason = Reason.refused(_text(character, 3000), status=400)
    not_placed = an_ended_call(EndReason.NOT_PLACED, prompt=prompt, reason=reason)
    names = {"UADA": _text(character, 80)}
    for name, call in {"going on": going, "done": done, "not placed": not_placed}.items():
        yield f"status, {name}", status_message(call, _LINKS, None, names)
    for name, call in {"done": done, "not placed": not_placed}.items():
        yield f"result, {name}", result_message(call, _LINKS)
    to_approve = an_announced_call(prompt=prompt, reason=_AWAITS)
    yield "approval", approval_message(an_approval(), to_approve, ["U2"], names)
    closed = an_approval(state=ApprovalState.CLOSED)
    yield "approval, not placed", approval_message(closed, not_placed, [], names)
    doubts = [
        Doubt(kind, typed=_text(character, 3000), country="US", instead="12", length=3001)
        for kind in DoubtKind
    ]
    yield "answer", draft_message(a_draft(DraftKind.UNCLEAR, *doubts), "/call")
    number, problems = _text(character, 3000), doubts_by_field(doubts)
    yield "form", call_form(Origin(), number=number, prompt=prompt, problems=problems)
    scheduled = [
        an_announced_call(id=UUID(int=n), dial_at=_TOMORROW, prompt=prompt) for n in range(11)
    ]
    scheduled[:5] = [replace(call, reason=_AWAITS) for call in scheduled[:5]]
    yield "home", home_tab(scheduled, [done] * RECENT_MAX, _LINKS, "/call")
    yield "list", list_message(scheduled, [done] * 10, _LINKS)
    for page in (0, 10_000):
        yield f"transcript, page {page}", transcript(done, page)
        yield f"details, page {page}", details(done, page)
